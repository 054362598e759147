/** A worker: one chunk of one run, named by the environment (`variables` of the contract). */
import { availableParallelism } from "node:os";
import { processChunk } from "./chunk.ts";
import { exitCodes, type Run, runKeys, variables } from "./contract.ts";
import { findLanguageData } from "./languages.ts";
import { ContractError, parseLeftOver, parseRun } from "./run-files.ts";
import { openStore, parseLocation, type Store } from "./store.ts";

async function main(): Promise<keyof typeof exitCodes> {
  // Before anything is waited for: to process 1 of a container an unheard SIGTERM does nothing at all.
  const signal = terminationSignal();
  const destination = openLocation(required(variables.destination));
  const runId = required(variables.runId);
  const chunk = await ownChunk(destination, runId);
  const processes = wholeNumber(variables.processes, availableParallelism());
  const run = await readRun(destination, runId);
  await checkLanguages(run.settings.languages);
  log(`run ${runId}, chunk ${chunk} of ${run.chunks}, ${processes} OCR processes`);
  const source = openLocation(run.source);
  const ended = await processChunk({ run, chunk, processes, source, destination, signal });
  log(`run ${runId}, chunk ${chunk}: ${ended}`);
  return ended;
}

async function ownChunk(destination: Store, runId: string): Promise<number> {
  const place = wholeNumber(variables.chunkOffset, 0) + wholeNumber(variables.arrayIndex, 0);
  const chunksOf = process.env[variables.chunksOf] ?? "all";
  if (chunksOf === "all") return place;
  if (chunksOf !== "left-over") {
    throw new ContractError(`The variable ${variables.chunksOf} is ${JSON.stringify(chunksOf)}.`);
  }
  const key = runKeys.leftOver(runId);
  const file = await destination.read(key);
  if (file.outcome !== "read") throw new ContractError(`There are no left-over chunks. ${file.message}`);
  const chunk = parseLeftOver(textOf(file.bytes), `${destination.location}${key}`)[place];
  if (chunk === undefined) throw new ContractError(`${key} has no chunk at place ${place}.`);
  return chunk;
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new ContractError(`The variable ${name} is not set.`);
  return value;
}

function wholeNumber(name: string, otherwise: number): number {
  const value = process.env[name];
  if (value === undefined || value === "") return otherwise;
  if (!/^\d{1,9}$/.test(value)) {
    throw new ContractError(`The variable ${name} is ${JSON.stringify(value)}, not a whole number.`);
  }
  return Number(value);
}

function openLocation(text: string): Store {
  const location = parseLocation(text);
  if ("error" in location) throw new ContractError(location.error);
  return openStore(location);
}

async function readRun(destination: Store, runId: string): Promise<Run> {
  const key = runKeys.run(runId);
  const file = await destination.read(key);
  if (file.outcome !== "read") throw new ContractError(`There is no run ${runId}. ${file.message}`);
  return parseRun(textOf(file.bytes), `${destination.location}${key}`);
}

async function checkLanguages(languages: string[]): Promise<void> {
  for (const language of languages) {
    const data = await findLanguageData(language);
    if (data.outcome === "missing") throw new ContractError(data.message);
  }
}

/** Fargate Spot and a stopped run both say SIGTERM; SIGKILL follows, on Fargate after 30 seconds or so. */
function terminationSignal(): AbortSignal {
  const leave = new AbortController();
  process.once("SIGTERM", () => leave.abort());
  // The local engine's channel: it closes when the engine is gone.
  process.once("disconnect", () => leave.abort());
  // A terminal sends Ctrl-C to all processes of the run; whoever started this one decides.
  process.on("SIGINT", () => {});
  return leave.signal;
}

const log = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);

main().then(
  (ended) => process.exit(exitCodes[ended].code),
  (error: unknown) => {
    const refused = error instanceof ContractError;
    process.stderr.write(
      `${refused ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exit(exitCodes[refused ? "refused" : "broken"].code);
  },
);
