import { expect, it } from "vitest";
import { fargateSizeError } from "../../../action/aws/fargate-sizes.ts";

it.each([
  [0.25, 512],
  [0.25, 2048],
  [0.5, 3072],
  [1, 2048],
  [1, 8192],
  [2, 16384],
  [4, 8192],
  [4, 30720],
  [8, 16384],
  [8, 61440],
  [16, 32768],
  [16, 122880],
  [32, 61440],
  [32, 122880],
  [32, 249856],
])("Fargate has %d vCPUs with %d MiB", (vcpus, memoryMib) => {
  expect(fargateSizeError(vcpus, memoryMib)).toBeUndefined();
});

it.each([
  [0.25, 1536, 2048],
  [0.5, 512, 1024],
  [1, 1024, 2048],
  [2, 5000, 5120],
  [4, 4096, 8192],
  [4, 31744, 30720],
  [8, 17408, 16384],
  [8, 18432, 20480],
  [16, 40000, 40960],
  [32, 65536, 61440],
  [32, 500000, 249856],
])("Fargate has no %d vCPUs with %d MiB, but with %d", (vcpus, memoryMib, nearest) => {
  expect(fargateSizeError(vcpus, memoryMib)).toContain(`the nearest is ${nearest} MiB`);
  expect(fargateSizeError(vcpus, nearest)).toBeUndefined();
});

it.each([0, 3, 64, Number.NaN])("Fargate has no %d vCPUs", (vcpus) => {
  expect(fargateSizeError(vcpus, 8192)).toBe(
    `Fargate has no ${vcpus} vCPUs; write one of 0.25, 0.5, 1, 2, 4, 8, 16, 32`,
  );
});
