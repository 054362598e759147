import { capacityName } from "../aws/capacity.ts";
import { type AwsClients, openClients } from "../aws/clients.ts";
import { imageRepository } from "../aws/image-repository.ts";
import { workerLogGroup } from "../aws/log-group.ts";
import type { Console } from "../console.ts";
import { checkSetup } from "../doctor/setup.ts";
import type { SetupWanted } from "../doctor/wanted.ts";
import type { DoctorInputs } from "../inputs.ts";
import { productFolder } from "../program-version.ts";
import { logText } from "../report/escape.ts";
import type { CommandEnd } from "./end.ts";

/** Checks all that a run on AWS Batch needs, and changes nothing. */
export function doctor(inputs: DoctorInputs, console: Console): Promise<CommandEnd> {
  const { source, destination, languages, batch } = inputs;
  const wanted: SetupWanted = {
    ...batch,
    source,
    destination,
    ownImage: { repository: imageRepository, languages, tags: {}, contextFolder: productFolder },
    logGroup: workerLogGroup.name,
    capacityName,
  };
  // Someone waits for the answer: a service that fails is not asked for minutes.
  const clients = openClients(batch.region, 3);
  return console.phase("Checks", () => showChecks(clients, wanted, console));
}

/** Says how it stands with each. A run would work when no check `failed`. */
export async function showChecks(
  clients: AwsClients,
  wanted: SetupWanted,
  console: Console,
): Promise<CommandEnd> {
  const checks = await checkSetup(clients, wanted);
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { state, name, message } of checks) {
    console.info(logText(`${state.padEnd(7)}  ${name.padEnd(width)}  ${message}`, 1000));
  }
  const failed = checks.filter(({ state }) => state === "failed").map(({ name }) => name);
  if (failed.length > 0) {
    console.error(`${failed.length} of ${checks.length} checks failed: ${failed.join(", ")}.`);
  }
  return { outcome: "checked", isWell: failed.length === 0 };
}
