/** Which jobs a run is, before any of them is submitted. */
import { createHash } from "node:crypto";
import {
  type BatchEngine,
  type CapacityKind,
  type ChunkSet,
  type Run,
  variables,
} from "../../../worker/contract.ts";
import { maxArraySize, type WantedJob } from "../../aws/jobs.ts";

/** A run on AWS Batch. */
export type BatchRun = Run & { engine: BatchEngine };

export const isOnBatch = (run: Run): run is BatchRun => run.engine.kind === "batch";

/** Chunks that are done together: all of the run, or those that Spot capacity left over. */
export interface Round {
  chunksOf: ChunkSet;
  kind: CapacityKind;
  /** How many chunks. */
  chunks: number;
}

/** Part of a round: one job of AWS Batch. */
export interface Piece {
  offset: number;
  /** 1 is a plain job, more are an array. */
  size: number;
}

export const firstRound = ({ engine: { capacity }, chunks }: BatchRun): Round => ({
  chunksOf: "all",
  kind: capacity === "on-demand" ? "on-demand" : "spot",
  chunks,
});

export const leftOverRound = (chunks: number): Round => ({
  chunksOf: "left-over",
  kind: "on-demand",
  chunks,
});

/** As few jobs as AWS Batch allows: arrays of 10,000, and what remains. */
export function piecesOf(chunks: number): Piece[] {
  const pieces: Piece[] = [];
  for (let offset = 0; offset < chunks; offset += maxArraySize) {
    pieces.push({ offset, size: Math.min(maxArraySize, chunks - offset) });
  }
  return pieces;
}

/** The jobs of a round, with the same names at every call. */
export function wantedJob(run: BatchRun, { chunksOf, kind }: Round, { offset, size }: Piece): WantedJob {
  const queue = run.engine.queues[kind];
  if (queue === undefined) throw new Error(`The run ${run.runId} has no ${kind} queue.`);
  return {
    name: jobName(run, chunksOf, offset),
    queue,
    jobDefinition: run.engine.jobDefinition,
    size,
    environment: {
      [variables.destination]: run.destination,
      [variables.runId]: run.runId,
      [variables.chunksOf]: chunksOf,
      [variables.chunkOffset]: String(offset),
    },
    tags: run.engine.tags,
  };
}

/**
 * At most 128 letters, digits, hyphens and underscores. The hash is of the plan: the name of a run may be used
 * again in another destination.
 */
export function jobName({ runId, planId }: Run, chunksOf: ChunkSet, offset: number): string {
  const readable = runId.replace(/[^A-Za-z0-9_-]/g, "-").slice(0, 80);
  const hash = createHash("sha256").update(planId).digest("hex").slice(0, 12);
  return `textmill-${readable}-${hash}-${chunksOf}-${offset}`;
}
