/** The machine's docker, for tests and measurements of the image. */
import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";

const run = promisify(execFile);

export async function docker(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await run("docker", args, {
    env: { ...process.env, ...environment },
    maxBuffer: 2 ** 28,
  });
  return stdout.trim();
}

export function isDockerHere(): boolean {
  try {
    execFileSync("docker", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** As a task of Fargate does: by the digest, from the registry. */
export async function pullFresh(ecr: ECRClient, uri: string): Promise<void> {
  const config = await mkdtemp(join(tmpdir(), "textmill-test-docker-"));
  try {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString();
    const [user = "", password = ""] = token.split(":");
    const [registry = ""] = uri.split("/");
    execFileSync("docker", ["login", "--username", user, "--password-stdin", registry], {
      env: { ...process.env, DOCKER_CONFIG: config },
      input: password,
      stdio: ["pipe", "ignore", "ignore"],
    });
    await docker(["pull", "--quiet", uri], { DOCKER_CONFIG: config });
  } finally {
    await rm(config, { recursive: true });
  }
}

/** Takes the repository's names off this machine's images; what else they are called stays. */
export async function forgetImages(repository: string): Promise<void> {
  const list = ["images", "--quiet", "--no-trunc", "--filter", `reference=*/${repository}`];
  const ids = new Set((await docker(list)).split("\n").filter(Boolean));
  const format = "{{range .RepoTags}}{{println .}}{{end}}{{range .RepoDigests}}{{println .}}{{end}}";
  for (const id of ids) {
    const names = (await docker(["image", "inspect", "--format", format, id])).split("\n");
    for (const name of names.filter((text) => new RegExp(`/${repository}[:@]`).test(text))) {
      // The last name of an image takes the others with it.
      await docker(["rmi", name]).catch((error: unknown) => {
        if (!/No such image/i.test(String(error))) throw error;
      });
    }
  }
}

/** The image's user is nobody of this machine, and the folder is bound into its container. */
export async function letEveryoneWrite(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o777 : 0o666);
  }
  await chmod(folder, 0o777);
}
