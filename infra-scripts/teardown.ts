/** Removes from an account what Textmill and its bootstrap made: what bears its tag. Never a bucket or what is in it. */
import type { IAMClient } from "@aws-sdk/client-iam";
import { type AwsClients, openClients } from "../action/aws/clients.ts";
import { workerLogGroup } from "../action/aws/log-group.ts";
import { type Wait, waitFor } from "../action/wait.ts";
import { accountOf } from "./account.ts";
import { readTeardownArguments, type TeardownArguments } from "./arguments.ts";
import { computeEnvironmentSteps } from "./removal/compute-environments.ts";
import { imageRepositoryStep } from "./removal/image-repository.ts";
import { jobDefinitionSteps } from "./removal/job-definitions.ts";
import { allJobQueues, jobQueueSteps } from "./removal/job-queues.ts";
import { logGroupRemoval } from "./removal/log-group.ts";
import { endpointSteps, securityGroupSteps } from "./removal/network.ts";
import { oidcProviderRemoval } from "./removal/oidc-provider.ts";
import { regionOfRoles, roleRemoval } from "./removal/role.ts";
import { deployRoleName, executionRoleName, jobRoleName } from "./setup/roles.ts";
import { playSteps, type Say, type Step } from "./steps.ts";
import { teardownUsage } from "./usage.ts";

/** The exit code. */
export async function teardown(args: string[], environment: NodeJS.ProcessEnv, say: Say): Promise<number> {
  const read = readTeardownArguments(args, environment);
  if (read.outcome === "help") {
    say(teardownUsage);
    return 0;
  }
  if (read.outcome === "refused") {
    for (const error of read.errors) say(`error: ${error}`);
    return 1;
  }
  return tearDown(read.arguments, say, waitFor);
}

async function tearDown({ region, isConfirmed }: TeardownArguments, say: Say, wait: Wait): Promise<number> {
  const clients = openClients(region);
  const account = await accountOf(clients.sts);
  say(`Account ${account}, region ${region}`);
  say("");
  const end = await playSteps(await allSteps(clients, account, wait), isConfirmed, say);
  if (end === "refused") return 1;
  say(closing[end]);
  say("Buckets and what is in them stay, and so does AWS Batch's own role, which others may use.");
  return 0;
}

const closing = {
  done: "Done.",
  "nothing to do": "Nothing is left of Textmill here.",
  "not confirmed": "Nothing was deleted. To do this, run the same command with --yes.",
} as const;

/** In the order in which AWS lets them go: nothing before what uses it. */
async function allSteps(clients: AwsClients, account: string, wait: Wait): Promise<Step[]> {
  const { batch, ec2, ecr, iam, logs } = clients;
  const queues = await allJobQueues(batch);
  return [
    ...(await jobQueueSteps(batch, queues, wait)),
    ...(await computeEnvironmentSteps(batch, queues, wait)),
    ...(await jobDefinitionSteps(batch)),
    await imageRepositoryStep(ecr),
    await logGroupRemoval(logs, workerLogGroup.name),
    ...(await securityGroupSteps(ec2, wait)),
    ...(await endpointSteps(ec2)),
    ...(await stepsOfAllRegions(iam, clients.region, account)),
  ];
}

async function stepsOfAllRegions(iam: IAMClient, region: string, account: string): Promise<Step[]> {
  const rolesRegion = await regionOfRoles(iam);
  if (rolesRegion !== undefined && rolesRegion !== region) {
    const found = `stay: they are for ${rolesRegion}`;
    return [{ thing: "roles and OIDC provider", found, outcome: "as-wanted" }];
  }
  const names = [deployRoleName, jobRoleName, executionRoleName];
  const roles = await Promise.all(names.map((name) => roleRemoval(iam, name)));
  const removed = names.filter((_, index) => roles[index]?.outcome === "to-change");
  return [...roles, await oidcProviderRemoval(iam, account, removed)];
}
