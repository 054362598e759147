import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFolder } from "../worker/bundle.ts";

const packageFile: unknown = JSON.parse(readFileSync(join(bundleFolder, "..", "package.json"), "utf8"));

export const programVersion =
  typeof packageFile === "object" && packageFile !== null && "version" in packageFile
    ? String(packageFile.version)
    : "unknown";
