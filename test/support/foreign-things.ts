/** What others have in an account beside Textmill: a thing of each kind, next to those that teardown removes. */
import { setTimeout as pause } from "node:timers/promises";
import {
  BatchClient,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DescribeComputeEnvironmentsCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  RegisterJobDefinitionCommand,
} from "@aws-sdk/client-batch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateRoleCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

/** All by one name, which no one else has. */
export async function makeForeignThings(region: string, name: string): Promise<void> {
  const batch = new BatchClient({ region });
  const ec2 = new EC2Client({ region });
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const [subnet] = Subnets;
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: subnet?.VpcId }),
  );
  const { computeEnvironmentArn } = await batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: name,
      type: "MANAGED",
      state: "ENABLED",
      computeResources: {
        type: "FARGATE",
        maxvCpus: 4,
        subnets: [subnet?.SubnetId ?? ""],
        securityGroupIds: [GroupId],
      },
    }),
  );
  await untilValid(batch, name);
  await batch.send(
    new CreateJobQueueCommand({
      jobQueueName: name,
      priority: 1,
      computeEnvironmentOrder: [{ order: 1, computeEnvironment: computeEnvironmentArn }],
    }),
  );
  const { Role } = await new IAMClient({ region }).send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }),
  );
  await batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: name,
      type: "container",
      platformCapabilities: ["FARGATE"],
      containerProperties: {
        image: "example",
        executionRoleArn: Role?.Arn,
        resourceRequirements: [
          { type: "VCPU", value: "1" },
          { type: "MEMORY", value: "2048" },
        ],
      },
    }),
  );
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.79.0.0/16" }));
  const filters = [{ Name: "vpc-id", Values: [Vpc?.VpcId ?? ""] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters: filters }));
  await ec2.send(
    new CreateVpcEndpointCommand({
      VpcEndpointType: "Gateway",
      VpcId: Vpc?.VpcId,
      ServiceName: `com.amazonaws.${region}.s3`,
      RouteTableIds: [RouteTables[0]?.RouteTableId ?? ""],
    }),
  );
  await new ECRClient({ region }).send(new CreateRepositoryCommand({ repositoryName: name }));
  await new CloudWatchLogsClient({ region }).send(new CreateLogGroupCommand({ logGroupName: name }));
}

async function untilValid(batch: BatchClient, name: string): Promise<void> {
  const command = new DescribeComputeEnvironmentsCommand({ computeEnvironments: [name] });
  while ((await batch.send(command)).computeEnvironments?.[0]?.status !== "VALID") await pause(200);
}

/**
 * Everything in the account that teardown could have an eye on, of Textmill and of others, but for roles of AWS's own
 * and of other tests.
 */
export async function thingsIn(region: string): Promise<string[]> {
  const batch = new BatchClient({ region });
  const ec2 = new EC2Client({ region });
  const iam = new IAMClient({ region });
  const { jobQueues = [] } = await batch.send(new DescribeJobQueuesCommand({}));
  const { computeEnvironments = [] } = await batch.send(new DescribeComputeEnvironmentsCommand({}));
  const { jobDefinitions = [] } = await batch.send(new DescribeJobDefinitionsCommand({ status: "ACTIVE" }));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({}));
  const { repositories = [] } = await new ECRClient({ region }).send(new DescribeRepositoriesCommand({}));
  const { logGroups = [] } = await new CloudWatchLogsClient({ region }).send(
    new DescribeLogGroupsCommand({}),
  );
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1000 }));
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const standing = VpcEndpoints.filter(({ State }) => State?.toLowerCase() !== "deleted");
  return [
    ...jobQueues.map(({ jobQueueName, state }) => `queue ${jobQueueName} ${state}`),
    ...computeEnvironments.map((found) => `environment ${found.computeEnvironmentName} ${found.state}`),
    ...jobDefinitions.map(({ jobDefinitionName }) => `definition ${jobDefinitionName}`),
    ...SecurityGroups.map(({ GroupName, VpcId }) => `group ${GroupName} of ${VpcId}`),
    ...standing.map(({ VpcEndpointId }) => `endpoint ${VpcEndpointId}`),
    ...repositories.map(({ repositoryName }) => `repository ${repositoryName}`),
    ...logGroups.map(({ logGroupName }) => `log group ${logGroupName}`),
    ...Roles.filter(({ RoleName = "" }) => !/^(textmill-test-|AWSServiceRole)/.test(RoleName)).map(
      ({ RoleName }) => `role ${RoleName}`,
    ),
    ...OpenIDConnectProviderList.map(({ Arn }) => `provider ${Arn}`),
  ].sort();
}
