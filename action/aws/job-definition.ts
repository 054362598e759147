import { createHash } from "node:crypto";
import {
  type BatchClient,
  type EvaluateOnExit,
  type JobDefinition,
  paginateDescribeJobDefinitions,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionCommandInput,
} from "@aws-sdk/client-batch";
import { exitCodes, maxAttempts, variables } from "../../worker/contract.ts";
import type { Change, Surroundings } from "./ensure.ts";
import { AwsError } from "./errors.ts";
import { isOwn, withOwnTags } from "./tags.ts";

export interface WantedJobDefinition {
  name: string;
  /** By its digest. */
  image: string;
  vcpus: number;
  memoryMib: number;
  /** ARNs. */
  jobRole: string;
  executionRole: string;
  /** It has to exist: a worker without its log does not start. */
  logGroup: string;
  assignPublicIp: boolean;
}

export const jobDefinitionName = "textmill";

/** Of a worker's attempt. No chunk takes as long; a worker that hangs must not be paid for without end. */
const attemptSeconds = 24 * 60 * 60;

/** Which content a revision has. AWS Batch adds a revision at each registration, also of the same content. */
const contentTag = "textmill-content";

/** The revision of that content; a new one only when there is none. The ARN names the revision. */
export async function ensureJobDefinition(
  batch: BatchClient,
  wanted: WantedJobDefinition,
  { log }: Pick<Surroundings, "log">,
): Promise<{ arn: string; change: Change }> {
  const content = contentOf(wanted);
  const hash = contentHash(content);
  for await (const found of activeRevisions(batch, wanted.name)) {
    if (isOwn(found.tags) && found.tags?.[contentTag] === hash && isOf(found, wanted)) {
      return { arn: found.jobDefinitionArn ?? "", change: "none" };
    }
  }
  const { jobDefinitionArn: arn, revision } = await batch.send(
    // Tags of a definition reach the tasks: those of a caller belong on the jobs, which are one caller's.
    new RegisterJobDefinitionCommand({ ...content, tags: withOwnTags({ [contentTag]: hash }) }),
  );
  if (arn === undefined) throw new AwsError(`AWS Batch gave no ARN for the job definition ${wanted.name}.`);
  log(`Registered the job definition ${wanted.name}, revision ${revision}.`);
  return { arn, change: "created" };
}

/** The newest need not come first. */
export async function* activeRevisions(batch: BatchClient, name: string): AsyncGenerator<JobDefinition> {
  const asked = { jobDefinitionName: name, status: "ACTIVE" };
  for await (const page of paginateDescribeJobDefinitions({ client: batch, pageSize: 100 }, asked)) {
    yield* page.jobDefinitions ?? [];
  }
}

/**
 * What AWS Batch gives back as it got it; other parts it completes and reorders. A tag alone, which anyone who may
 * tag could set, must not decide what runs with which rights.
 */
function isOf({ containerProperties: found }: JobDefinition, wanted: WantedJobDefinition): boolean {
  const size = new Map(found?.resourceRequirements?.map(({ type, value }) => [type, value]));
  return (
    found?.image === wanted.image &&
    found.jobRoleArn === wanted.jobRole &&
    found.executionRoleArn === wanted.executionRole &&
    Number(size.get("VCPU")) === wanted.vcpus &&
    Number(size.get("MEMORY")) === wanted.memoryMib
  );
}

type Content = Omit<RegisterJobDefinitionCommandInput, "tags">;

export function contentOf(wanted: WantedJobDefinition): Content {
  return {
    jobDefinitionName: wanted.name,
    type: "container",
    platformCapabilities: ["FARGATE"],
    propagateTags: true,
    retryStrategy: { attempts: maxAttempts, evaluateOnExit: retryRules() },
    timeout: { attemptDurationSeconds: attemptSeconds },
    containerProperties: {
      image: wanted.image,
      jobRoleArn: wanted.jobRole,
      executionRoleArn: wanted.executionRole,
      resourceRequirements: [
        { type: "VCPU", value: String(wanted.vcpus) },
        { type: "MEMORY", value: String(wanted.memoryMib) },
      ],
      environment: [{ name: variables.processes, value: String(Math.max(1, Math.floor(wanted.vcpus))) }],
      networkConfiguration: { assignPublicIp: wanted.assignPublicIp ? "ENABLED" : "DISABLED" },
      fargatePlatformConfiguration: { platformVersion: "LATEST" },
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      linuxParameters: { initProcessEnabled: true },
      readonlyRootFilesystem: false,
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": wanted.logGroup } },
    },
  };
}

/**
 * Rules are read in order, and what matches none is tried again
 * (https://docs.aws.amazon.com/batch/latest/APIReference/API_EvaluateOnExit.html): only the ends that
 * another attempt cannot mend need a rule. The first is for a worker that Spot stopped in the midst of such an end.
 */
export function retryRules(): EvaluateOnExit[] {
  const final = Object.values(exitCodes).filter(({ code, retry }) => code !== 0 && !retry);
  return [
    { onStatusReason: "Your Spot Task was interrupted*", action: "RETRY" },
    ...final.map(({ code }): EvaluateOnExit => ({ onExitCode: String(code), action: "EXIT" })),
  ];
}

/** Does not depend on the order of an object's keys. */
export function contentHash(content: Content): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex").slice(0, 32);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
