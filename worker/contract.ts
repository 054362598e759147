/**
 * What the control plane (`action/`) and the data plane (`worker/`) agree on. Everything that passes
 * between them is named here: the run, its chunks, its results, the keys they lie under, the
 * variables a worker is started with and the codes it ends with. This file imports nothing;
 * `run-files.ts` reads what is written in these shapes.
 */

/** Written into every file of a run; a reader refuses any other. */
export const contractVersion = 1;

// --- The run ---------------------------------------------------------------------------------

export const outputFormats = ["txt", "json", "hocr", "pdf"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Bounds against hostile documents. What passes one costs that document or page, never the run. */
export interface Limits {
  documentBytes: number;
  documentPages: number;
  pagePixels: number;
  pageSeconds: number;
}

/**
 * Which pages of a PDF are recognised: `auto`, those without real text; `force`, all; `text-only`, none, so that only
 * the text that they have counts.
 */
export const pdfPages = ["auto", "force", "text-only"] as const;
export type PdfPages = (typeof pdfPages)[number];

/** What decides the bytes of an output, besides the document itself. */
export interface Settings {
  /** Tesseract's language codes, e.g. `["eng", "rus"]`. */
  languages: string[];
  outputs: OutputFormat[];
  pdfPages: PdfPages;
  limits: Limits;
}

export interface Forecast {
  /** What the rates come from: built-in rates per format until a sample has been measured. */
  basis: "defaults";
  cpuSeconds: number;
  /** In US dollars, of a run on AWS Batch. */
  costUsd?: number;
}

/** `run.json`: one request over one source. Written last by the plan, so a run that exists is planned whole. */
export interface Run {
  version: typeof contractVersion;
  runId: string;
  /** Random, and in the header of each chunk file: a worker refuses chunks that another plan wrote. */
  planId: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** Textmill's own version. */
  program: string;
  /** A folder's absolute path, or `s3://bucket/prefix/`. */
  source: string;
  destination: string;
  settings: Settings;
  maxFailurePercent: number;
  engine: Engine;
  chunks: number;
  totals: RunTotals;
  forecast: Forecast;
}

/** Where the workers run. */
export type Engine = LocalEngine | BatchEngine;

export interface LocalEngine {
  kind: "local";
  processes: number;
}

export interface BatchEngine {
  kind: "batch";
  region: string;
  capacity: Capacity;
  /** Of each child job; it has an OCR process for each vCPU. */
  vcpus: number;
  memoryMib: number;
  /** Children that may run at a time, by the vCPUs allowed. */
  maxVcpus: number;
  /** The worker's image by its digest. */
  image: string;
  /** Its revision, as an ARN. */
  jobDefinition: string;
  logGroup: string;
  /** Whether each child has a public address, which is paid for. */
  publicIp: boolean;
  /** ARN of the queue of each kind of capacity that the run may use. */
  queues: Partial<Record<CapacityKind, string>>;
  /** On every job of the run, and on its tasks, so that a bill can be read by them. */
  tags: Record<string, string>;
}

export const capacities = ["spot", "on-demand", "spot-then-on-demand"] as const;
/** `spot-then-on-demand`: what Spot leaves undone is submitted once more, on demand. */
export type Capacity = (typeof capacities)[number];
export type CapacityKind = "spot" | "on-demand";

export interface RunTotals {
  /** Documents of the chunks, and their bytes. */
  documents: number;
  bytes: number;
  /** Documents of the source that were left out because their outputs exist and are newer. */
  alreadyDone: number;
}

// --- Chunks ----------------------------------------------------------------------------------

/** The first line of a chunk file. */
export interface ChunkHeader {
  version: typeof contractVersion;
  planId: string;
  documents: number;
}

/** Each further line of a chunk file: one source object, as it was listed. */
export interface ChunkDocument {
  key: string;
  bytes: number;
  etag: string;
  /** ISO 8601, UTC. */
  lastModified: string;
}

// --- Results ---------------------------------------------------------------------------------

export const reasons = {
  "unsupported-format": "the bytes are of no format that Textmill reads",
  empty: "the document has no bytes",
  encrypted: "the document needs a password",
  corrupt: "the document is damaged",
  "too-large": "the document is over one of the run's limits",
  timeout: "a page took longer than the run allows",
  "out-of-memory": "a page needed more memory than a process may have",
  crashed: "the process that read the document died",
  "not-found": "the source no longer holds the document",
  changed: "the document was replaced after it was listed",
  "access-denied": "the source does not let Textmill read the document",
  "unwritable-name": "the destination cannot hold an output of that name",
} as const;
export type Reason = keyof typeof reasons;

export interface FailedPage {
  /** From 1. */
  page: number;
  reason: Reason;
  message: string;
}

interface ResultBase {
  type: "document";
  key: string;
  bytes: number;
  /** Wall time from the first byte read to the last output written. */
  seconds: number;
  /** The attempt at the chunk (from 1) that produced this result. */
  attempt: number;
}

/** All outputs were written. A document is done although some of its pages failed. */
export interface DoneResult extends ResultBase {
  status: "done";
  format: string;
  pages: number;
  pagesFailed: FailedPage[];
  /** Pages whose text came from recognition; the others held real text. */
  pagesRecognised: number;
  /** Pages whose text is the invisible layer of an earlier OCR, which was kept. */
  pagesOfEarlierOcr: number;
  characters: number;
  /** 0 to 100 over the recognised pages, `null` when there was none. */
  meanConfidence: number | null;
}

/** No output was written and a document was lost to the run: it counts as a failure. */
export interface FailedResult extends ResultBase {
  status: "failed";
  reason: Reason;
  message: string;
}

/** Not a document (e.g. a thumbnail database among scans): reported, not counted as a failure. */
export interface SkippedResult extends ResultBase {
  status: "skipped";
  reason: Reason;
  message: string;
}

/** What became of one document. */
export type DocumentResult = DoneResult | FailedResult | SkippedResult;

/**
 * One attempt of a worker at a chunk. A results file begins with the lines of all attempts so far;
 * `updatedAt`, `pages`, `documents` and `inFlight` are as of the last write.
 */
export interface Attempt {
  type: "attempt";
  version: typeof contractVersion;
  /** From 1, counted over all workers that were ever started for the chunk. */
  attempt: number;
  host: string;
  /** The AWS Batch job that it is, and which attempt (from 1) of that job; `null` outside of AWS Batch. */
  job: { id: string; attempt: number; chunksOf: ChunkSet } | null;
  /** ISO 8601, UTC, as are the others. */
  startedAt: string;
  updatedAt: string;
  /** `null` while it runs, and for good when it was killed. */
  ended: { at: string; why: "finished" | "interrupted" } | null;
  /** CPU time of the worker and its OCR processes, user and system. */
  cpuSeconds: number;
  /** Pages of this attempt so far, those of unfinished documents included. */
  pages: number;
  /** Results in the file, those of earlier attempts included: so its first lines tell how far the chunk is. */
  documents: { done: number; failed: number; skipped: number };
  /** Keys of the documents begun and not finished. */
  inFlight: string[];
}

/**
 * How often a worker rewrites its results: what a killed one loses at most. In a bucket each write is
 * paid for ($0.005 per 1,000), so there it is seldomer.
 */
export const resultsIntervalSeconds = (destination: string) => (destination.startsWith("s3://") ? 10 : 2);

/** A document that was in flight in this many killed attempts is failed, not tried again. */
export const maxKilledAttemptsPerDocument = 2;

// --- Keys ------------------------------------------------------------------------------------

/** Everything of Textmill's own in a destination lies under this prefix; it is never a document. */
export const scratchPrefix = ".textmill/";

/** The settings that made the newest outputs of a destination, so that a change of them is noticed. */
export const lastSettingsKey = `${scratchPrefix}settings.json`;

const sixDigits = (index: number) => String(index).padStart(6, "0");

/** The folders of all runs. */
export const runsPrefix = `${scratchPrefix}runs/`;

/** Keys of a run's files, relative to the destination. */
export const runKeys = {
  folder: (runId: string) => `${runsPrefix}${runId}/`,
  run: (runId: string) => `${runKeys.folder(runId)}run.json`,
  chunks: (runId: string) => `${runKeys.folder(runId)}chunks/`,
  chunk: (runId: string, chunk: number) => `${runKeys.chunks(runId)}${sixDigits(chunk)}.jsonl`,
  results: (runId: string) => `${runKeys.folder(runId)}results/`,
  chunkResults: (runId: string, chunk: number) => `${runKeys.results(runId)}${sixDigits(chunk)}.jsonl`,
  /** Jobs of AWS Batch: what was, or was about to be, submitted. */
  jobs: (runId: string) => `${runKeys.folder(runId)}jobs/`,
  /** Chunks that Spot capacity left undone, for the jobs that do them on demand. */
  leftOver: (runId: string) => `${runKeys.folder(runId)}left-over.json`,
  /** Every attempt of every job as AWS Batch tells it, which forgets a job a week after its end. */
  jobAttempts: (runId: string) => `${runKeys.folder(runId)}job-attempts.jsonl`,
  /** Exists once someone asked for the end of the run: no job is submitted any more. */
  cancelled: (runId: string) => `${runKeys.folder(runId)}cancelled.json`,
  /** Exists once chunks, results and jobs were deleted: the last report stands, and nothing is started any more. */
  cleaned: (runId: string) => `${runKeys.folder(runId)}cleaned.json`,
  /** The commit that shows the run as a check: that of the workflow run that was first to follow it. */
  commit: (runId: string) => `${runKeys.folder(runId)}commit.json`,
  allResults: (runId: string) => `${runKeys.folder(runId)}results.jsonl`,
  report: (runId: string) => `${runKeys.folder(runId)}report.json`,
  summary: (runId: string) => `${runKeys.folder(runId)}report.md`,
};

/** The source's whole name plus the format, so that `a.pdf` and `a.png` never share an output. */
export const outputKey = (documentKey: string, format: OutputFormat) => `${documentKey}.${format}`;

// --- Starting and ending a worker ------------------------------------------------------------

/**
 * A worker reads chunk `chunkOffset + arrayIndex`, or, with `chunksOf` "left-over", the chunk at that place of
 * the run's left-over chunks. AWS Batch sets the AWS_BATCH_ variables by itself, the index for array jobs only.
 */
export const variables = {
  destination: "TEXTMILL_DESTINATION",
  runId: "TEXTMILL_RUN_ID",
  chunksOf: "TEXTMILL_CHUNKS_OF",
  chunkOffset: "TEXTMILL_CHUNK_OFFSET",
  processes: "TEXTMILL_PROCESSES",
  arrayIndex: "AWS_BATCH_JOB_ARRAY_INDEX",
  jobId: "AWS_BATCH_JOB_ID",
  jobAttempt: "AWS_BATCH_JOB_ATTEMPT",
} as const;

/** What `chunksOf` may be; without it, all chunks of the run. */
export const chunkSets = ["all", "left-over"] as const;
export type ChunkSet = (typeof chunkSets)[number];

/**
 * A worker's exit codes (numbers of sysexits.h) and whether another attempt can help. Never 0 with
 * work left: AWS Batch takes any exit 0 for success, also after a Spot interruption.
 */
export const exitCodes = {
  finished: { code: 0, retry: false },
  /** The variables, the run or the chunk make no sense: another attempt would read the same. */
  refused: { code: 64, retry: false },
  /** A store that cannot be reached, a full disk, a fault of ours. */
  broken: { code: 70, retry: true },
  /** SIGTERM with work left. */
  interrupted: { code: 75, retry: true },
} as const;

export const maxAttempts = 5;

/** Whether an attempt that ended with this code (`null`: killed by a signal) deserves another. */
export function deservesRetry(exitCode: number | null): boolean {
  const known = Object.values(exitCodes).find(({ code }) => code === exitCode);
  return known?.retry ?? true;
}
