import { type CloudWatchLogsClient, DeleteLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { findLogGroup, isMadeByTextmill } from "../../action/aws/log-group.ts";
import type { Step } from "../steps.ts";

export async function logGroupRemoval(logs: CloudWatchLogsClient, name: string): Promise<Step> {
  const thing = `log group ${name}`;
  const found = await findLogGroup(logs, name);
  if (found === undefined) return { thing, found: "not there", outcome: "as-wanted" };
  if (!(await isMadeByTextmill(logs, found))) return { thing, found: "someone else's", outcome: "as-wanted" };
  const carryOut = () => logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
  return { thing, found: "there", outcome: "to-change", change: "delete with its logs", carryOut };
}
