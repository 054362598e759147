/** What the account's quota of vCPUs means for a large run. */
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { defaultMaxVcpus } from "../../action/aws/compute-environment.ts";
import { findVcpuQuota, raiseVcpuQuota } from "../../action/aws/vcpu-quota.ts";
import { predictedCpuSeconds } from "../../action/planning/forecast.ts";
import { count, duration } from "../../action/report/numbers.ts";
import type { CapacityKind } from "../../worker/contract.ts";

const kinds: CapacityKind[] = ["spot", "on-demand"];

/** At which a million pages are read within a coffee break; AWS grants it after a look at the account. */
const generousVcpus = 4000;

export async function runTimeLines(quotas: ServiceQuotasClient, region: string): Promise<string[]> {
  const lines = await Promise.all(
    kinds.map(async (kind) => quotaLines(kind, await findVcpuQuota(quotas, kind), region)),
  );
  return [
    ...lines.flat(),
    `A run uses ${count(defaultMaxVcpus)} of them at most, unless its input max-vcpus says otherwise.`,
  ];
}

export function quotaLines(kind: CapacityKind, quota: number | string, region: string): string[] {
  const raise = `  to ask for more: ${raiseVcpuQuota(kind, generousVcpus)} --region ${region}`;
  if (typeof quota === "string") {
    const [why] = quota.split("\n", 1);
    return [`The quota of Fargate ${kind} vCPUs could not be read: ${why}`, raise];
  }
  if (quota < 1) return [`Fargate ${kind}: no vCPUs at all, so that no worker could start.`, raise];
  const line = `Fargate ${kind}: ${count(quota)} vCPUs at a time; ${millionPages(quota)}.`;
  return quota >= generousVcpus ? [line] : [line, raise];
}

const millionPages = (vcpus: number) =>
  `at that, a million pages take about ${duration(secondsOfPages(1_000_000, vcpus))}`;

/** Scans of half a megabyte each. Finding capacity and starting the workers comes on top. */
const secondsOfPages = (pages: number, vcpus: number) =>
  (pages * predictedCpuSeconds({ key: "scan.jpg", bytes: 500_000 })) / vcpus;
