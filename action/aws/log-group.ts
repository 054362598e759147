import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { driftOf, driftTable } from "./drift.ts";
import type { Change, Surroundings } from "./ensure.ts";
import { isDenied, nameOf } from "./errors.ts";
import { isOwn, type Tags, withOwnTags } from "./tags.ts";

export interface WantedLogGroup {
  name: string;
  retentionDays: number;
  tags: Tags;
}

/** The one of all workers of an account. */
export const workerLogGroup = { name: "/textmill/worker", retentionDays: 30 };

/** A group that Textmill did not make is used as it is: a shorter retention would delete the logs of others. */
export async function ensureLogGroup(
  logs: CloudWatchLogsClient,
  wanted: WantedLogGroup,
  { log }: Pick<Surroundings, "log">,
): Promise<{ change: Change }> {
  const found = await findLogGroup(logs, wanted.name);
  if (found === undefined) {
    await create(logs, wanted);
    log(`Created the log group ${wanted.name}, which keeps logs for ${wanted.retentionDays} days.`);
    return { change: "created" };
  }
  const drift = driftOf([
    { what: "days kept", wanted: wanted.retentionDays, found: found.retentionInDays ?? "without end" },
  ]);
  if (drift.length === 0 || !(await isMadeByTextmill(logs, found))) return { change: "none" };
  log(`Updating the log group ${wanted.name}:`);
  for (const line of driftTable(drift)) log(line);
  await keepFor(logs, wanted);
  return { change: "updated" };
}

/** The group of exactly that name. Groups are listed in the order of their names, so it is the first. */
export async function findLogGroup(logs: CloudWatchLogsClient, name: string): Promise<LogGroup | undefined> {
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups.find(({ logGroupName }) => logGroupName === name);
}

async function create(logs: CloudWatchLogsClient, wanted: WantedLogGroup): Promise<void> {
  try {
    await logs.send(new CreateLogGroupCommand({ logGroupName: wanted.name, tags: withOwnTags(wanted.tags) }));
  } catch (error) {
    // Another run was faster; to set its retention twice does no harm.
    if (nameOf(error) !== "ResourceAlreadyExistsException") throw error;
  }
  await keepFor(logs, wanted);
}

const keepFor = (logs: CloudWatchLogsClient, { name, retentionDays }: WantedLogGroup) =>
  logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: retentionDays }));

/** `false` also where the tags may not be read. */
export async function isMadeByTextmill(logs: CloudWatchLogsClient, group: LogGroup): Promise<boolean> {
  // `arn` ends in `:*`, which the call takes for no ARN of a group.
  const resourceArn = group.logGroupArn ?? group.arn?.replace(/:\*$/, "");
  try {
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
    return isOwn(tags);
  } catch (error) {
    if (isDenied(error)) return false;
    throw error;
  }
}
