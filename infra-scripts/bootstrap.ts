/** Makes in an account what Textmill's workflows need and may not make themselves. Twice changes nothing. */
import { type AwsClients, openClients } from "../action/aws/clients.ts";
import { AwsError } from "../action/aws/errors.ts";
import { workerLogGroup } from "../action/aws/log-group.ts";
import type { Subnets } from "../action/aws/network.ts";
import { accountOf } from "./account.ts";
import { type BootstrapArguments, readBootstrapArguments } from "./arguments.ts";
import { lookUp, type Repository, type RepositoryIds, subjectsOf } from "./github-repository.ts";
import { batchServiceRoleStep } from "./setup/batch-service-role.ts";
import { bucketSteps } from "./setup/buckets.ts";
import { logGroupStep } from "./setup/log-group.ts";
import { oidcProviderStep } from "./setup/oidc-provider.ts";
import { roleStep, type WantedRole } from "./setup/role.ts";
import { wantedRoles } from "./setup/roles.ts";
import { runTimeLines } from "./setup/run-time.ts";
import { s3EndpointStep } from "./setup/s3-endpoint.ts";
import { securityGroupStep } from "./setup/security-group.ts";
import { chooseSubnets } from "./setup/subnets.ts";
import { repositoryVariables, variableCommands } from "./setup/variables.ts";
import { playSteps, type Say, type Step } from "./steps.ts";
import { bootstrapUsage } from "./usage.ts";

/** Of each call; someone waits for the answer. */
const maxAttempts = 4;

/** The exit code. */
export async function bootstrap(args: string[], environment: NodeJS.ProcessEnv, say: Say): Promise<number> {
  const read = readBootstrapArguments(args, environment);
  if (read.outcome === "help") {
    say(bootstrapUsage);
    return 0;
  }
  if (read.outcome === "refused") {
    for (const error of read.errors) say(`error: ${error}`);
    return 1;
  }
  return setUp(read.arguments, environment.GITHUB_API_URL ?? "https://api.github.com", say);
}

async function setUp(given: BootstrapArguments, githubUrl: string, say: Say): Promise<number> {
  const clients = openClients(given.region, maxAttempts);
  const account = await accountOf(clients.sts);
  say(`Account ${account}, region ${given.region}`);
  const { repository, ids } = await identify(given, githubUrl, say);
  const subjects = subjectsOf(repository, ids, given.place);
  say(`The deploy role is for the workflows that GitHub calls ${subjects.join(" or ")}`);
  say("");
  const roles = wantedRoles({ ...given, account, subjects });
  const network = await chooseSubnets(clients.ec2, given);
  const steps = await allSteps(clients, { ...given, account, roles, network });
  if (given.showsPolicies) showPolicies(roles, say);
  const end = await playSteps(steps, given.isConfirmed, say);
  if (end === "refused") return 1;
  say(closing[end]);
  say("");
  for (const line of await runTimeLines(clients.quotas, given.region)) say(line);
  say("");
  say("For the workflows, as variables of the repository:");
  const variables = repositoryVariables(given, account, network.subnetIds);
  for (const line of variableCommands(nameOf(repository), variables)) say(`  ${line}`);
  return 0;
}

const closing = {
  done: "Done.",
  "nothing to do": "Nothing to do: all is as wanted.",
  "not confirmed": "Nothing was changed. To do this, run the same command with --yes.",
} as const;

/** As GitHub knows it, unless the ids are given. */
async function identify(
  { repository, ids, place }: BootstrapArguments,
  githubUrl: string,
  say: Say,
): Promise<{ repository: Repository; ids: RepositoryIds | undefined }> {
  if (ids !== undefined) return { repository, ids };
  const name = nameOf(repository);
  const found = await lookUp(repository, githubUrl);
  if (found.outcome === "unknown") {
    for (const line of withoutIds(name, found.reason)) say(line);
    return { repository, ids };
  }
  const foundName = nameOf(found.repository);
  if (foundName.toLowerCase() !== name.toLowerCase()) {
    throw new AwsError(`${name} is called ${foundName} now. Write --repository ${foundName}.`);
  }
  if (place.kind === "branch" && place.name !== found.defaultBranch) {
    say(
      `warning: ${foundName} has the default branch ${found.defaultBranch}, the role is for ${place.name} (--branch ` +
        "says which): scheduled workflows run on the default branch alone.",
    );
  }
  return found;
}

const nameOf = ({ owner, name }: Repository) => `${owner}/${name}`;

/** Also said of a private repository, of which GitHub tells strangers nothing. */
const withoutIds = (name: string, reason: string) => [
  `warning: The ids of ${name} are not known (${reason}), so the role trusts only the older form of GitHub's subject, ` +
    `repo:${name}:… . A repository that was made, renamed or transferred since 15 July 2026 sends ` +
    "repo:OWNER@ID/NAME@ID:… instead, and AWS would answer its workflows: Not authorized to perform " +
    "sts:AssumeRoleWithWebIdentity. To have both, add the two numbers that this prints as --owner-id and --repository-id:",
  `  gh api repos/${name} --jq '.owner.id, .id'`,
];

/** In the order in which they are made: the deploy role trusts the provider. */
async function allSteps(
  clients: AwsClients,
  wanted: BootstrapArguments & { account: string; roles: WantedRole[]; network: Subnets },
): Promise<Step[]> {
  const { ec2, iam, logs } = clients;
  const { region, sources, destinations, account, roles, network } = wanted;
  const { vpcId, subnetIds } = network;
  return [
    ...(await bucketSteps([...sources, ...destinations], region)),
    await oidcProviderStep(iam, account),
    ...(await Promise.all(roles.map((role) => roleStep(iam, role)))),
    await batchServiceRoleStep(iam),
    await securityGroupStep(ec2, vpcId),
    await s3EndpointStep(ec2, { region, vpcId, subnetIds }),
    await logGroupStep(logs, { ...workerLogGroup, tags: {} }),
  ];
}

function showPolicies(roles: readonly WantedRole[], say: Say): void {
  for (const { name, trust, policies } of roles) {
    for (const [policy, document] of Object.entries({ "trust policy": trust, ...policies })) {
      say(`${name}, ${policy}:`);
      say(JSON.stringify(document, null, 2));
    }
  }
  say("");
}
