import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  ensureLogGroup,
  findLogGroup,
  isMadeByTextmill,
  type WantedLogGroup,
} from "../../action/aws/log-group.ts";
import { foreignRefusal } from "../../action/aws/tags.ts";
import type { Step } from "../steps.ts";

export async function logGroupStep(logs: CloudWatchLogsClient, wanted: WantedLogGroup): Promise<Step> {
  const thing = `log group ${wanted.name}`;
  const found = await findLogGroup(logs, wanted.name);
  const carryOut = () => ensureLogGroup(logs, wanted, { log: () => {} });
  const keeps = `keep logs for ${wanted.retentionDays} days`;
  if (found === undefined) {
    return { thing, found: "not there", outcome: "to-change", change: `create, ${keeps}`, carryOut };
  }
  if (!(await isMadeByTextmill(logs, found))) {
    return { thing, found: "someone else's", outcome: "refused", refusal: foreignRefusal(thing) };
  }
  const days = found.retentionInDays;
  if (days === wanted.retentionDays) return { thing, found: "as wanted", outcome: "as-wanted" };
  const now = `keeps logs ${days === undefined ? "without end" : `for ${days} days`}`;
  return { thing, found: now, outcome: "to-change", change: keeps, carryOut };
}
