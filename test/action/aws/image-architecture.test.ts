import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchGetImageCommand, ECRClient, GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it, onTestFinished } from "vitest";
import { AwsError } from "../../../action/aws/errors.ts";
import { imageArchitectures } from "../../../action/aws/image-architecture.ts";

const digest = `sha256:${"a".repeat(64)}`;
const uri = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/textmill@${digest}`;

function ecrWith(manifest: object | undefined) {
  const ecr = new ECRClient({ region: "eu-west-1" });
  const mock = mockClient(ecr);
  const images = manifest === undefined ? [] : [{ imageManifest: JSON.stringify(manifest) }];
  mock.on(BatchGetImageCommand).resolves({ images });
  const asked = () => mock.commandCalls(BatchGetImageCommand)[0]?.args[0].input;
  return { ecr, mock, asked };
}

/** Where ECR sends whoever asks for the bytes of a layer. */
async function serve(text: string): Promise<string> {
  const server = createServer((_, response) => response.end(text)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/config`;
}

describe("the architectures of an image", () => {
  it("of several platforms stand in its index", async () => {
    const platforms = ["amd64", "arm64"].map((architecture) => ({ platform: { architecture } }));
    const { ecr, asked } = ecrWith({ manifests: platforms });
    expect(await imageArchitectures(ecr, uri)).toEqual(["amd64", "arm64"]);
    expect(asked()).toMatchObject({
      registryId: "123456789012",
      repositoryName: "team/textmill",
      imageIds: [{ imageDigest: digest }],
    });
  });

  it("of one platform stand in its configuration", async () => {
    const { ecr, mock } = ecrWith({ config: { digest: "sha256:cc" } });
    mock
      .on(GetDownloadUrlForLayerCommand, { layerDigest: "sha256:cc" })
      .resolves({ downloadUrl: await serve('{"architecture":"arm64"}') });
    expect(await imageArchitectures(ecr, uri)).toEqual(["arm64"]);
  });

  it("are found by its tag too", async () => {
    const { ecr, asked } = ecrWith({ manifests: [] });
    await imageArchitectures(ecr, uri.replace(`@${digest}`, ":1.2"));
    expect(asked()).toMatchObject({ imageIds: [{ imageTag: "1.2" }] });
  });

  it("are not known of another registry", async () => {
    const { ecr, asked } = ecrWith(undefined);
    expect(await imageArchitectures(ecr, "ghcr.io/someone/textmill:1")).toBeUndefined();
    expect(asked()).toBeUndefined();
  });

  it("are refused when there is no such image", async () => {
    await expect(imageArchitectures(ecrWith(undefined).ecr, uri)).rejects.toThrow(AwsError);
  });
});
