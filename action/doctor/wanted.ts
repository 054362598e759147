import type { Capacity, CapacityKind } from "../../worker/contract.ts";
import type { Location } from "../../worker/store.ts";

/** What the inputs ask of the account. */
export interface SetupWanted {
  source: Location;
  destination: Location;
  /** Names or ARNs. */
  jobRole: string;
  executionRole: string;
  /** Empty: see `WantedCapacity`. */
  subnets: string[];
  securityGroups: string[];
  capacity: Capacity;
  vcpus: number;
  memoryMib: number;
  maxVcpus: number | undefined;
  /** The ECR repository of the worker's image, and the log group of the workers. */
  repository: string;
  logGroup: string;
  /** Names the compute environment and the queue: `capacityName`. */
  capacityName(kind: CapacityKind): string;
}

export const kindsOf = (capacity: Capacity): CapacityKind[] =>
  capacity === "spot-then-on-demand" ? ["spot", "on-demand"] : [capacity];
