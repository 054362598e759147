import { BatchDeleteImageCommand, DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { deleteImages, unusedImages } from "../../../action/aws/unused-images.ts";

const now = new Date("2026-06-30T00:00:00Z");
const image = (digest: string, day: string) => ({
  imageDigest: `sha256:${digest}`,
  imageTags: [digest],
  imagePushedAt: new Date(`${day}T00:00:00Z`),
});

function ecrClient() {
  const ecr = new ECRClient({ region: "eu-west-1" });
  return { ecr, mock: mockClient(ecr) };
}

describe("images", () => {
  it("that no job definition names and that are over a month old are unused, the oldest first", async () => {
    const { ecr, mock } = ecrClient();
    mock
      .on(DescribeImagesCommand, { repositoryName: "textmill", filter: { tagStatus: "TAGGED" } })
      .resolvesOnce({ imageDetails: [image("used", "2026-01-01"), image("b", "2026-03-01")], nextToken: "2" })
      .resolves({ imageDetails: [image("a", "2026-02-01"), image("new", "2026-06-01")] });
    const unused = await unusedImages(ecr, "textmill", ["registry/textmill@sha256:used"], now);
    expect(unused.map(({ digest }) => digest)).toEqual(["sha256:a", "sha256:b"]);
  });

  it("are none where there is no repository", async () => {
    const { ecr, mock } = ecrClient();
    mock
      .on(DescribeImagesCommand)
      .rejects(Object.assign(new Error("none"), { name: "RepositoryNotFoundException" }));
    expect(await unusedImages(ecr, "textmill", [], now)).toEqual([]);
  });

  const stored = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      digest: `sha256:${index}`,
      tags: [],
      pushedAt: now,
    }));

  it("are deleted a hundred at a time", async () => {
    const { ecr, mock } = ecrClient();
    mock.on(BatchDeleteImageCommand).resolves({ failures: [] });
    await deleteImages(ecr, "textmill", stored(201));
    const sizes = mock
      .commandCalls(BatchDeleteImageCommand)
      .map(({ args }) => args[0].input.imageIds?.length);
    expect(sizes).toEqual([100, 100, 1]);
  });

  it("that ECR does not delete are named, but for those that are gone", async () => {
    const { ecr, mock } = ecrClient();
    mock.on(BatchDeleteImageCommand).resolves({
      failures: [
        { imageId: { imageDigest: "sha256:0" }, failureCode: "ImageNotFound" },
        {
          imageId: { imageDigest: "sha256:1" },
          failureCode: "ImageReferencedByManifestList",
          failureReason: "an index has it",
        },
      ],
    });
    await expect(deleteImages(ecr, "textmill", stored(2))).rejects.toThrow(
      "ECR did not delete from textmill: sha256:1 (an index has it).",
    );
  });
});
