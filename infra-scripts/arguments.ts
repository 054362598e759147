/** What an administrator writes after `bootstrap` or `teardown`. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { overlapRefusal } from "../action/planning/overlap.ts";
import { quoted } from "../action/report/escape.ts";
import { parseLocation } from "../worker/store.ts";
import type { Repository, RepositoryIds, WorkflowPlace } from "./github-repository.ts";
import type { BucketLocation } from "./policies.ts";

export interface BootstrapArguments {
  repository: Repository;
  /** As given; GitHub knows them too. */
  ids: RepositoryIds | undefined;
  place: WorkflowPlace;
  sources: BucketLocation[];
  destinations: BucketLocation[];
  region: string;
  /** `undefined`: that of the subnets, or the default VPC. */
  vpcId: string | undefined;
  subnetIds: string[];
  isConfirmed: boolean;
  showsPolicies: boolean;
}

export interface TeardownArguments {
  region: string;
  isConfirmed: boolean;
}

export type Read<T> =
  | { outcome: "read"; arguments: T }
  | { outcome: "help" }
  | { outcome: "refused"; errors: string[] };

const common = {
  region: { type: "string" },
  yes: { type: "boolean" },
  help: { type: "boolean" },
} as const;

export function readTeardownArguments(
  args: string[],
  environment: NodeJS.ProcessEnv,
): Read<TeardownArguments> {
  const parsed = parse(args, common);
  if ("error" in parsed) return { outcome: "refused", errors: [parsed.error] };
  const { help, yes = false, region: given } = parsed.values;
  if (help) return { outcome: "help" };
  const region = regionOf(given, environment);
  if (region === undefined) return { outcome: "refused", errors: [noRegion] };
  return { outcome: "read", arguments: { region, isConfirmed: yes } };
}

const bootstrapOptions = {
  ...common,
  repository: { type: "string" },
  branch: { type: "string" },
  environment: { type: "string" },
  "owner-id": { type: "string" },
  "repository-id": { type: "string" },
  source: { type: "string", multiple: true },
  destination: { type: "string", multiple: true },
  vpc: { type: "string" },
  subnets: { type: "string", multiple: true },
  "dry-run": { type: "boolean" },
} as const;

export function readBootstrapArguments(
  args: string[],
  environment: NodeJS.ProcessEnv,
): Read<BootstrapArguments> {
  const parsed = parse(args, bootstrapOptions);
  if ("error" in parsed) return { outcome: "refused", errors: [parsed.error] };
  const { values } = parsed;
  if (values.help) return { outcome: "help" };
  const errors: string[] = [];
  const refuse = (error: string) => void errors.push(error);
  const sources = readLocations("source", values.source, refuse);
  const destinations = readLocations("destination", values.destination, refuse);
  refuseOverlap(sources, destinations, refuse);
  const region = regionOf(values.region, environment) ?? "";
  if (region === "") refuse(noRegion);
  if (values.yes && values["dry-run"]) refuse("--yes and --dry-run contradict each other. Leave one out.");
  const read: BootstrapArguments = {
    repository: readRepository(values.repository, refuse),
    ids: readIds(values["owner-id"], values["repository-id"], refuse),
    place: readPlace(values.branch, values.environment, refuse),
    sources,
    destinations,
    region,
    vpcId: readId("vpc", values.vpc, refuse),
    subnetIds: (values.subnets ?? [])
      .flatMap((list) => list.split(/[\s,]+/))
      .flatMap((id) => readId("subnet", id, refuse) ?? []),
    isConfirmed: values.yes ?? false,
    showsPolicies: values["dry-run"] ?? false,
  };
  return errors.length > 0 ? { outcome: "refused", errors } : { outcome: "read", arguments: read };
}

function parse<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options });
  } catch (error) {
    // An unknown option, or one without its value; Node's message names it.
    return { error: `${error instanceof Error ? error.message : String(error)}. --help shows all options.` };
  }
}

type Refuse = (error: string) => void;

const regionOf = (given: string | undefined, { AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv) =>
  given || AWS_REGION || AWS_DEFAULT_REGION || undefined;

const noRegion = "Which region? Write --region, e.g. --region eu-central-1: that of the buckets.";

/** An owner has letters, digits and -, and in an enterprise with managed users _ besides. Nothing that a policy takes for a pattern. */
const repositoryName = /^([A-Za-z0-9_-]+)\/([A-Za-z0-9._-]+)$/;

function readRepository(text: string | undefined, refuse: Refuse): Repository {
  const [, owner = "", name = ""] = repositoryName.exec(text ?? "") ?? [];
  if (text === undefined) {
    refuse("Whose workflows shall run Textmill? Write --repository OWNER/NAME, the repository on GitHub.");
  } else if (name === "") {
    refuse(
      `--repository ${quoted(text)} is no repository of GitHub. Write OWNER/NAME, e.g. octocat/archive.`,
    );
  }
  return { owner, name };
}

function readIds(
  owner: string | undefined,
  repository: string | undefined,
  refuse: Refuse,
): RepositoryIds | undefined {
  if (owner === undefined && repository === undefined) return undefined;
  if (!/^\d+$/.test(owner ?? "") || !/^\d+$/.test(repository ?? "")) {
    refuse("--owner-id and --repository-id are numbers, and are given together.");
  }
  return { owner: Number(owner), repository: Number(repository) };
}

function readPlace(
  branch: string | undefined,
  environment: string | undefined,
  refuse: Refuse,
): WorkflowPlace {
  if (branch !== undefined && environment !== undefined) {
    refuse(
      "--branch and --environment exclude each other: GitHub names the environment instead of the branch. Leave one out; " +
        "the branches of an environment are limited in its settings on GitHub.",
    );
  }
  if (environment !== undefined) {
    if (environment.trim() === "") refuse("--environment is empty. Write its name, as in the workflow.");
    return { kind: "environment", name: environment };
  }
  if (branch !== undefined && !isBranchName(branch)) {
    refuse(
      `--branch ${quoted(branch)} is no branch. Write its name without refs/heads/, and without wildcards.`,
    );
  }
  return { kind: "branch", name: branch ?? "main" };
}

/** https://git-scm.com/docs/git-check-ref-format has the rest of the rules, which GitHub checks. */
const isBranchName = (text: string) => /^[^\s~^:?*[\\]+$/.test(text) && !text.startsWith("refs/");

function readLocations(option: string, given: string[] | undefined, refuse: Refuse): BucketLocation[] {
  if (given === undefined)
    refuse(
      `Where ${option === "source" ? "are the documents" : "shall the text go"}? Write --${option} s3://bucket/prefix/.`,
    );
  return (given ?? []).flatMap((text) => {
    const location = parseLocation(text);
    if ("error" in location) refuse(`--${option} ${quoted(text)} ${location.error}.`);
    else if (location.kind === "s3") return [location];
    else refuse(`--${option} ${quoted(text)} is a folder. Write s3://bucket/prefix/.`);
    return [];
  });
}

function refuseOverlap(
  sources: readonly BucketLocation[],
  destinations: readonly BucketLocation[],
  refuse: Refuse,
) {
  for (const source of sources) {
    for (const destination of destinations) {
      const refusal = overlapRefusal(addressOf(source), addressOf(destination));
      if (refusal !== undefined) refuse(refusal);
    }
  }
}

export const addressOf = ({ bucket, prefix }: BucketLocation) => `s3://${bucket}/${prefix}`;

function readId(kind: "vpc" | "subnet", id: string | undefined, refuse: Refuse): string | undefined {
  if (id === undefined || id === "") return undefined;
  if (!new RegExp(`^${kind}-[0-9a-f]+$`).test(id)) {
    refuse(`${quoted(id)} is no id of a ${kind}. Write one like ${kind}-0123456789abcdef0.`);
  }
  return id;
}
