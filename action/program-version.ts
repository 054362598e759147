import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFolder } from "../worker/bundle.ts";

/** Where this program lies: its repository, or a copy of it without node_modules. */
export const productFolder = join(bundleFolder, "..");

const packageFile: unknown = JSON.parse(readFileSync(join(productFolder, "package.json"), "utf8"));

export const programVersion =
  typeof packageFile === "object" && packageFile !== null && "version" in packageFile
    ? String(packageFile.version)
    : "unknown";
