import { CreateServiceLinkedRoleCommand, type IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import type { Step } from "../steps.ts";

const service = "batch.amazonaws.com";

/** AWS Batch starts the workers by it. It is made with the first compute environment, by whoever may: the deploy role may not. */
export async function batchServiceRoleStep(iam: IAMClient): Promise<Step> {
  const thing = "AWS Batch's own role";
  for await (const { Roles = [] } of paginateListRoles(
    { client: iam },
    { PathPrefix: `/aws-service-role/${service}/` },
  )) {
    if (Roles.length > 0) return { thing, found: "as wanted", outcome: "as-wanted" };
  }
  const carryOut = () => iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: service }));
  return { thing, found: "not there", outcome: "to-change", change: "create", carryOut };
}
