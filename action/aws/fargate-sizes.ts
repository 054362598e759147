/** vCPUs and memory of Fargate (https://docs.aws.amazon.com/batch/latest/APIReference/API_ResourceRequirement.html). */

const steps = (first: number, last: number, step: number): number[] =>
  Array.from({ length: (last - first) / step + 1 }, (_, index) => first + index * step);

/** In MiB. */
const memoryOfVcpus: ReadonlyMap<number, readonly number[]> = new Map([
  [0.25, [512, 1024, 2048]],
  [0.5, steps(1024, 4096, 1024)],
  [1, steps(2048, 8192, 1024)],
  [2, steps(4096, 16384, 1024)],
  [4, steps(8192, 30720, 1024)],
  [8, steps(16384, 61440, 4096)],
  [16, steps(32768, 122880, 8192)],
  [32, [61440, 122880, 249856]],
]);

/** Why Fargate has no worker of that size, and the nearest that it has; `undefined` when it has. */
export function fargateSizeError(vcpus: number, memoryMib: number): string | undefined {
  const sizes = memoryOfVcpus.get(vcpus);
  if (sizes === undefined) {
    return `Fargate has no ${vcpus} vCPUs; write one of ${[...memoryOfVcpus.keys()].join(", ")}`;
  }
  if (sizes.includes(memoryMib)) return undefined;
  const distance = (size: number) => Math.abs(size - memoryMib);
  // Of two that are as near, the larger: too little memory fails documents.
  const nearest = sizes.reduce((best, size) => (distance(size) <= distance(best) ? size : best));
  return (
    `Fargate has no ${vcpus} vCPUs with ${memoryMib} MiB; the nearest is ${nearest} MiB ` +
    `(it has ${sizes.at(0)} to ${sizes.at(-1)} MiB)`
  );
}
