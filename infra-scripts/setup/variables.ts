/** What the workflows of a repository read from its variables. */

/** The commands that set them; the values are no secrets. */
export function variableCommands(repository: string, variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(
    ([name, value]) => `gh variable set ${name} --repo ${repository} --body ${shellWord(value)}`,
  );
}

const shellWord = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
