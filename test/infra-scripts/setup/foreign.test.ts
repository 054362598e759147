import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { logGroupStep } from "../../../infra-scripts/setup/log-group.ts";
import { securityGroupStep } from "../../../infra-scripts/setup/security-group.ts";

const region = "eu-west-1";

describe("what someone else has by the same name", () => {
  it("is refused: a security group", async () => {
    const ec2 = new EC2Client({ region });
    mockClient(ec2)
      .on(DescribeSecurityGroupsCommand)
      .resolves({ SecurityGroups: [{ GroupId: "sg-1" }] });
    expect(await securityGroupStep(ec2, "vpc-1")).toMatchObject({
      outcome: "refused",
      refusal: expect.stringContaining("security group textmill (sg-1)"),
    });
  });

  it("is refused: a log group", async () => {
    const logs = new CloudWatchLogsClient({ region });
    const mock = mockClient(logs);
    mock.on(DescribeLogGroupsCommand).resolves({ logGroups: [{ logGroupName: "/textmill/worker" }] });
    mock.on(ListTagsForResourceCommand).resolves({ tags: {} });
    const wanted = { name: "/textmill/worker", retentionDays: 30, tags: {} };
    expect(await logGroupStep(logs, wanted)).toMatchObject({ outcome: "refused" });
  });
});
