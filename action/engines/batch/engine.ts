/** Makes ready what a run on AWS Batch stands on: the worker's image, queues, the log group, the job definition. */
import type { BatchEngine, Capacity } from "../../../worker/contract.ts";
import { capacityName, ensureCapacity, kindsOf } from "../../aws/capacity.ts";
import type { AwsClients } from "../../aws/clients.ts";
import { defaultMaxVcpus, findComputeEnvironment } from "../../aws/compute-environment.ts";
import type { Surroundings } from "../../aws/ensure.ts";
import { ensureImage } from "../../aws/image.ts";
import { imageRepository } from "../../aws/image-repository.ts";
import { ensureJobDefinition, jobDefinitionName } from "../../aws/job-definition.ts";
import { ensureLogGroup, workerLogGroup } from "../../aws/log-group.ts";
import { findRole } from "../../aws/roles.ts";
import type { Console } from "../../console.ts";
import type { BatchInputs } from "../../inputs.ts";
import { productFolder } from "../../program-version.ts";
import { forecastCost } from "../../report/cost-forecast.ts";
import { pricesNow } from "../../report/prices-now.ts";
import { isRunnerPaid } from "../../report/runner-time.ts";
import { waitFor } from "../../wait.ts";
import type { Engine } from "../engine.ts";

export function batchEngine(clients: AwsClients, inputs: BatchInputs, languages: string[]): Engine {
  const allowedVcpus = async () => inputs.maxVcpus ?? (await presentMaxVcpus(clients, inputs.capacity));
  return {
    async obstacles() {
      const { vcpus, maxVcpus } = inputs;
      if (maxVcpus === undefined || maxVcpus >= vcpus) return [];
      return [`max-vcpus "${maxVcpus}" is fewer than the ${vcpus} vcpus of one job: no job could start.`];
    },
    async forecast({ plan, outputsPerDocument }, console) {
      const { totals } = plan;
      return forecastCost(
        {
          cpuSeconds: plan.forecast.cpuSeconds,
          documents: totals.documents,
          outputsPerDocument,
          listedKeys: 2 * (totals.documents + totals.alreadyDone),
          chunks: plan.estimatedChunks,
          vcpus: inputs.vcpus,
          memoryMib: inputs.memoryMib,
          // As in a default VPC; whether it is so is known when the network is looked at.
          publicIp: true,
          kind: inputs.capacity === "on-demand" ? "on-demand" : "spot",
          maxVcpus: await allowedVcpus(),
          isRunnerPaid: isRunnerPaid(process.env),
        },
        await pricesNow(clients.region, console),
      );
    },
    async parallelism() {
      const maxVcpus = await allowedVcpus();
      return {
        workers: Math.max(1, Math.floor(maxVcpus / inputs.vcpus)),
        processesPerWorker: Math.max(1, Math.floor(inputs.vcpus)),
      };
    },
    async prepare({ runId, plan }, console) {
      const tags = runTags(runId, process.env);
      return plan.totals.documents === 0
        ? nothingPrepared(clients.region, inputs, tags)
        : prepareAll(clients, inputs, { tags, languages }, console);
    },
  };
}

async function presentMaxVcpus({ batch }: AwsClients, capacity: Capacity): Promise<number> {
  const [kind = "spot"] = kindsOf(capacity);
  const found = await findComputeEnvironment(batch, capacityName(kind));
  return found?.computeResources?.maxvCpus ?? defaultMaxVcpus;
}

/** One fixed key for each fact, so that it can be made a cost allocation tag. */
function runTags(runId: string, { GITHUB_REPOSITORY }: NodeJS.ProcessEnv): Record<string, string> {
  return {
    "created-by": "textmill",
    "textmill-run": runId,
    ...(GITHUB_REPOSITORY ? { "textmill-repository": GITHUB_REPOSITORY } : {}),
  };
}

/** A run without documents has no jobs, and needs nothing for them. */
function nothingPrepared(
  region: string,
  { capacity, vcpus, memoryMib, maxVcpus }: BatchInputs,
  tags: Record<string, string>,
): BatchEngine {
  const nothing = { image: "", jobDefinition: "", logGroup: "", publicIp: false, queues: {} };
  return { kind: "batch", region, capacity, vcpus, memoryMib, maxVcpus: maxVcpus ?? 0, tags, ...nothing };
}

/** First what only looks things up, then what takes long, last what is changed. */
async function prepareAll(
  clients: AwsClients,
  inputs: BatchInputs,
  { tags, languages }: { tags: Record<string, string>; languages: string[] },
  console: Console,
): Promise<BatchEngine> {
  const { vcpus, memoryMib, capacity } = inputs;
  const jobRole = await findRole(clients.iam, inputs.jobRole, "job");
  const executionRole = await findRole(clients.iam, inputs.executionRole, "execution");
  const image = await console.phase("Image", () => readyImage(clients, inputs.image, languages, console));
  return console.phase("Resources", async () => {
    const around: Surroundings = { log: console.info, wait: waitFor };
    const { queues, maxVcpus, assignPublicIp } = await ensureQueues(clients, inputs, around);
    await ensureLogGroup(clients.logs, { ...workerLogGroup, tags: {} }, around);
    const { arn: jobDefinition } = await ensureJobDefinition(
      clients.batch,
      {
        name: jobDefinitionName,
        image,
        vcpus,
        memoryMib,
        jobRole,
        executionRole,
        logGroup: workerLogGroup.name,
        assignPublicIp,
      },
      around,
    );
    console.info(`queues ${Object.values(queues).join(", ")}; job definition ${jobDefinition}`);
    return {
      kind: "batch",
      region: clients.region,
      capacity,
      vcpus,
      memoryMib,
      maxVcpus,
      image,
      jobDefinition,
      logGroup: workerLogGroup.name,
      queues,
      publicIp: assignPublicIp,
      tags,
    };
  });
}

async function readyImage(
  { ecr }: AwsClients,
  given: string | undefined,
  languages: string[],
  console: Console,
): Promise<string> {
  if (given !== undefined) {
    console.info(`using the image ${given}`);
    return given;
  }
  const wanted = { repository: imageRepository, languages, tags: {}, contextFolder: productFolder };
  const { uri, made } = await ensureImage(ecr, wanted, console.info);
  console.info(made === "found" ? `the image is there already: ${uri}` : `pushed the image ${uri}`);
  return uri;
}

async function ensureQueues(clients: AwsClients, inputs: BatchInputs, around: Surroundings) {
  const { subnets, securityGroups, maxVcpus } = inputs;
  const queues: BatchEngine["queues"] = {};
  let allowed = { maxVcpus: 0, assignPublicIp: false };
  for (const kind of kindsOf(inputs.capacity).toReversed()) {
    const wanted = { kind, name: capacityName(kind), subnets, securityGroups, maxVcpus, tags: {} };
    const { queueArn, ...ensured } = await ensureCapacity(clients, wanted, around);
    queues[kind] = queueArn;
    allowed = ensured;
  }
  return { queues, ...allowed };
}
