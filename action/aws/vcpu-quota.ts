/** How many vCPUs of Fargate an account may use at a time in a region. */
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import type { CapacityKind } from "../../worker/contract.ts";
import { nameOf } from "./errors.ts";

/** https://docs.aws.amazon.com/general/latest/gr/ecs-service.html */
const quotaCodes = { spot: "L-36FBB829", "on-demand": "L-3032A538" } as const;

/** The account's own value if it has one, else AWS's default; a string says why there is none. */
export async function findVcpuQuota(
  quotas: ServiceQuotasClient,
  kind: CapacityKind,
): Promise<number | string> {
  const asked = { ServiceCode: "fargate", QuotaCode: quotaCodes[kind] };
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(asked));
    return Quota?.Value ?? "AWS gave no value.";
  } catch (error) {
    if (nameOf(error) !== "NoSuchResourceException") return reason(error);
  }
  try {
    const { Quota } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(asked));
    return Quota?.Value ?? "AWS gave no value.";
  } catch (error) {
    return reason(error);
  }
}

/** The AWS command that asks for more. */
export const raiseVcpuQuota = (kind: CapacityKind, vcpus: number) =>
  "aws service-quotas request-service-quota-increase --service-code fargate " +
  `--quota-code ${quotaCodes[kind]} --desired-value ${vcpus}`;

const reason = (error: unknown) =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
