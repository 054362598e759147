import type { BatchClient } from "@aws-sdk/client-batch";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { CapacityKind } from "../../worker/contract.ts";
import { placeOf } from "../aws/capacity.ts";
import { computeEnvironment, defaultMaxVcpus, findComputeEnvironment } from "../aws/compute-environment.ts";
import type { Drift } from "../aws/drift.ts";
import { inspect } from "../aws/ensure.ts";
import { fargateSizeError } from "../aws/fargate-sizes.ts";
import { jobQueue } from "../aws/job-queue.ts";
import { findVcpuQuota, raiseVcpuQuota } from "../aws/vcpu-quota.ts";
import { type Finding, failed, ok, skipped, warning } from "./check.ts";
import type { SetupWanted } from "./wanted.ts";

export async function checkWorkerSize({ vcpus, memoryMib, maxVcpus }: SetupWanted): Promise<Finding> {
  const error = fargateSizeError(vcpus, memoryMib);
  if (error !== undefined) return failed(`${error}. Change vcpus or memory-mib.`);
  if (maxVcpus !== undefined && vcpus > maxVcpus) {
    return failed(
      `A worker has ${vcpus} vCPUs and max-vcpus allows ${maxVcpus}: none would ever start. Raise max-vcpus.`,
    );
  }
  return ok(`${vcpus} vCPUs and ${memoryMib} MiB`);
}

/** The first run makes what is not there. */
export async function checkComputeEnvironment(
  batch: BatchClient,
  kind: CapacityKind,
  wanted: SetupWanted,
): Promise<Finding> {
  const name = wanted.capacityName(kind);
  const { subnets, securityGroups } = await placeOf(batch, name, wanted);
  const existing = await findComputeEnvironment(batch, name);
  const groups = existing?.computeResources?.securityGroupIds ?? [];
  const found = await inspect(
    computeEnvironment(batch, {
      name,
      kind,
      maxVcpus: wanted.maxVcpus,
      subnetIds: subnets,
      securityGroupIds: securityGroups.length > 0 ? securityGroups : groups,
      tags: {},
    }),
  );
  if (found === undefined) return ok(`there is no ${name} yet; the first run makes it`);
  const has = found.found.computeResources?.maxvCpus ?? 0;
  if (wanted.maxVcpus === undefined && has < wanted.vcpus) {
    return failed(
      `${name} allows ${has} vCPUs, a worker has ${wanted.vcpus}: none would ever start. Raise max-vcpus.`,
    );
  }
  return ok(withDrift(`${name} is ${found.found.status}, with ${has} vCPUs`, found.drift));
}

export async function checkJobQueue(batch: BatchClient, name: string): Promise<Finding> {
  const environment = await findComputeEnvironment(batch, name);
  const computeEnvironmentArn = environment?.computeEnvironmentArn ?? "";
  const found = await inspect(jobQueue(batch, { name, computeEnvironmentArn, tags: {} }));
  if (found === undefined) return ok(`there is no ${name} yet; the first run makes it`);
  return ok(withDrift(`${name} is ${found.found.status}`, found.drift));
}

function withDrift(text: string, drift: readonly Drift[]): string {
  if (drift.length === 0) return text;
  const changes = drift.map(({ what, wanted, found }) => `${what} from ${found} to ${wanted}`);
  return `${text}; the next run changes ${changes.join(", ")}`;
}

export async function checkQuota(
  { batch, quotas }: { batch: BatchClient; quotas: ServiceQuotasClient },
  kind: CapacityKind,
  wanted: SetupWanted,
): Promise<Finding> {
  const quota = await findVcpuQuota(quotas, kind);
  if (typeof quota === "string")
    return skipped(`The quota of Fargate ${kind} vCPUs could not be read: ${quota}`);
  const environment = await findComputeEnvironment(batch, wanted.capacityName(kind));
  const max = wanted.maxVcpus ?? environment?.computeResources?.maxvCpus ?? defaultMaxVcpus;
  const found = `This account and region may use ${quota} vCPUs of Fargate ${kind} at a time`;
  const raise = `Ask for more: ${raiseVcpuQuota(kind, max)}`;
  if (quota < wanted.vcpus) return failed(`${found}, one worker needs ${wanted.vcpus}. ${raise}`);
  if (quota < max)
    return warning(`${found}, fewer than the ${max} that a run is allowed: it takes longer. ${raise}`);
  return ok(`${quota} vCPUs of Fargate ${kind}, of which a run uses up to ${max}`);
}
