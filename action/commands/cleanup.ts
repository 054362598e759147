import { openStore, type Store } from "../../worker/store.ts";
import { capacityName } from "../aws/capacity.ts";
import { type AwsClients, openClients } from "../aws/clients.ts";
import { imageRepository } from "../aws/image-repository.ts";
import { jobDefinitionName } from "../aws/job-definition.ts";
import { deleteImages, unusedImages } from "../aws/unused-images.ts";
import { deregister, sortRevisions } from "../aws/unused-job-definitions.ts";
import {
  removeFiles,
  type UnneededFiles,
  unfinishedWrites,
  unneededFiles,
} from "../cleanup/unneeded-files.ts";
import type { Console } from "../console.ts";
import type { CleanupInputs } from "../inputs.ts";
import { logText } from "../report/escape.ts";
import { counted, fileSize } from "../report/numbers.ts";
import type { CommandEnd } from "./end.ts";

/** Shows what of Textmill's no run needs any more; `confirm` deletes it. */
export async function cleanup(inputs: CleanupInputs, console: Console): Promise<CommandEnd> {
  const { confirm, region } = inputs;
  await cleanUpDestination(openStore(inputs.destination), { confirm, now: new Date() }, console);
  if (region === undefined) {
    console.info("the destination is a folder: nothing was looked for on AWS (aws-region says where to)");
    return { outcome: "finished" };
  }
  await cleanUpAccount(
    openClients(region),
    {
      jobDefinition: jobDefinitionName,
      queues: [capacityName("spot"), capacityName("on-demand")],
      repository: imageRepository,
      confirm,
    },
    console,
  );
  return { outcome: "finished" };
}

/** A run's files at a time: what is shown is deleted before the next run is looked at. */
export async function cleanUpDestination(
  destination: Store,
  { confirm, now }: { confirm: boolean; now: Date },
  console: Pick<Console, "info" | "warning">,
): Promise<void> {
  const show = (what: string) => console.info(logText(`${confirm ? "deleting" : "would delete"} ${what}`));
  let runs = 0;
  let files = 0;
  for await (const unneeded of unneededFiles(destination, now, (line) => console.warning(logText(line)))) {
    show(`${filesAndBytes(unneeded.keys.length, unneeded.bytes)} of ${describe(unneeded)}`);
    if (confirm) await removeFiles(destination, unneeded, now);
    runs += 1;
    files += unneeded.keys.length;
  }
  const unfinished = await unfinishedWrites(destination, now);
  if (unfinished.length > 0) {
    const bytes = unfinished.reduce((sum, file) => sum + file.bytes, 0);
    show(`${filesAndBytes(unfinished.length, bytes)} that were never finished`);
    if (confirm) await destination.remove(unfinished.map(({ key }) => key));
  }
  sumUp(
    `${counted(files, "file")} of ${counted(runs, "run")} and ${unfinished.length} unfinished`,
    confirm,
    console,
  );
}

const filesAndBytes = (files: number, bytes: number) => `${counted(files, "file")} (${fileSize(bytes)})`;

function describe({ runId, why, newest }: UnneededFiles): string {
  const date = newest.toISOString().slice(0, 10);
  return why === "never begun"
    ? `the run ${runId}, planned on ${date} and never begun`
    : `the run ${runId}, ${why}, last reported on ${date}`;
}

function sumUp(found: string, confirm: boolean, console: Pick<Console, "info">): void {
  console.info(
    confirm ? `deleted ${found}` : `${found} are not needed; nothing was deleted (confirm: true deletes)`,
  );
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
  sumUp(`${revisions.unused.length} job definitions and ${images.length} images`, confirm, console);
}
