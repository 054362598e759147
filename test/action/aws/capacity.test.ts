import {
  BatchClient,
  type ComputeEnvironmentDetail,
  DescribeComputeEnvironmentsCommand,
} from "@aws-sdk/client-batch";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { capacityName, kindsOf, placeOf } from "../../../action/aws/capacity.ts";

const existing: ComputeEnvironmentDetail = {
  computeEnvironmentName: "textmill-spot",
  computeEnvironmentArn: "arn",
  ecsClusterArn: "",
  tags: { "created-by": "textmill" },
  computeResources: {
    type: "FARGATE_SPOT",
    maxvCpus: 256,
    subnets: ["subnet-old"],
    securityGroupIds: ["sg-old"],
  },
};

function place(found: ComputeEnvironmentDetail | undefined, subnets: string[], securityGroups: string[]) {
  const batch = new BatchClient({ region: "eu-west-1" });
  mockClient(batch)
    .on(DescribeComputeEnvironmentsCommand)
    .resolves({ computeEnvironments: found === undefined ? [] : [found] });
  return placeOf(batch, "textmill-spot", { subnets, securityGroups });
}

describe("the place of a compute environment", () => {
  it.each([
    ["nothing is given: where it is", [], [], { subnets: ["subnet-old"], securityGroups: ["sg-old"] }],
    [
      "groups are given: where it is, with them",
      [],
      ["sg-1"],
      { subnets: ["subnet-old"], securityGroups: ["sg-1"] },
    ],
    // The old group may be of another VPC.
    [
      "subnets are given: there, without its group",
      ["subnet-1"],
      [],
      { subnets: ["subnet-1"], securityGroups: [] },
    ],
    ["both are given: there", ["subnet-1"], ["sg-1"], { subnets: ["subnet-1"], securityGroups: ["sg-1"] }],
  ])("when %s", async (_, subnets, securityGroups, expected) => {
    expect(await place(existing, subnets, securityGroups)).toEqual(expected);
  });

  it.each([
    ["it is not there yet", undefined],
    ["it belongs to something else", { ...existing, tags: {} }],
  ])("is what was given when %s", async (_, found) => {
    expect(await place(found, [], ["sg-1"])).toEqual({ subnets: [], securityGroups: ["sg-1"] });
  });
});

it("each kind of capacity has resources of its own", () => {
  expect(kindsOf("spot-then-on-demand").map(capacityName)).toEqual(["textmill-spot", "textmill-on-demand"]);
  expect(kindsOf("on-demand").map(capacityName)).toEqual(["textmill-on-demand"]);
});
