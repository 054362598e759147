/** What GitHub's ID token says of the step that asked for it. https://docs.github.com/actions/reference/security/oidc */

export const githubIssuer = "token.actions.githubusercontent.com";
/** Whom the token is for: https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws */
export const audience = "sts.amazonaws.com";

export interface Claims {
  /** What a role's trust is about, e.g. `repo:owner/repository:ref:refs/heads/main`. */
  subject: string;
  /**
   * Both forms that GitHub gives this subject: by names, and with ids beside the names for repositories that were
   * created, renamed or transferred after 2026-07-15. Only `subject` when the organisation has made up its own form.
   */
  forms: string[];
}

/** The signature is STS's to check. */
export function claimsOf(idToken: string): Claims {
  const claims = payloadOf(idToken);
  const text = (name: string) => (typeof claims[name] === "string" ? claims[name] : "");
  const subject = text("sub");
  const [, tail] = /^repo:[^:]+(:.+)$/.exec(subject) ?? [];
  const [owner = "", repository = ""] = text("repository").split("/");
  const [ownerId, repositoryId] = [text("repository_owner_id"), text("repository_id")];
  if (!tail || !owner || !repository || !ownerId || !repositoryId) return { subject, forms: [subject] };
  const byName = `repo:${owner}/${repository}${tail}`;
  const byId = `repo:${owner}@${ownerId}/${repository}@${repositoryId}${tail}`;
  return { subject, forms: [byName, byId] };
}

function payloadOf(idToken: string): Record<string, unknown> {
  const [, payload = ""] = idToken.split(".");
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}
