/** From GitHub's word for who this step is to an hour's credentials of a role. */
import * as core from "@actions/core";
import { AssumeRoleWithWebIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { logText } from "../report/escape.ts";
import { type Wait, waitFor } from "../wait.ts";
import { AwsError, isDenied, isTransient, messageOf, nameOf } from "./errors.ts";
import { audience, claimsOf, githubIssuer } from "./id-token.ts";
import { explainRefusedRole } from "./refused-role.ts";

export interface AssumableRole {
  arn: string;
  region: string;
  /** Shown by CloudTrail beside each call. */
  sessionName: string;
}

export interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** The most that every role allows. */
const durationSeconds = 3600;
/** With the waits between them about half a minute. */
const attempts = 6;

/**
 * An ID token lives five minutes, less than a trouble of STS may last, so each attempt takes a new one. A refusal ends
 * in an error that says what GitHub sent and what the role would have to trust.
 */
export async function assumeRole(
  sts: STSClient,
  role: AssumableRole,
  wait: Wait = waitFor,
): Promise<RoleCredentials> {
  for (let attempt = 1; ; attempt++) {
    const end = await assumeOnce(sts, role);
    if (end.outcome === "assumed") return end.credentials;
    if (attempt === attempts) throw new AwsError(end.message, { cause: end.cause });
    await wait(2 ** (attempt - 1) * (0.75 + Math.random() / 2));
  }
}

type Attempt =
  | { outcome: "assumed"; credentials: RoleCredentials }
  /** Another attempt may do better. */
  | { outcome: "failed"; message: string; cause: unknown };

async function assumeOnce(sts: STSClient, role: AssumableRole): Promise<Attempt> {
  const idToken = await fetchIdToken();
  if (typeof idToken !== "string") return idToken;
  try {
    const { Credentials } = await sts.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: role.arn,
        RoleSessionName: role.sessionName,
        WebIdentityToken: idToken,
        DurationSeconds: durationSeconds,
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      return { outcome: "failed", message: "AWS STS answered without credentials.", cause: undefined };
    }
    core.setSecret(SecretAccessKey);
    core.setSecret(SessionToken);
    return {
      outcome: "assumed",
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        expiration: Expiration,
      },
    };
  } catch (cause) {
    if (isDenied(cause)) throw new AwsError(await explainRefusedRole(role, claimsOf(idToken)), { cause });
    const message = `${role.arn} cannot be assumed: ${nameOf(cause)}: ${logText(messageOf(cause))}`;
    if (isPassing(cause)) return { outcome: "failed", message, cause };
    throw new AwsError(message + adviceOn(cause), { cause });
  }
}

async function fetchIdToken(): Promise<string | Attempt> {
  if (!process.env.ACTIONS_ID_TOKEN_REQUEST_URL || !process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN) {
    throw new AwsError(
      "role-to-assume needs GitHub's word for who this step is, and GitHub gives none. Add to the job, or to the workflow:\n" +
        "permissions:\n  id-token: write\n  contents: read\n" +
        "(A called workflow has no more permissions than its caller, and pull requests from forks never have this one. " +
        "Outside of GitHub Actions leave role-to-assume empty and log in to AWS.)",
    );
  }
  try {
    return await core.getIDToken(audience);
  } catch (cause) {
    const message = `GitHub gives no ID token: ${logText(messageOf(cause))}`;
    return { outcome: "failed", message, cause };
  }
}

/** Names that pass with another token or a moment later, besides what passes for every service. */
const passingNames = ["ExpiredTokenException", "IDPCommunicationError", "IDPCommunicationErrorException"];

/** STS calls it an invalid token, too, when GitHub's keys could not be had. */
const isPassing = (error: unknown) =>
  isTransient(error) ||
  passingNames.includes(nameOf(error)) ||
  /couldn't retrieve verification key/i.test(messageOf(error));

const adviceOn = (error: unknown) =>
  /OpenIDConnect provider/i.test(messageOf(error))
    ? ` The role's account does not know GitHub: aws iam create-open-id-connect-provider --url https://${githubIssuer} --client-id-list ${audience}`
    : "";
