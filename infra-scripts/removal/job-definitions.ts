import {
  type BatchClient,
  DeregisterJobDefinitionCommand,
  type JobDefinition,
  paginateDescribeJobDefinitions,
} from "@aws-sdk/client-batch";
import { isOwn } from "../../action/aws/tags.ts";
import { counted } from "../../action/report/numbers.ts";
import type { Step } from "../steps.ts";

/** AWS Batch itself deletes revisions half a year after they were deregistered. */
export async function jobDefinitionSteps(batch: BatchClient): Promise<Step[]> {
  const byName = new Map<string, string[]>();
  for await (const { jobDefinitionName: name = "", jobDefinitionArn: arn = "" } of ownRevisions(batch)) {
    byName.set(name, [...(byName.get(name) ?? []), arn]);
  }
  return [...byName].map(([name, arns]) => ({
    thing: `job definition ${name}`,
    found: counted(arns.length, "revision"),
    outcome: "to-change",
    change: "deregister",
    async carryOut() {
      for (const jobDefinition of arns)
        await batch.send(new DeregisterJobDefinitionCommand({ jobDefinition }));
    },
  }));
}

async function* ownRevisions(batch: BatchClient): AsyncGenerator<JobDefinition> {
  for await (const page of paginateDescribeJobDefinitions(
    { client: batch, pageSize: 100 },
    { status: "ACTIVE" },
  )) {
    yield* (page.jobDefinitions ?? []).filter(({ tags }) => isOwn(tags));
  }
}
