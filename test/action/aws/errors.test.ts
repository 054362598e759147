import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { openClients } from "../../../action/aws/clients.ts";
import { AwsError, explainAwsError, isDenied } from "../../../action/aws/errors.ts";
import { describeJobs, terminateJob } from "../../../action/aws/jobs.ts";
import { hangUp, madeUpBatch, refusal } from "../../support/made-up-batch.ts";

const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error("Nothing was thrown.");
    },
    (error: unknown) => error,
  );

/** What is said when AWS Batch answers a call with that error. */
async function refusedTerminate(name: string, message = "no", status = 400) {
  const batch = madeUpBatch();
  batch.between = async () => refusal(status, name, message);
  return explainAwsError(await thrownBy(terminateJob(batch.client(), "job-1", "enough")));
}

describe("what AWS refuses", () => {
  it("names the action that is denied, as a policy writes it, and what AWS says", async () => {
    const said = await refusedTerminate("AccessDeniedException", "User: x is not authorized", 403);
    expect(said).toMatch(/^batch:TerminateJob is denied\. Grant it to the role or user of this step/);
    expect(said).toContain("User: x is not authorized");
  });

  it.each([
    ["ec2:DescribeSubnets", "ec2", new DescribeSubnetsCommand({})],
    ["logs:CreateLogGroup", "logs", new CreateLogGroupCommand({ logGroupName: "x" })],
  ] as const)("names %s", async (action, service, command) => {
    const clients = openClients("eu-west-1");
    const client = clients[service] as { send(command: unknown): Promise<unknown> } & (typeof clients)["ec2"];
    // What the SDK does before it sends anything is enough: there is no one to ask for credentials.
    client.config.credentials = async () => {
      throw Object.assign(new Error("not for you"), { name: "AccessDenied" });
    };
    expect(explainAwsError(await thrownBy(client.send(command)))).toContain(`${action} is denied`);
  });

  it.each([
    "CredentialsProviderError",
    "ExpiredTokenException",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
  ])("says where credentials come from after %s", async (name) => {
    expect(await refusedTerminate(name, "The token is old.", 403)).toMatch(
      /^No valid AWS credentials: The token is old\. Give role-to-assume, run aws-actions\/configure-aws-credentials/,
    );
  });

  it("names the call and the error for all else", async () => {
    expect(await refusedTerminate("ClientException", "Job queue is disabled")).toBe(
      "batch:TerminateJob failed: ClientException: Job queue is disabled",
    );
  });

  it("of a job that is asked for names that call as well", async () => {
    const batch = madeUpBatch();
    batch.between = async () => {
      throw hangUp();
    };
    expect(explainAwsError(await thrownBy(describeJobs(batch.client(), ["job-1"])))).toBe(
      "batch:DescribeJobs failed: Error: socket hang up",
    );
  });

  it("is in the words of our own errors where it is one of those", () => {
    expect(explainAwsError(new AwsError("The queue is disabled."))).toBe("The queue is disabled.");
  });

  it.each([new Error("a fault of ours"), "text", undefined, null])("is not %s", (error) => {
    expect(explainAwsError(error)).toBeUndefined();
    expect(isDenied(error)).toBe(false);
  });
});
