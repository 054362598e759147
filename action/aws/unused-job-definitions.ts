import { type BatchClient, DeregisterJobDefinitionCommand, type JobDefinition } from "@aws-sdk/client-batch";
import { activeRevisions } from "./job-definition.ts";
import { findJobQueue } from "./job-queue.ts";
import { activeJobs } from "./jobs.ts";
import { isOwn } from "./tags.ts";

export interface Revision {
  arn: string;
  revision: number;
  image: string;
}

/** Kept of the newest, so that a run that waits to be resumed finds its own. */
const keptRevisions = 5;

/** Textmill's revisions of a job definition: the newest and those of jobs that are not over stay. */
export async function sortRevisions(
  batch: BatchClient,
  { name, queues }: { name: string; queues: readonly string[] },
): Promise<{ kept: Revision[]; unused: Revision[] }> {
  const own: JobDefinition[] = [];
  for await (const found of activeRevisions(batch, name)) if (isOwn(found.tags)) own.push(found);
  own.sort((a, b) => (b.revision ?? 0) - (a.revision ?? 0));
  const active = await activeDefinitions(batch, queues);
  const kept: Revision[] = [];
  const unused: Revision[] = [];
  for (const [age, { jobDefinitionArn: arn = "", revision = 0, containerProperties }] of own.entries()) {
    const stays = age < keptRevisions || active.has(arn);
    (stays ? kept : unused).push({ arn, revision, image: containerProperties?.image ?? "" });
  }
  return { kept, unused };
}

/** Of the jobs that are not over. An array job stands for its children. */
async function activeDefinitions(batch: BatchClient, queues: readonly string[]): Promise<Set<string>> {
  const definitions = new Set<string>();
  for (const jobQueue of queues) {
    if ((await findJobQueue(batch, jobQueue)) === undefined) continue;
    for await (const { jobDefinition } of activeJobs(batch, jobQueue)) definitions.add(jobDefinition ?? "");
  }
  return definitions;
}

/** Jobs that were submitted with it are not touched. */
export async function deregister(batch: BatchClient, { arn }: Revision): Promise<void> {
  await batch.send(new DeregisterJobDefinitionCommand({ jobDefinition: arn }));
}
