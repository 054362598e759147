/**
 * The worker's image as the registry has it: compressed size of its layers, and how long it takes from
 * `docker run` to the first page's text. Builds and pushes it first, to a repository `textmill-bench` of the ECR
 * that the environment names. `npx tsx test/bench/image.ts [sample of test/samples/documents] [starts]`
 */
import { cp, mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { openClients } from "../../action/aws/clients.ts";
import { ensureImage } from "../../action/aws/image.ts";
import { outputKey, runKeys, variables } from "../../worker/contract.ts";
import { docker, letEveryoneWrite, pullFresh } from "../support/docker.ts";
import { prepareRun } from "../support/prepared-run.ts";
import { repository as actionFolder } from "../support/program.ts";

const [sample = "letter.png", starts = "7"] = process.argv.slice(2);
const repository = "textmill-bench";
const baseImage = "node:24-bookworm-slim";

const { ecr } = openClients(process.env.AWS_REGION ?? "us-east-1");
const tags = { "created-by": "textmill" };
const { uri, made } = await ensureImage(
  ecr,
  { repository, languages: ["eng"], tags, contextFolder: actionFolder },
  () => {},
);
await pullFresh(ecr, uri);
console.log(`${uri} (${made})`);
console.log(`base on this machine: ${await describeBase()}\n`);
await showSize(ecr, uri);
await showFirstPage(uri, sample, Number(starts));

/** A base image without a digest never came from a registry: it was made on this machine. */
async function describeBase(): Promise<string> {
  const format = "{{.Id}} {{json .RepoDigests}}";
  const known = await docker(["image", "inspect", "--format", format, baseImage]).catch(() => "not kept");
  return `${baseImage} ${known}`;
}

async function showSize(client: ECRClient, image: string): Promise<void> {
  const { images, failures } = await client.send(
    new BatchGetImageCommand({
      repositoryName: repository,
      imageIds: [{ imageDigest: image.split("@")[1] }],
      acceptedMediaTypes: [
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
      ],
    }),
  );
  const text = images?.[0]?.imageManifest;
  if (text === undefined) throw new Error(`No manifest of ${image}: ${JSON.stringify(failures)}`);
  const manifest: { layers: { digest: string; size: number }[] } = JSON.parse(text);
  const history = await docker(["history", "--no-trunc", "--format", "{{.Size}}\t{{.CreatedBy}}", image]);
  const steps = history
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([, step = ""]) => /COPY|ADD|RUN|WORKDIR/.test(step))
    .reverse();
  console.log("compressed MB  unpacked  layer");
  for (const [index, { size }] of manifest.layers.entries()) {
    const [unpacked = "", step = ""] = steps[index] ?? [];
    console.log(`${megabytes(size)}  ${unpacked.padStart(8)}  ${step.slice(0, 80)}`);
  }
  const total = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  console.log(`${megabytes(total)}  of ${manifest.layers.length} layers, at most 90 are wanted\n`);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2).padStart(13);
}

async function showFirstPage(image: string, document: string, times: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "textmill-bench-image-"));
  const [source, destination] = [join(folder, "source"), join(folder, "destination")];
  const key = basename(document);
  await cp(join(actionFolder, "test/samples/documents", document), join(source, key));
  await prepareRun(source, destination, { runId: "one" });
  const busy = () => `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;
  console.log(`first page of ${document}, in seconds (${busy()})`);
  const fromRun: number[] = [];
  const fromStart: number[] = [];
  for (let time = 0; time < times; time++) {
    await rm(join(destination, runKeys.results("one")), { recursive: true, force: true });
    await rm(join(destination, outputKey(key, "txt")), { force: true });
    await letEveryoneWrite(folder);
    const { ranAt, startedAt } = await runOnce(image, source, destination);
    const writtenAt = (await stat(join(destination, outputKey(key, "txt")))).mtimeMs;
    fromRun.push((writtenAt - ranAt) / 1000);
    fromStart.push((writtenAt - startedAt) / 1000);
  }
  console.log(`from docker run:            ${summary(fromRun)}`);
  console.log(`from the container's start: ${summary(fromStart)}  (at most 2 are wanted; ${busy()})`);
  await rm(folder, { recursive: true });
}

async function runOnce(image: string, source: string, destination: string) {
  const name = `textmill-bench-${process.pid}`;
  const ranAt = Date.now();
  await docker([
    ...["run", "--name", name, "--network", "none", "--volume", `${source}:${source}:ro`],
    ...["--volume", `${destination}:${destination}`],
    ...["--env", `${variables.destination}=${destination}`, "--env", `${variables.runId}=one`],
    ...["--env", `${variables.processes}=1`, image],
  ]);
  const startedAt = Date.parse(await docker(["inspect", "--format", "{{.State.StartedAt}}", name]));
  await docker(["rm", name]);
  return { ranAt, startedAt };
}

function summary(seconds: number[]): string {
  const sorted = [...seconds].sort((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(2);
  return `median ${at(0.5)}, least ${at(0)}, most ${at(1)}, ${sorted.length} starts`;
}
