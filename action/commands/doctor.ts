import { capacityName } from "../aws/capacity.ts";
import { type AwsClients, openClients } from "../aws/clients.ts";
import { dockerVersion } from "../aws/docker.ts";
import { findImage } from "../aws/image.ts";
import { imageArchitecture } from "../aws/image-content.ts";
import type { Console } from "../console.ts";
import type { Check } from "../doctor/check.ts";
import type { ImageProbes } from "../doctor/image.ts";
import { checkSetup } from "../doctor/setup.ts";
import type { SetupWanted } from "../doctor/wanted.ts";
import { imageRepository, workerLogGroup } from "../engines/batch/engine.ts";
import type { DoctorInputs } from "../inputs.ts";
import { productFolder } from "../program-version.ts";
import { logText } from "../report/escape.ts";
import type { CommandEnd } from "./end.ts";

/** Checks all that a run on AWS Batch needs, and changes nothing. */
export async function doctor(inputs: DoctorInputs, console: Console): Promise<CommandEnd> {
  const { source, destination, batch, languages } = inputs;
  const clients = openClients(batch.region);
  const wanted = {
    ...batch,
    source,
    destination,
    repository: imageRepository,
    logGroup: workerLogGroup,
    capacityName,
  };
  const checks = await console.phase("Checks", () =>
    showChecks(clients, wanted, imageProbes(clients, batch.image, languages), console),
  );
  const isWell = checks.every(({ state }) => state !== "failed");
  return { outcome: "checked", isWell };
}

function imageProbes({ ecr }: AwsClients, given: string | undefined, languages: string[]): ImageProbes {
  const wanted = { repository: imageRepository, languages, tags: {}, contextFolder: productFolder };
  return {
    given,
    async findImage() {
      const found = await findImage(ecr, wanted);
      return found && { ...found, architecture: imageArchitecture };
    },
    dockerVersion,
  };
}

/** Says how it stands with all that a run needs. A run would work when no check `failed`. */
export async function showChecks(
  clients: AwsClients,
  wanted: SetupWanted,
  probes: ImageProbes,
  console: Console,
): Promise<Check[]> {
  const checks = await checkSetup(clients, wanted, probes);
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { state, name, message } of checks) {
    console.info(logText(`${state.padEnd(7)}  ${name.padEnd(width)}  ${message}`, 1000));
  }
  const failed = checks.filter(({ state }) => state === "failed");
  if (failed.length > 0) {
    console.error(
      `${failed.length} of ${checks.length} checks failed: ${failed.map(({ name }) => name).join(", ")}.`,
    );
  }
  return checks;
}
