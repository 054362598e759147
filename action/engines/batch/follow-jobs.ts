/** Follows the jobs of a round until all of them are over. */
import type { BatchClient, JobStatus } from "@aws-sdk/client-batch";
import { describeJobs, isOver, type JobState } from "../../aws/jobs.ts";
import { count } from "../../report/numbers.ts";
import type { SubmittedJob } from "./submission.ts";

export interface JobsLook {
  /** Children of all jobs by their state. */
  children: Partial<Record<JobStatus, number>>;
  areOver: boolean;
  /** Jobs that AWS Batch does not know, though it should: it forgets them a week after their end. */
  forgotten: number;
}

/** An answer may leave out a job that was submitted a moment ago, never for so many looks. */
const looksUntilForgotten = 10;

/** Each look describes the jobs that were not over at the one before: one call for a hundred. */
export function followJobs(batch: BatchClient, jobs: readonly SubmittedJob[]): () => Promise<JobsLook> {
  const states = new Map<string, JobState>();
  /** Looks in a row. */
  const missed = new Map<string, number>();
  return async () => {
    const open = jobs.map(({ id }) => id).filter((id) => !isDone(id));
    const described = await describeJobs(batch, open);
    for (const id of open) missed.set(id, (missed.get(id) ?? 0) + 1);
    for (const state of described) {
      states.set(state.id, state);
      missed.delete(state.id);
    }
    return {
      children: sumOfChildren([...states.values()]),
      areOver: jobs.every(({ id }) => isDone(id)),
      forgotten: jobs.filter(({ id }) => isForgotten(id)).length,
    };
  };

  function isDone(id: string): boolean {
    const state = states.get(id);
    return (state !== undefined && isOver(state)) || isForgotten(id);
  }

  function isForgotten(id: string): boolean {
    return (missed.get(id) ?? 0) >= looksUntilForgotten;
  }
}

function sumOfChildren(states: JobState[]): JobsLook["children"] {
  const sum: JobsLook["children"] = {};
  for (const { children } of states) {
    for (const [status, number] of Object.entries(children)) {
      const key = status as JobStatus;
      sum[key] = (sum[key] ?? 0) + number;
    }
  }
  return sum;
}

const order: JobStatus[] = ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED"];

/** `jobs: 12 runnable, 4 running, 30 succeeded`. */
export function childrenLine(children: JobsLook["children"]): string {
  const parts = order.flatMap((status) => {
    const number = children[status] ?? 0;
    return number === 0 ? [] : [`${count(number)} ${status.toLowerCase()}`];
  });
  return `jobs: ${parts.length === 0 ? "none seen yet" : parts.join(", ")}`;
}

/** Some wait, and none of them is being started: AWS has no room for them, or something is set up wrong. */
export function areStuck({ children }: JobsLook): boolean {
  const waiting = children.RUNNABLE ?? 0;
  return waiting > 0 && (children.STARTING ?? 0) + (children.RUNNING ?? 0) === 0;
}
