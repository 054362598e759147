/**
 * A role of AWS for a step of a workflow, without a secret of AWS in the repository.
 *
 * The SDK finds its credentials as in a container of Fargate: at an address that the environment names. So all clients
 * and stores of this process, and the workers that it starts, have them in the way in which workers on AWS have
 * theirs, and for as long as they run. https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
import { devNull } from "node:os";
import { STSClient } from "@aws-sdk/client-sts";
import type { Console } from "../console.ts";
import { logText } from "../report/escape.ts";
import { type Wait, waitFor } from "../wait.ts";
import { type AssumableRole, assumeRole } from "./assumed-role.ts";
import { serveCredentials } from "./credentials-endpoint.ts";
import { nameOperation } from "./errors.ts";
import { renewed } from "./renewed-credentials.ts";

/** Assumes the role and has `environment` lead to it. Throws when it cannot be assumed; later troubles are warned of. */
export async function useRole(
  role: AssumableRole,
  environment: NodeJS.ProcessEnv,
  console: Console,
  wait: Wait = waitFor,
): Promise<void> {
  const sts = new STSClient({
    region: role.region,
    // Another attempt takes another ID token, which the SDK does not know of.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000, socketTimeout: 30_000 },
  });
  sts.middlewareStack.use(nameOperation);
  const credentials = renewed(
    () => assumeRole(sts, role, wait),
    (message, lastUntil) => {
      const until = `The credentials at hand last until ${lastUntil.toISOString()}.`;
      console.warning(logText(`The credentials could not be renewed. ${until} ${message}`, 3000));
    },
  );
  await credentials();
  const { url, token } = await serveCredentials(credentials);
  for (const name of otherSources) delete environment[name];
  Object.assign(environment, {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    // A profile in them would go before.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  });
}

/** What the SDK's default chain would take instead. */
const otherSources = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_ROLE_ARN",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/** The run in the name of the session, as CloudTrail shows it. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const sessionName = (runId: string) =>
  `textmill-${runId}`.replace(/[^A-Za-z0-9_+=,.@-]/g, "-").slice(0, 64);
