import { AwsError } from "../../action/aws/errors.ts";

interface Described {
  status?: string | undefined;
  statusReason?: string | undefined;
}

/** Whether AWS Batch is done with the last change of it. */
export const settled = (found: Described | undefined) =>
  found === undefined || !["CREATING", "UPDATING"].includes(found.status ?? "");

/** Whether it is deleted; throws an `AwsError` when AWS Batch gave the deletion up. */
export function goneOrInvalid(label: string, found: Described | undefined): boolean {
  if (found?.status === "INVALID") {
    throw new AwsError(
      `The ${label} could not be deleted. AWS Batch says: ${found.statusReason || "nothing"}. Mend that, and run again.`,
    );
  }
  return found === undefined || found.status === "DELETED";
}
