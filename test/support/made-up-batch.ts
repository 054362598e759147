/**
 * AWS Batch without a network: real clients whose requests end here. Jobs stay as they are submitted until a test
 * changes them.
 */
import { BatchClient, type BatchClientConfig, type JobStatus } from "@aws-sdk/client-batch";
import { nameOperation } from "../../action/aws/errors.ts";

export interface MadeUpJob {
  jobId: string;
  jobName: string;
  jobQueue: string;
  status: JobStatus;
  statusReason?: string;
  /** 0 for a plain job. */
  size: number;
  children: Map<number, MadeUpChild>;
  /** Of a plain job. */
  container?: MadeUpContainer;
  attempts?: object[];
  /** Why it was ended, when it was. */
  terminated?: string;
  input: Input;
}

interface MadeUpContainer {
  exitCode?: number;
  reason?: string;
}

export interface MadeUpChild {
  status: JobStatus;
  statusReason?: string;
  container?: MadeUpContainer;
  attempts?: object[];
}

type Input = Record<string, unknown>;

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: object;
}

export interface Call {
  operation: string;
  input: Input;
  signal: AbortSignal | undefined;
  /** Whose signature the request has. */
  accessKeyId: string | undefined;
  /** What AWS Batch does at this call, and answers. */
  serve(): Answer;
}

export interface MadeUpBatch {
  /** Newest last. */
  jobs: MadeUpJob[];
  calls: { operation: string; input: Input }[];
  /** Stands between the clients and AWS Batch: delays, refuses, loses answers. */
  between: (call: Call) => Promise<Answer>;
  /** Whether ListJobs and DescribeJobs know the job yet, or still. */
  shows: (job: MadeUpJob) => boolean;
  /** Its retries are without delay, unless `maxAttempts` asks for the SDK's own. */
  client(settings?: BatchClientConfig): BatchClient;
  inputsOf(operation: string): Input[];
  /** Sets the state of a job and of all its children. */
  end(job: MadeUpJob | undefined, status: JobStatus, child?: Partial<MadeUpChild>): void;
}

export const refusal = (statusCode: number, name: string, message = "no"): Answer => ({
  statusCode,
  headers: { "x-amzn-errortype": name },
  body: { message },
});

export const throttled = refusal(429, "TooManyRequestsException", "Too Many Requests");

export const hangUp = () => Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

/** No waiting between the SDK's own attempts. */
function withoutDelay(maxAttempts: number): BatchClientConfig {
  const token = (count: number) => ({
    getRetryCount: () => count,
    getRetryDelay: () => 0,
    getRetryCost: () => undefined,
  });
  return {
    retryStrategy: {
      acquireInitialRetryToken: async () => token(0),
      async refreshRetryTokenForRetry(last, { errorType }) {
        const next = last.getRetryCount() + 1;
        if (next >= maxAttempts || errorType === "CLIENT_ERROR") throw new Error("no more attempts");
        return token(next);
      },
      recordSuccess() {},
    },
  };
}

const ok = (body: object): Answer => ({ statusCode: 200, body });

export function madeUpBatch(): MadeUpBatch {
  const batch: MadeUpBatch = {
    jobs: [],
    calls: [],
    between: async ({ serve }) => serve(),
    shows: () => true,
    client(settings = {}) {
      const client = new BatchClient({
        region: "eu-west-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" },
        ...(settings.maxAttempts === undefined ? withoutDelay(12) : {}),
        ...settings,
        requestHandler: {
          async handle(
            request: { path: string; headers: Record<string, string>; body?: string | Uint8Array },
            options?: { abortSignal?: unknown },
          ) {
            const signal = options?.abortSignal as AbortSignal | undefined;
            if (signal?.aborted) throw abortError();
            const operation = request.path.replace("/v1/", "");
            const input = JSON.parse(textOf(request.body)) as Input;
            batch.calls.push({ operation, input });
            const [, accessKeyId] = /Credential=(\w+)/.exec(request.headers.authorization ?? "") ?? [];
            const call = { operation, input, signal, accessKeyId };
            const answer = await untilAborted(
              batch.between({ ...call, serve: () => serve(batch, operation, input) }),
              signal,
            );
            return { response: responseOf(answer) };
          },
        },
      } as BatchClientConfig);
      client.middlewareStack.use(nameOperation);
      return client;
    },
    inputsOf: (operation) =>
      batch.calls.filter((call) => call.operation === operation).map(({ input }) => input),
    end(job, status, child = {}) {
      if (job === undefined) throw new Error("There is no such job.");
      job.status = status;
      if (job.size === 0) Object.assign(job, child);
      for (let index = 0; index < job.size; index++) job.children.set(index, { status, ...child });
    },
  };
  return batch;
}

const textOf = (body: string | Uint8Array = "{}") =>
  typeof body === "string" ? body : new TextDecoder().decode(body);

const abortError = () => Object.assign(new Error("Request aborted"), { name: "AbortError" });

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortError());
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const responseOf = ({ statusCode, headers = {}, body }: Answer) => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

function serve(batch: MadeUpBatch, operation: string, input: Input): Answer {
  switch (operation) {
    case "submitjob":
      return ok(submit(batch, input));
    case "listjobs":
      return ok(list(batch, input));
    case "describejobs":
      return ok({ jobs: (input.jobs as string[]).flatMap((id) => describe(batch, id)) });
    case "terminatejob":
    case "canceljob":
      return ok(stop(batch, operation, input));
    default:
      throw new Error(`The made-up AWS Batch has no ${operation}.`);
  }
}

function submit({ jobs }: MadeUpBatch, input: Input): object {
  const { jobName, jobQueue, arrayProperties } = input as {
    jobName: string;
    jobQueue: string;
    arrayProperties?: { size: number };
  };
  const size = arrayProperties?.size ?? 0;
  const children = new Map<number, MadeUpChild>();
  const jobId = `job-${jobs.length + 1}`;
  jobs.push({
    jobId,
    jobName,
    jobQueue,
    status: size > 0 ? "PENDING" : "RUNNABLE",
    size,
    children,
    input,
  });
  for (let index = 0; index < size; index++) children.set(index, { status: "RUNNABLE" });
  return { jobId, jobName };
}

/** https://docs.aws.amazon.com/batch/latest/APIReference/API_ListJobs.html */
function list(batch: MadeUpBatch, input: Input): object {
  const { jobQueue, filters, arrayJobId, jobStatus } = input as {
    jobQueue?: string;
    filters?: { values: string[] }[];
    arrayJobId?: string;
    jobStatus?: string;
  };
  const found =
    arrayJobId === undefined
      ? batch.jobs
          .filter((job) => job.jobQueue === jobQueue && batch.shows(job))
          .filter(({ jobName }) => filters?.[0]?.values[0]?.toLowerCase() === jobName.toLowerCase())
          .toReversed()
          .map(({ jobId, jobName, status }) => ({ jobId, jobName, status }))
      : childrenOf(batch, arrayJobId).filter(({ status }) => status === (jobStatus ?? "RUNNING"));
  const pageSize = Math.min(Number(input.maxResults ?? 1000), filters === undefined ? 1000 : 100);
  const start = Number(input.nextToken ?? 0);
  const end = start + pageSize;
  return {
    jobSummaryList: found.slice(start, end),
    ...(end < found.length ? { nextToken: String(end) } : {}),
  };
}

function childrenOf(batch: MadeUpBatch, id: string) {
  const job = batch.jobs.find(({ jobId }) => jobId === id);
  return [...(job?.children ?? [])].map(([index, child]) => ({
    jobId: `${id}:${index}`,
    jobName: job?.jobName,
    arrayProperties: { index },
    ...child,
  }));
}

function describe(batch: MadeUpBatch, id: string): object[] {
  const [parent = "", index] = id.split(":");
  const job = batch.jobs.find(({ jobId }) => jobId === parent);
  if (job === undefined || !batch.shows(job)) return [];
  if (index !== undefined) {
    const child = job.children.get(Number(index));
    return child === undefined
      ? []
      : [{ jobId: id, jobName: job.jobName, arrayProperties: { index: Number(index) }, ...child }];
  }
  const { jobId, jobName, status, statusReason, container, attempts, size } = job;
  const statusSummary: Record<string, number> = {};
  for (const child of job.children.values())
    statusSummary[child.status] = (statusSummary[child.status] ?? 0) + 1;
  const arrayProperties = size > 0 ? { arrayProperties: { size, statusSummary } } : {};
  return [{ jobId, jobName, status, statusReason, container, attempts, ...arrayProperties }];
}

function stop(batch: MadeUpBatch, operation: string, input: Input): object {
  const job = batch.jobs.find(({ jobId }) => jobId === input.jobId);
  if (job === undefined || job.status === "SUCCEEDED" || job.status === "FAILED") return {};
  const reason = String(input.reason);
  const isStopped = ({ status }: { status: JobStatus }) =>
    status !== "SUCCEEDED" && (operation === "terminatejob" || status === "RUNNABLE");
  if (operation === "terminatejob") job.terminated = reason;
  for (const child of job.children.values()) {
    if (isStopped(child)) Object.assign(child, { status: "FAILED", statusReason: reason });
  }
  const children = [...job.children.values()];
  const isOver =
    job.size === 0
      ? isStopped(job)
      : children.every(({ status }) => status === "SUCCEEDED" || status === "FAILED");
  if (isOver) Object.assign(job, { status: "FAILED", statusReason: reason });
  return {};
}
