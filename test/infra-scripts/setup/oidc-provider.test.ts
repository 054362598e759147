import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { oidcProviderStep } from "../../../infra-scripts/setup/oidc-provider.ts";
import type { Step } from "../../../infra-scripts/steps.ts";
import { refusal } from "../../support/made-up-account.ts";

const region = "eu-west-1";
const account = "123456789012";
const ownTags = [{ Key: "created-by", Value: "textmill" }];
function carryOut(step: Step): Promise<unknown> {
  if (step.outcome !== "to-change") throw new Error(`${step.thing} is ${step.outcome}`);
  return step.carryOut();
}

describe("the OIDC provider", () => {
  function provider(found?: { ClientIDList?: string[] }) {
    const iam = new IAMClient({ region });
    const mock = mockClient(iam);
    const get = mock.on(GetOpenIDConnectProviderCommand);
    if (found === undefined) get.rejects(refusal("NoSuchEntityException"));
    else get.resolves(found);
    mock.on(CreateOpenIDConnectProviderCommand).resolves({});
    mock.on(AddClientIDToOpenIDConnectProviderCommand).resolves({});
    return { mock, step: oidcProviderStep(iam, account) };
  }

  it("is made with AWS's audience and Textmill's tag when there is none", async () => {
    const { mock, step } = provider();
    await carryOut(await step);
    expect(mock.commandCalls(CreateOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      Url: "https://token.actions.githubusercontent.com",
      ClientIDList: ["sts.amazonaws.com"],
      Tags: ownTags,
    });
  });

  it("of others gets the audience that it lacks, and nothing else", async () => {
    const { mock, step } = provider({ ClientIDList: ["https://github.com/octocat"] });
    expect(await step).toMatchObject({ change: "add the audience" });
    await carryOut(await step);
    expect(mock.commandCalls(AddClientIDToOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
      ClientID: "sts.amazonaws.com",
    });
  });

  it("of others with the audience is used as it is", async () => {
    expect(await provider({ ClientIDList: ["sts.amazonaws.com", "x"] }).step).toMatchObject({
      outcome: "as-wanted",
    });
  });
});
