import { expect, test } from "vitest";
import { explainDockerFailure } from "../../../action/aws/docker-failures.ts";

test.each([
  {
    name: "a language without data, as BuildKit shows it",
    lines: [
      "#9 1.135 E: No packages found",
      "#9 1.149 No data for the language xyz: Debian has no package tesseract-ocr-xyz that brings it.",
      '#9 ERROR: executor failed running [/bin/sh -c set -eu; echo "No data for the language $language: Debian has no package $package that brings it."]: exit code: 1',
    ],
    message:
      "No data for the language xyz: Debian has no package tesseract-ocr-xyz that brings it. Check the input languages.",
  },
  {
    name: "a language without data, as the classic builder shows it",
    lines: [
      "No data for the language xyz: Debian has no package tesseract-ocr-xyz that brings it.",
      "The command '/bin/sh -c set -eu; No data for the language $language: Debian has no package $package' returned a non-zero code: 1",
    ],
    message:
      "No data for the language xyz: Debian has no package tesseract-ocr-xyz that brings it. Check the input languages.",
  },
  {
    name: "a step that BuildKit could not begin",
    lines: [
      '#9 [worker 3/3] RUN set -eu; echo "No data for the language $language: Debian has no package $package"',
      "#9 ERROR: executor failed running [/bin/sh -c set -eu; echo no error]: failed to create endpoint: no bridge",
      " > [worker 3/3] RUN set -eu; echo no error:",
      "------",
      "executor failed running [/bin/sh -c set -eu; echo no error]: failed to create endpoint: no bridge",
    ],
    message: /^failed to create endpoint: no bridge\. See the lines above/,
  },
  {
    name: "a step that the classic builder could not begin",
    lines: [
      'Step 6/13 : RUN set -eu; echo "No data for the language $language: Debian has no package $package"',
      " ---> Running in 7d2bb34bd15c",
      "failed to create endpoint: no bridge",
    ],
    message: /^failed to create endpoint: no bridge\. See the lines above/,
  },
  {
    name: "a step that failed in today's BuildKit",
    lines: [
      "#9 1.1 E: Unable to read the lists",
      '#9 ERROR: process "/bin/sh -c set -eu; echo no error" did not complete successfully: exit code: 100',
      'ERROR: failed to solve: process "/bin/sh -c set -eu; echo no error" did not complete successfully: exit code: 100',
    ],
    message: /^E: Unable to read the lists\. See/,
  },
  {
    name: "no daemon",
    lines: [
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    ],
    message: /^Cannot connect .* running\?\. Start Docker \(sudo systemctl start docker\)/,
  },
  {
    name: "a daemon that the user may not reach",
    lines: [
      "permission denied while trying to connect to the Docker daemon socket at unix:///run/docker.sock",
    ],
    message: /usermod -aG docker/,
  },
  {
    name: "Docker Hub's limit",
    lines: [
      "ERROR: failed to solve: node:24-bookworm-slim: toomanyrequests: You have reached your pull rate limit.",
    ],
    message: /toomanyrequests.*docker\/login-action/,
  },
  {
    name: "a full disk",
    lines: ["write /var/lib/docker/tmp/x: no space left on device"],
    message: /no space left on device\. The disk is full: make room \(docker system prune\)/,
  },
  {
    name: "another processor without emulation",
    lines: ["exec /bin/sh: exec format error"],
    message: /docker\/setup-qemu-action/,
  },
  {
    name: "a push that is denied",
    lines: [
      "The push refers to repository [1.dkr.ecr.eu-west-1.amazonaws.com/textmill]",
      "denied: User: arn:aws:sts::1:assumed-role/ci is not authorized to perform: ecr:InitiateLayerUpload",
    ],
    message: /ecr:InitiateLayerUpload\. Check region and account, and grant .*deploy-role\.json/,
  },
  {
    name: "a base image that cannot be reached",
    lines: ['Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host'],
    message: /no such host\. A host cannot be reached/,
  },
  {
    name: "an error that nobody foresaw",
    lines: ["Step 3/9", "#4 0.2 error: the moon is full", "The command 'x' returned a non-zero code: 1"],
    message: /^error: the moon is full\. See the lines above, or give a ready image/,
  },
  { name: "a docker that ends without a word", lines: [""], message: /^docker said nothing\. / },
])("$name", ({ lines, message }) => {
  const explained = explainDockerFailure(lines);
  if (typeof message === "string") expect(explained).toBe(message);
  else expect(explained).toMatch(message);
});

test("what docker printed cannot become a command of the workflow", () => {
  expect(explainDockerFailure(["error ##[set-output name=x]y"])).not.toContain("##[");
  expect(explainDockerFailure(["::error::failed"])).not.toMatch(/^::/);
});
