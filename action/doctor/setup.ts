/** Looks whether an account has what a run needs. Changes nothing. */
import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { kindsOf } from "../aws/capacity.ts";
import type { AwsClients } from "../aws/clients.ts";
import { findLogGroup } from "../aws/log-group.ts";
import { findRole } from "../aws/roles.ts";
import { checkDestination, checkRegions, checkSource } from "./buckets.ts";
import { checkComputeEnvironment, checkJobQueue, checkQuota, checkWorkerSize } from "./capacity.ts";
import { type Check, check, type Finding, ok } from "./check.ts";
import { checkGivenImage, checkOwnImage } from "./image.ts";
import { checkNetwork } from "./network.ts";
import { checkExecutionRights, checkJobRights } from "./rights.ts";
import type { SetupWanted } from "./wanted.ts";

/** In the order in which a run would meet what they find. Without credentials nothing else can be asked. */
export async function checkSetup(clients: AwsClients, wanted: SetupWanted): Promise<Check[]> {
  const credentials = await check("credentials", () => checkCredentials(clients.sts));
  if (credentials.state !== "ok") return [credentials];
  return [credentials, ...(await Promise.all(allChecks(clients, wanted)))];
}

function allChecks(clients: AwsClients, wanted: SetupWanted): Promise<Check>[] {
  const { batch, ecr, iam, logs, region } = clients;
  const { source, destination, jobRole, executionRole } = wanted;
  return [
    check("source", () => checkSource(source)),
    check("destination", () => checkDestination(destination, region)),
    check("bucket regions", () => checkRegions([source, destination], region)),
    check("job role", async () => checkJobRights(iam, await findRole(iam, jobRole, "job"), wanted)),
    check("execution role", async () =>
      checkExecutionRights(iam, await findRole(iam, executionRole, "execution"), region, wanted),
    ),
    check("worker size", () => checkWorkerSize(wanted)),
    check("log group", () => checkLogGroup(logs, wanted.logGroup)),
    ...kindsOf(wanted.capacity).flatMap((kind) => [
      check(`network (${kind})`, () => checkNetwork(clients, wanted.capacityName(kind), wanted)),
      check(`vCPU quota (${kind})`, () => checkQuota(clients, kind, wanted)),
      check(`compute environment (${kind})`, () => checkComputeEnvironment(batch, kind, wanted)),
      check(`job queue (${kind})`, () => checkJobQueue(batch, wanted.capacityName(kind))),
    ]),
    check("image", () => {
      const { image, ownImage } = wanted;
      return image === undefined ? checkOwnImage(ecr, ownImage) : checkGivenImage(ecr, image);
    }),
  ];
}

async function checkCredentials(sts: STSClient): Promise<Finding> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  return ok(`account ${Account}, as ${Arn}`);
}

async function checkLogGroup(logs: AwsClients["logs"], name: string): Promise<Finding> {
  const found = await findLogGroup(logs, name);
  if (found === undefined) return ok(`there is no ${name} yet; the first run makes it`);
  return ok(
    `${name} keeps logs ${found.retentionInDays ? `for ${found.retentionInDays} days` : "without end"}`,
  );
}
