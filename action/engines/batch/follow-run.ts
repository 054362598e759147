/** Stays with a run on AWS Batch: submits what is not submitted yet, and sees it to its end. */
import type { BatchClient } from "@aws-sdk/client-batch";
import { AwsError } from "../../aws/errors.ts";
import { terminateJob, waitingReason } from "../../aws/jobs.ts";
import { openProgressDisplay, type ProgressDisplay } from "../../progress.ts";
import { logText } from "../../report/escape.ts";
import { counted, duration } from "../../report/numbers.ts";
import { type Wait, waitFor } from "../../wait.ts";
import type { EngineEnd, Following } from "../engine.ts";
import { patiently } from "../patience.ts";
import { followResults, progressOf } from "../results.ts";
import { cancelBatchRun } from "./cancel-run.ts";
import { areStuck, childrenLine, followJobs, type JobsLook } from "./follow-jobs.ts";
import { keepJobAttempts } from "./job-attempts.ts";
import { type BatchRun, firstRound, leftOverRound } from "./jobs-of-run.ts";
import { settleLeftOver } from "./left-over.ts";
import { ensureSubmitted, isCancelled, type SubmittedJob, type Submitter } from "./submission.ts";

export async function followBatchRun(
  batch: BatchClient,
  run: BatchRun,
  following: Following,
  wait: Wait = waitFor,
): Promise<EngineEnd> {
  const { destination, console, onProgress } = following;
  const submitter: Submitter = { batch, destination, wait };
  const display = openProgressDisplay(process.stdout, { isTerminal: console.isTerminal, onProgress });
  const watch = openWatch(batch, run, following, display, wait);
  try {
    const first = await ensureSubmitted(submitter, run, firstRound(run));
    if (first.outcome === "cancelled") return cancelBatchRun(batch, destination, run, console, wait);
    const isFirstOver = first.jobs.length === 0 || (await watch(first.jobs)) === "over";
    const second = isFirstOver ? await onDemand(submitter, run, first.jobs, display) : [];
    const isOver = isFirstOver && (second.length === 0 || (await watch(second)) === "over");
    if (isOver && (await isCancelled(destination, run))) {
      return cancelBatchRun(batch, destination, run, console, wait);
    }
    // A cancelled workflow has no time for it.
    if (!following.stop.aborted) await keepJobAttempts(batch, destination, run, [...first.jobs, ...second]);
    return { outcome: isOver ? "ended" : "running" };
  } finally {
    display.close();
  }
}

/** The jobs, on demand, of what Spot left undone; none when there is nothing, or when that was not asked for. */
async function onDemand(
  submitter: Submitter,
  run: BatchRun,
  jobs: readonly SubmittedJob[],
  display: ProgressDisplay,
): Promise<SubmittedJob[]> {
  const { capacity } = run.engine;
  if (capacity !== "spot-then-on-demand" || (await isCancelled(submitter.destination, run))) return [];
  const chunks = await settleLeftOver(submitter, run, jobs);
  if (chunks === 0) return [];
  display.note(`Spot capacity left ${counted(chunks, "chunk")} undone: on demand now`);
  const submission = await ensureSubmitted(submitter, run, leftOverRound(chunks));
  return submission.outcome === "submitted" ? submission.jobs : [];
}

/** A short run is looked at often, a long one every ten seconds. */
const secondsToNextLook = (elapsedSeconds: number) => Math.min(10, 2 + elapsedSeconds / 15);

/** One clock and one progress for all rounds of the run. */
function openWatch(
  batch: BatchClient,
  run: BatchRun,
  { destination, stop, seconds }: Following,
  display: ProgressDisplay,
  wait: Wait,
): (jobs: readonly SubmittedJob[]) => Promise<"over" | "time is up"> {
  const lookAtResults = followResults(destination, run);
  const patient = patiently(display);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  return async (jobs) => {
    const lookAtJobs = followJobs(batch, jobs);
    const tell = openTeller(display);
    const stuck = openStuckWatch(batch, run, jobs, display);
    const lookAtAll = async () => {
      const look = await lookAtJobs();
      display.update(progressOf(run, await lookAtResults(), elapsed()));
      tell(look);
      if (look.forgotten > 0 && !canBeForgotten(run)) throw new AwsError(forgottenAdvice(look.forgotten));
      if (!look.areOver) await stuck(look, elapsed());
      return look;
    };
    for (;;) {
      const look = await patient(lookAtAll);
      if (look?.areOver) return "over";
      if (elapsed() >= seconds) return "time is up";
      await wait(secondsToNextLook(elapsed()), stop);
      if (stop.aborted) return "time is up";
    }
  };
}

/** Says on change how the jobs stand. */
function openTeller(display: ProgressDisplay): (look: JobsLook) => void {
  let told = "";
  let toldForgotten = 0;
  return ({ children, forgotten }) => {
    const line = childrenLine(children);
    if (line !== told) display.note(line);
    told = line;
    if (forgotten > toldForgotten) display.note(`warning: ${forgottenAdvice(forgotten)}`);
    toldForgotten = forgotten;
  };
}

const weekMilliseconds = 7 * 24 * 60 * 60 * 1000;

/** AWS Batch remembers a job for a week after its end. What is younger and not known is in another account. */
const canBeForgotten = ({ createdAt }: BatchRun) => Date.now() - Date.parse(createdAt) > weekMilliseconds;

const forgottenAdvice = (forgotten: number) =>
  `AWS Batch does not know ${counted(forgotten, "job")} of the run. It forgets jobs a week after their end, ` +
  "and knows those of its own account only: check that the credentials are of the account that the run is in.";

const secondsUntilWarned = 5 * 60;
/** AWS Batch never ends a job for want of Spot capacity. */
const secondsUntilOnDemand = 20 * 60;

/** Says why nothing starts, and with `spot-then-on-demand` gives Spot up in the end. */
function openStuckWatch(
  batch: BatchClient,
  { engine }: BatchRun,
  jobs: readonly SubmittedJob[],
  display: ProgressDisplay,
): (look: JobsLook, elapsedSeconds: number) => Promise<void> {
  let since: number | undefined;
  let isTold = false;
  let isGivenUp = false;
  return async (look, elapsedSeconds) => {
    if (!areStuck(look)) {
      since = undefined;
      isTold = false;
      return;
    }
    since ??= elapsedSeconds;
    const stuckSeconds = elapsedSeconds - since;
    if (stuckSeconds >= secondsUntilWarned && !isTold) {
      display.note(await stuckAdvice(batch, jobs, stuckSeconds));
      isTold = true;
    }
    const isSpot = jobs.every(({ round }) => round.kind === "spot");
    if (stuckSeconds >= secondsUntilOnDemand && isSpot && engine.capacity === "spot-then-on-demand") {
      if (!isGivenUp) display.note(`no Spot capacity for ${duration(stuckSeconds)}: giving it up`);
      isGivenUp = true;
      for (const { id } of jobs) await terminateJob(batch, id, "no Spot capacity");
    }
  };
}

async function stuckAdvice(
  batch: BatchClient,
  jobs: readonly SubmittedJob[],
  stuckSeconds: number,
): Promise<string> {
  const reasons = await Promise.all(jobs.map((job) => waitingReason(batch, job)));
  const reason = reasons.find((text) => text !== "");
  return (
    `warning: no job has started for ${duration(stuckSeconds)}. ` +
    `AWS Batch says: ${reason === undefined ? "nothing" : logText(reason)}. Check the account's quota of Fargate vCPUs, ` +
    "whether other runs use all of max-vcpus, and the way from the subnets to ECR and S3; the command doctor checks all of these. " +
    "With capacity spot it may be that AWS has none to give: spot-then-on-demand does not wait for ever."
  );
}
