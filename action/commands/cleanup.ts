import { capacityName } from "../aws/capacity.ts";
import { type AwsClients, openClients } from "../aws/clients.ts";
import { jobDefinitionName } from "../aws/job-definition.ts";
import { deleteImages, unusedImages } from "../aws/unused-images.ts";
import { deregister, sortRevisions } from "../aws/unused-job-definitions.ts";
import type { Console } from "../console.ts";
import { imageRepository } from "../engines/batch/engine.ts";
import type { CleanupInputs } from "../inputs.ts";
import { logText } from "../report/escape.ts";
import type { CommandEnd } from "./end.ts";

/** Shows what of Textmill's no run needs any more; `confirm` deletes it. */
export async function cleanup(inputs: CleanupInputs, console: Console): Promise<CommandEnd> {
  await cleanUpAccount(
    openClients(inputs.region),
    {
      jobDefinition: jobDefinitionName,
      queues: [capacityName("spot"), capacityName("on-demand")],
      repository: imageRepository,
      confirm: inputs.confirm,
    },
    console,
  );
  return { outcome: "finished" };
}

/** Job definitions first: what the rest of them names is the images in use. */
export async function cleanUpAccount(
  { batch, ecr }: Pick<AwsClients, "batch" | "ecr">,
  wanted: { jobDefinition: string; queues: string[]; repository: string; confirm: boolean },
  console: Pick<Console, "info">,
): Promise<void> {
  const { jobDefinition: name, queues, repository, confirm } = wanted;
  const revisions = await sortRevisions(batch, { name, queues });
  const imagesInUse = revisions.kept.map(({ image }) => image);
  const images = await unusedImages(ecr, repository, imagesInUse, new Date());
  const verb = confirm ? "deleting" : "would delete";
  for (const { revision, image } of revisions.unused) {
    console.info(logText(`${verb} the job definition ${name}:${revision} of ${image}`));
  }
  for (const { digest, tags, pushedAt } of images) {
    const pushed = pushedAt.toISOString().slice(0, 10);
    console.info(
      logText(`${verb} the image ${repository}@${digest} (${tags.join(", ")}), pushed on ${pushed}`),
    );
  }
  if (confirm) {
    for (const revision of revisions.unused) await deregister(batch, revision);
    await deleteImages(ecr, repository, images);
  }
  const found = `${revisions.unused.length} job definitions and ${images.length} images`;
  console.info(
    confirm ? `deleted ${found}` : `${found} are not needed; nothing was deleted (confirm: true deletes)`,
  );
}
