import type { AwsClients } from "../aws/clients.ts";
import type { Console } from "../console.ts";
import type { Check } from "../doctor/check.ts";
import type { ImageProbes } from "../doctor/image.ts";
import { checkSetup } from "../doctor/setup.ts";
import type { SetupWanted } from "../doctor/wanted.ts";
import { logText } from "../report/escape.ts";

/** Says how it stands with all that a run needs. A run would work when no check `failed`. */
export async function doctor(
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
