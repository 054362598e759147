import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  type LogGroup,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { ensureLogGroup } from "../../../action/aws/log-group.ts";
import { surroundings } from "../../support/surroundings.ts";

const arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/textmill";

function logsWith(groups: LogGroup[], tags: Record<string, string> = { "created-by": "textmill" }) {
  const logs = new CloudWatchLogsClient({ region: "eu-west-1" });
  const mock = mockClient(logs);
  mock.on(DescribeLogGroupsCommand).resolves({ logGroups: groups });
  mock.on(ListTagsForResourceCommand, { resourceArn: arn }).resolves({ tags });
  mock.on(CreateLogGroupCommand).resolves({});
  mock.on(PutRetentionPolicyCommand).resolves({});
  const around = surroundings();
  const ensure = () =>
    ensureLogGroup(logs, { name: "/textmill", retentionDays: 30, tags: { team: "archive" } }, around);
  const retentions = () => mock.commandCalls(PutRetentionPolicyCommand).map(({ args }) => args[0].input);
  return { mock, ensure, around, retentions };
}

const group = { logGroupName: "/textmill", arn: `${arn}:*` };
const kept30Days = [{ logGroupName: "/textmill", retentionInDays: 30 }];

describe("a log group", () => {
  it("is created with its retention when only others begin with its name", async () => {
    const { mock, ensure, retentions } = logsWith([{ logGroupName: "/textmill/other" }]);
    expect(await ensure()).toEqual({ change: "created" });
    expect(mock.commandCalls(CreateLogGroupCommand)[0]?.args[0].input).toEqual({
      logGroupName: "/textmill",
      tags: { team: "archive", "created-by": "textmill" },
    });
    expect(retentions()).toEqual(kept30Days);
  });

  it("is let be when its retention is as wanted", async () => {
    const { ensure, retentions } = logsWith([{ ...group, retentionInDays: 30 }]);
    expect(await ensure()).toEqual({ change: "none" });
    expect(retentions()).toEqual([]);
  });

  it("gets the retention that a run did not live to set", async () => {
    const { ensure, retentions, around } = logsWith([group]);
    expect(await ensure()).toEqual({ change: "updated" });
    expect(retentions()).toEqual(kept30Days);
    expect(around.lines.at(-1)).toBe("  days kept  30      without end");
  });

  it("of someone else keeps its logs as long as its owner wants", async () => {
    const { ensure, retentions } = logsWith([group], { team: "other" });
    expect(await ensure()).toEqual({ change: "none" });
    expect(retentions()).toEqual([]);
  });

  it("whose tags may not be read is used as it is", async () => {
    const { mock, ensure, retentions } = logsWith([group]);
    mock
      .on(ListTagsForResourceCommand)
      .rejects(Object.assign(new Error("no"), { name: "AccessDeniedException" }));
    expect(await ensure()).toEqual({ change: "none" });
    expect(retentions()).toEqual([]);
  });

  it("that another run creates first gets its retention all the same", async () => {
    const { mock, ensure, retentions } = logsWith([]);
    mock
      .on(CreateLogGroupCommand)
      .rejects(Object.assign(new Error("exists"), { name: "ResourceAlreadyExistsException" }));
    await ensure();
    expect(retentions()).toEqual(kept30Days);
  });
});
