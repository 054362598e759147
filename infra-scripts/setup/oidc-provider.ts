import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type GetOpenIDConnectProviderResponse,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { audience, githubIssuer } from "../../action/aws/id-token.ts";
import { asTagList, withOwnTags } from "../../action/aws/tags.ts";
import type { Step } from "../steps.ts";
import { isMissing } from "./role.ts";

/** An account has one, for all its repositories. */
export const oidcProviderArn = (account: string) => `arn:aws:iam::${account}:oidc-provider/${githubIssuer}`;
export const oidcProviderLabel = `OIDC provider ${githubIssuer}`;

/** By which AWS believes GitHub who a workflow is. One that others made is used, and at most given the audience. */
export async function oidcProviderStep(iam: IAMClient, account: string): Promise<Step> {
  const thing = oidcProviderLabel;
  const provider = await findOidcProvider(iam, account);
  if (provider === undefined) {
    // No thumbprint: AWS checks GitHub's certificate by the authorities that it trusts.
    const command = new CreateOpenIDConnectProviderCommand({
      Url: `https://${githubIssuer}`,
      ClientIDList: [audience],
      Tags: asTagList(withOwnTags({})),
    });
    return {
      thing,
      found: "not there",
      outcome: "to-change",
      change: "create",
      carryOut: () => iam.send(command),
    };
  }
  if (provider.ClientIDList?.includes(audience)) return { thing, found: "as wanted", outcome: "as-wanted" };
  const command = new AddClientIDToOpenIDConnectProviderCommand({
    OpenIDConnectProviderArn: oidcProviderArn(account),
    ClientID: audience,
  });
  return {
    thing,
    found: `without the audience ${audience}`,
    outcome: "to-change",
    change: "add the audience",
    carryOut: () => iam.send(command),
  };
}

export async function findOidcProvider(
  iam: IAMClient,
  account: string,
): Promise<GetOpenIDConnectProviderResponse | undefined> {
  try {
    return await iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: oidcProviderArn(account) }),
    );
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
