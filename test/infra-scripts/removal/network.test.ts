import {
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointsCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { endpointSteps, securityGroupSteps } from "../../../infra-scripts/removal/network.ts";
import type { Step } from "../../../infra-scripts/steps.ts";
import { refusal } from "../../support/made-up-account.ts";
import { surroundings } from "../../support/surroundings.ts";

const region = "eu-west-1";
async function carryOut(steps: readonly Step[]): Promise<void> {
  for (const step of steps) if (step.outcome === "to-change") await step.carryOut();
}

describe("a security group", () => {
  function group(failure: string, failures: number) {
    const ec2 = new EC2Client({ region });
    const mock = mockClient(ec2);
    const SecurityGroups = [{ GroupId: "sg-1", GroupName: "textmill", VpcId: "vpc-1" }];
    mock.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups });
    let left = failures;
    mock.on(DeleteSecurityGroupCommand).callsFake(() => {
      left -= 1;
      if (left >= 0) throw refusal(failure);
    });
    const around = surroundings();
    return { mock, around, steps: securityGroupSteps(ec2, around.wait) };
  }

  it("goes once the last worker's network interface is gone", async () => {
    const { mock, steps } = group("DependencyViolation", 20);
    await carryOut(await steps);
    expect(mock.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(21);
    expect(mock.commandCalls(DescribeSecurityGroupsCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "tag:created-by", Values: ["textmill"] },
    ]);
  });

  it("that stays in use is given up after ten minutes", async () => {
    const { around, steps } = group("DependencyViolation", Number.POSITIVE_INFINITY);
    await expect(carryOut(await steps)).rejects.toThrow(/After 10 minutes.*uses sg-1/);
    expect(around.waited).toBeGreaterThan(500);
  });

  it("that may not be deleted is not tried again", async () => {
    const { mock, steps } = group("UnauthorizedOperation", 1);
    await expect(carryOut(await steps)).rejects.toThrow();
    expect(mock.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(1);
  });
});

it("an endpoint that AWS does not delete is no success", async () => {
  const ec2 = new EC2Client({ region });
  const mock = mockClient(ec2);
  mock.on(DescribeVpcEndpointsCommand).resolves({
    VpcEndpoints: [{ VpcEndpointId: "vpce-1", VpcEndpointType: "Gateway", State: "Available" }],
  });
  mock.on(DeleteVpcEndpointsCommand).resolves({
    Unsuccessful: [{ ResourceId: "vpce-1", Error: { Message: "It is in use" } }],
  });
  await expect(carryOut(await endpointSteps(ec2))).rejects.toThrow(/vpce-1: It is in use/);
});
