import type { CapacityKind } from "../../worker/contract.ts";
import type { WantedImage } from "../aws/image.ts";
import type { BatchInputs, DoctorInputs } from "../inputs.ts";

/** What the inputs ask of the account, and under which names Textmill keeps its things there. */
export interface SetupWanted
  extends Pick<DoctorInputs, "source" | "destination">,
    Omit<BatchInputs, "kind" | "region" | "maxCostUsd"> {
  /** The image that a run builds, when the inputs name none. */
  ownImage: WantedImage;
  logGroup: string;
  /** Of the compute environment and the queue. */
  capacityName(kind: CapacityKind): string;
}
