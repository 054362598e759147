/** What a stand-in for AWS can be told and AWS itself can't: to interrupt a Spot task now, to enforce IAM's policies. */
import { awsUnderTest } from "./aws.ts";

/** A Fargate Spot interruption of a running job, `parent:index` for a child. */
export async function interrupt(jobId: string): Promise<void> {
  await post(`/_lab/interrupt?job=${encodeURIComponent(jobId)}`, "");
}

/** Ids of the jobs that have a container. */
export async function runningJobs(): Promise<string[]> {
  const answer = await fetch(`${endpoint()}/_lab/state`);
  const { running }: { running: Record<string, number> } = JSON.parse(await answer.text());
  return Object.keys(running);
}

/** From here on every caller needs keys, and policies that allow the call. */
export const enforcePolicies = (isOn: boolean) => post("/moto-api/reset-auth", isOn ? "0" : "inf");

async function post(path: string, body: string): Promise<void> {
  const answer = await fetch(`${endpoint()}${path}`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body,
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

function endpoint(): string {
  if (!awsUnderTest?.isStandIn) throw new Error("Only a stand-in for AWS can be told that.");
  return awsUnderTest.name;
}

/** Where a container of that job gets the credentials of its role. */
export const credentialsUrl = (jobId: string) => `${endpoint()}/_lab/creds/${jobId}`;
