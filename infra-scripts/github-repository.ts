/** The repository whose workflows get the deploy role, and by which names GitHub vouches for them. */

export interface Repository {
  owner: string;
  name: string;
}

/** Numbers that GitHub gives once and never again, unlike names. */
export interface RepositoryIds {
  owner: number;
  repository: number;
}

/** From where in the repository a workflow may take the role. */
export interface WorkflowPlace {
  kind: "branch" | "environment";
  name: string;
}

/**
 * The subjects of GitHub's ID tokens: with names alone, and with ids for repositories that were made, renamed or
 * transferred since 15 July 2026 (https://docs.github.com/actions/reference/security/oidc). Without ids only the
 * first can be written, as a wildcard in their place would let others in.
 */
export function subjectsOf(
  { owner, name }: Repository,
  ids: RepositoryIds | undefined,
  place: WorkflowPlace,
): string[] {
  const tail =
    place.kind === "environment"
      ? `environment:${place.name.replaceAll(":", "%3A")}`
      : `ref:refs/heads/${place.name}`;
  const byName = `repo:${owner}/${name}:${tail}`;
  return ids === undefined
    ? [byName]
    : [byName, `repo:${owner}@${ids.owner}/${name}@${ids.repository}:${tail}`];
}

export type Lookup =
  /** As GitHub writes its name, which tokens have to match in every letter. */
  | { outcome: "found"; repository: Repository; ids: RepositoryIds; defaultBranch: string }
  | { outcome: "unknown"; reason: string };

const maxSeconds = 10;

/** Without a login: GitHub tells it of public repositories. A renamed one is found by its old name. */
export async function lookUp({ owner, name }: Repository, apiUrl: string): Promise<Lookup> {
  let answer: unknown;
  try {
    const response = await fetch(`${apiUrl}/repos/${owner}/${name}`, {
      headers: { accept: "application/vnd.github+json", "user-agent": "textmill" },
      signal: AbortSignal.timeout(maxSeconds * 1000),
    });
    if (!response.ok) return { outcome: "unknown", reason: `GitHub answered ${response.status}` };
    answer = await response.json();
  } catch (error) {
    return { outcome: "unknown", reason: `GitHub was not reached: ${reasonOf(error)}` };
  }
  return readAnswer(answer) ?? { outcome: "unknown", reason: "GitHub's answer had no ids in it" };
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function readAnswer(answer: unknown): Lookup | undefined {
  const { id, full_name, owner, default_branch } = (answer ?? {}) as Record<string, unknown>;
  const { id: ownerId } = (owner ?? {}) as Record<string, unknown>;
  if (typeof id !== "number" || typeof ownerId !== "number") return undefined;
  if (typeof full_name !== "string" || typeof default_branch !== "string") return undefined;
  const [ownerName = "", name = ""] = full_name.split("/");
  return {
    outcome: "found",
    repository: { owner: ownerName, name },
    ids: { owner: ownerId, repository: id },
    defaultBranch: default_branch,
  };
}
