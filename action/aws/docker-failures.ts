/** What made docker fail, from what it printed, and what mends it. */
import { logText } from "../report/escape.ts";

const orReadyImage = "or give a ready image in the input image";

/** The first that fits counts. `$1` and so on are the pattern's groups. */
const causes: { pattern: RegExp; advice: string }[] = [
  {
    pattern: /No data for the language \S+: Debian has no package \S+/,
    advice: "Check the input languages.",
  },
  {
    pattern: /permission denied while trying to connect/i,
    advice: `Let this user reach Docker (sudo usermod -aG docker "$USER"), ${orReadyImage}.`,
  },
  {
    pattern: /cannot connect to the docker daemon|is the docker daemon running|error during connect/i,
    advice: `Start Docker (sudo systemctl start docker) or set DOCKER_HOST, ${orReadyImage}.`,
  },
  {
    pattern: /toomanyrequests|too many requests|rate limit/i,
    advice: `The registry limits pulls: log in to Docker Hub in a step before (docker/login-action), start again later, ${orReadyImage}.`,
  },
  {
    pattern: /no space left on device/i,
    advice: `The disk is full: make room (docker system prune), ${orReadyImage}.`,
  },
  {
    pattern: /exec format error|does not match the (?:specified|detected|expected) platform/i,
    advice: `This machine's processor is not of the image's kind: add a step with docker/setup-qemu-action before, use an x86-64 runner, ${orReadyImage}.`,
  },
  {
    pattern: /no basic auth credentials|denied|not authorized|unauthorized|forbidden/i,
    advice: `Check region and account, and grant the role or user of this step what infra-scripts/policies/deploy-role.json has for ECR, ${orReadyImage}.`,
  },
  {
    pattern:
      /no such host|i\/o timeout|connection (?:refused|reset|timed out)|tls handshake|failed to fetch|temporary failure/i,
    advice: `A host cannot be reached from this machine: check its network, start again, ${orReadyImage}.`,
  },
];

/** The line that says most, as docker printed it, and the advice. Safe for a log. */
export function explainDockerFailure(lines: string[]): string {
  const said = lines
    .map((line) => line.replace(buildStepPrefix, "").replace(repeatedCommand, "").trim())
    .filter((line) => line !== "" && !quotedStep.test(line));
  for (const { pattern, advice } of causes) {
    const line = said.findLast((text) => pattern.test(text));
    if (line !== undefined) return `${sentence(line)} ${advice}`;
  }
  const error = said.findLast((line) => /\b(?:error|failed|fatal|cannot|unable)\b|^E:/i.test(line));
  const line = error ?? said.at(-1) ?? "docker said nothing";
  return `${sentence(line)} See the lines above, ${orReadyImage}.`;
}

/** BuildKit's number of the step and the seconds since its start. */
const buildStepPrefix = /^#\d+ (?:\d+\.\d+ )?/;

/** Before the reason, builders repeat the whole command that failed: BuildKit of old, and of today. */
const repeatedCommand =
  /^.*(?:executor failed running \[.*\]|process ".*" did not complete successfully): (?:exit code: \d+)?/;

/** Where a builder quotes the Dockerfile: a step that begins, and what is left of its account of one that failed. */
const quotedStep = /^Step \d+\/\d+ : |^(?:> )?\[.*\d+\/\d+\] |returned a non-zero code|^-+$/;

const sentence = (line: string) => `${logText(line, 500).replace(/[.\s]+$/, "")}.`;
