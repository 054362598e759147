import type { BatchRun } from "../../action/engines/batch/jobs-of-run.ts";
import type { BatchEngine, Run } from "../../worker/contract.ts";

export function batchRun(
  changes: Partial<Omit<Run, "engine">> & { engine?: Partial<BatchEngine> } = {},
): BatchRun {
  const { engine, ...rest } = changes;
  return {
    version: 1,
    runId: "run-1",
    planId: "plan-1",
    createdAt: "2025-01-01T00:00:00.000Z",
    program: "1.0.0",
    source: "s3://scans/",
    destination: "s3://made-up/",
    settings: {
      languages: ["eng"],
      outputs: ["txt"],
      pdfPages: "auto",
      limits: { documentBytes: 1, documentPages: 1, pagePixels: 1, pageSeconds: 1 },
    },
    maxFailurePercent: 5,
    chunks: 3,
    totals: { documents: 30, bytes: 3000, alreadyDone: 0 },
    forecast: { basis: "defaults", cpuSeconds: 60 },
    ...rest,
    engine: {
      kind: "batch",
      region: "eu-west-1",
      capacity: "spot",
      vcpus: 4,
      memoryMib: 8192,
      maxVcpus: 256,
      image: "example@sha256:0",
      jobDefinition: "arn:aws:batch:eu-west-1:123456789012:job-definition/textmill:1",
      logGroup: "/textmill/worker",
      publicIp: true,
      queues: {
        spot: "arn:aws:batch:eu-west-1:123456789012:job-queue/textmill-spot",
        "on-demand": "arn:aws:batch:eu-west-1:123456789012:job-queue/textmill-on-demand",
      },
      tags: { "textmill-run": "run-1" },
      ...engine,
    },
  };
}
