/** AWS's APIs. Credentials and endpoints are the SDK's own: its default chain and `AWS_ENDPOINT_URL`. */
import { BatchClient } from "@aws-sdk/client-batch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { nameOperation } from "./errors.ts";

export interface AwsClients {
  region: string;
  batch: BatchClient;
  ec2: EC2Client;
  ecr: ECRClient;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  quotas: ServiceQuotasClient;
  sts: STSClient;
}

/** A throttled or failing call is tried again after a random time, of 20 seconds at most: 12 attempts are minutes. */
export function openClients(region: string, maxAttempts = 12): AwsClients {
  const settings = {
    region,
    maxAttempts,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 60_000 },
  };
  const clients = {
    batch: new BatchClient(settings),
    ec2: new EC2Client(settings),
    ecr: new ECRClient(settings),
    iam: new IAMClient(settings),
    logs: new CloudWatchLogsClient(settings),
    quotas: new ServiceQuotasClient(settings),
    sts: new STSClient(settings),
  };
  for (const client of Object.values(clients)) client.middlewareStack.use(nameOperation);
  return { region, ...clients };
}
