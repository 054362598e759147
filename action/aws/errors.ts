/** What AWS refuses, in words that name the call and what mends it. */
import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import type { Pluggable, SdkError } from "@smithy/types";

/** Something of the account is not as a run needs it. The message says what, which, and what to do. */
export class AwsError extends Error {}

/** IAM's name of a service where it is not the SDK's: `ec2:DescribeSubnets`, `logs:CreateLogGroup`. */
const servicePrefixes: Readonly<Record<string, string>> = {
  BatchClient: "batch",
  CloudWatchLogsClient: "logs",
  EC2Client: "ec2",
  ECRClient: "ecr",
  IAMClient: "iam",
  S3Client: "s3",
  ServiceQuotasClient: "servicequotas",
  STSClient: "sts",
};

const operations = new WeakMap<object, string>();

/** Remembers of each error that a client throws which call it came from, e.g. `batch:SubmitJob`. */
// biome-ignore lint/suspicious/noExplicitAny: the plug-in takes the commands of every client.
export const nameOperation: Pluggable<any, any> = {
  applyToStack(stack) {
    stack.add(
      (next, { clientName = "", commandName = "" }) =>
        async (args) => {
          try {
            return await next(args);
          } catch (error) {
            const service = servicePrefixes[clientName] ?? clientName;
            if (error instanceof Error)
              operations.set(error, `${service}:${commandName.replace(/Command$/, "")}`);
            throw error;
          }
        },
      { step: "initialize", name: "nameOperation", override: true },
    );
  },
};

export const nameOf = (error: unknown) => (error instanceof Error ? error.name : "");

export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Whether the fault passes by itself: the network, throttling, a service that fails. Seen through what wraps it. */
export function isTransient(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const fault = cause as SdkError;
    if (isTransientError(fault) || isThrottlingError(fault) || isServerError(fault)) return true;
  }
  return false;
}

const deniedNames = [
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "Client.UnauthorizedOperation",
];

const credentialNames = [
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "AuthFailure",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
];

export const isDenied = (error: unknown) => deniedNames.includes(nameOf(error));

/** What a step of a workflow lacks when AWS denies it something. */
const grantToStep =
  "Grant it to the role or user of this step " +
  "(infra-scripts/policies/deploy-role.json has all that a run needs, cleanup.json what cleanup needs besides).";

/** `undefined` when the error is none of AWS's. `grant` says what to do when something is denied. */
export function explainAwsError(error: unknown, grant = grantToStep): string | undefined {
  if (error instanceof AwsError) return error.message;
  if (!(error instanceof Error)) return undefined;
  if (credentialNames.includes(error.name)) {
    return `No valid AWS credentials: ${error.message} Give role-to-assume, run aws-actions/configure-aws-credentials in a step before, or log in.`;
  }
  const operation = operations.get(error);
  if (operation === undefined) return undefined;
  if (isDenied(error)) {
    return `${operation} is denied. ${grant} AWS says: ${error.message}`;
  }
  return `${operation} failed: ${error.name}: ${error.message}`;
}
