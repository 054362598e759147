/** What the workflows of a repository read from its variables. */
import { addressOf, type BootstrapArguments } from "../arguments.ts";
import { deployRoleName } from "./roles.ts";

/**
 * By their names. Where there are several sources or destinations, the first is what a workflow takes unless it is told
 * another. Subnets of the default VPC need no variable: they are the action's default.
 */
export function repositoryVariables(
  { region, place, sources, destinations, vpcId, subnetIds }: BootstrapArguments,
  account: string,
  chosenSubnetIds: readonly string[],
): Record<string, string> {
  const [source] = sources;
  const [destination] = destinations;
  const isDefaultVpc = vpcId === undefined && subnetIds.length === 0;
  return {
    AWS_REGION: region,
    TEXTMILL_ROLE: `arn:aws:iam::${account}:role/${deployRoleName}`,
    ...(source && { TEXTMILL_SOURCE: addressOf(source) }),
    ...(destination && { TEXTMILL_DESTINATION: addressOf(destination) }),
    ...(place.kind === "environment" && { TEXTMILL_ENVIRONMENT: place.name }),
    ...(isDefaultVpc ? {} : { TEXTMILL_SUBNETS: chosenSubnetIds.join(",") }),
  };
}

/** The commands that set them; the values are no secrets. */
export function variableCommands(repository: string, variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(
    ([name, value]) => `gh variable set ${name} --repo ${repository} --body ${shellWord(value)}`,
  );
}

const shellWord = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
