import {
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointsCommand,
  type EC2Client,
  paginateDescribeSecurityGroups,
} from "@aws-sdk/client-ec2";
import { AwsError, nameOf } from "../../action/aws/errors.ts";
import type { Wait } from "../../action/wait.ts";
import { gatewayEndpoints } from "../setup/s3-endpoint.ts";
import type { Step } from "../steps.ts";
import { until } from "./until.ts";

/** Of all VPCs of the region. */
const own = [{ Name: "tag:created-by", Values: ["textmill"] }];

export async function securityGroupSteps(ec2: EC2Client, wait: Wait): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, { Filters: own })) {
    for (const { GroupId: id = "", GroupName, VpcId } of page.SecurityGroups ?? []) {
      steps.push({
        thing: `security group ${GroupName} (${id})`,
        found: `in ${VpcId}`,
        outcome: "to-change",
        change: "delete",
        carryOut: () => removeSecurityGroup(ec2, id, wait),
      });
    }
  }
  return steps;
}

/** Network interfaces of the last workers outlive them for some minutes. */
const interfaceSeconds = 600;

const removeSecurityGroup = (ec2: EC2Client, GroupId: string, wait: Wait) =>
  until(
    async () => {
      try {
        await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
        return true;
      } catch (error) {
        if (nameOf(error) === "DependencyViolation") return false;
        throw error;
      }
    },
    {
      what: `no network interface or other security group uses ${GroupId}`,
      maxSeconds: interfaceSeconds,
      wait,
    },
  );

export async function endpointSteps(ec2: EC2Client): Promise<Step[]> {
  return (await gatewayEndpoints(ec2, own)).map(({ VpcEndpointId: id = "", VpcId }) => ({
    thing: `S3 gateway endpoint ${id}`,
    found: `in ${VpcId}`,
    outcome: "to-change",
    change: "delete",
    // It answers with those that it did not delete, and no error.
    async carryOut() {
      const { Unsuccessful = [] } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
      const [refused] = Unsuccessful;
      if (refused !== undefined)
        throw new AwsError(`AWS did not delete the endpoint ${id}: ${refused.Error?.Message}`);
    },
  }));
}
