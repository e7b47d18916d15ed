// Packages from git, through the git on the PATH. Addresses and revisions are passed so that they can never be taken
// for options, prompts are off, and what git prints about credentials is not repeated.

import { execFile } from "node:child_process";
import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { Interrupted } from "../../base/interrupts.ts";
import { leavesFolder } from "./spec.ts";

interface GitFailure {
  readonly code?: string | number;
  readonly stderr?: string;
}

/**
 * Clones a repository and checks a revision out.
 * @param folder does not exist yet
 * @param revision a branch, tag or commit; "HEAD" for the default branch
 * @returns the commit's full id
 * @throws EtlError(git-failed) when git is missing, the repository cannot be read or has no such revision
 */
export async function cloneRevision(
  git: string,
  revision: string,
  folder: string,
  host: Host,
  place: Place,
): Promise<string> {
  const shown = withoutPassword(git);
  const run = async (args: readonly string[], why: string): Promise<string> => {
    try {
      return await runGit(args, host);
    } catch (error) {
      if (host.signal.aborted) throw new Interrupted();
      const failure = error as GitFailure;
      if (failure.code === "ENOENT") {
        throw new EtlError([
          errorAt("git-failed", "git is not installed or not on the PATH", place, {
            help: "install git, then run etl deps again",
          }),
        ]);
      }
      const words = lastLine(failure.stderr ?? "").replaceAll(git, shown);
      throw new EtlError([errorAt("git-failed", `${why}${words ? ` (git: ${words})` : ""}`, place)]);
    }
  };
  await run(["clone", "--quiet", "--no-checkout", "--", git, folder], `cannot clone ${shown}`);
  const commit = await commitOf(revision, folder, host);
  if (commit === undefined)
    throw new EtlError([errorAt("git-failed", `${shown} has no revision "${revision}"`, place)]);
  await run(
    ["-C", folder, "checkout", "--quiet", "--detach", commit],
    `cannot check out ${revision} of ${shown}`,
  );
  refuseLinksOut(folder, shown, place);
  return commit;
}

/** The full id of the commit that a branch, else a tag, else an id names; undefined when nothing has the name. */
async function commitOf(revision: string, folder: string, host: Host): Promise<string | undefined> {
  const names =
    revision === "HEAD" ? ["HEAD"] : [`refs/remotes/origin/${revision}`, `refs/tags/${revision}`, revision];
  for (const name of names) {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
    try {
      return (await runGit(["-C", folder, ...args], host)).trim();
    } catch {
      // An unknown name makes git fail, as an interrupt does.
      if (host.signal.aborted) throw new Interrupted();
    }
  }
  return undefined;
}

/** A repository can hold links to any file of this machine, which would be read as templates or seeds. */
function refuseLinksOut(folder: string, shown: string, place: Place): void {
  const root = realpathSync(folder);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const to = relative(root, resolve(entry.parentPath, readlinkSync(path)));
    if (!leavesFolder(to) && !isAbsolute(to)) continue;
    const name = relative(root, path).replaceAll("\\", "/");
    throw new EtlError([
      errorAt(
        "package-refused",
        `the repository ${shown} is refused: "${name}" is a link that leads out of its folder`,
        place,
      ),
    ]);
  }
}

function runGit(args: readonly string[], host: Host): Promise<string> {
  const env = { ...host.env, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  return new Promise((resolve, reject) => {
    execFile(
      "git",
      [...args],
      { env, signal: host.signal, maxBuffer: 16 * 1024 * 1024, timeout: 600_000 },
      (error, stdout, stderr) => {
        if (error) reject(Object.assign(error, { stderr }));
        else resolve(stdout);
      },
    );
  });
}

/** The address without user and password, for messages and the lock file's comment. */
export function withoutPassword(git: string): string {
  return git.replace(/^([a-z+]+:\/\/)[^@/]*@/i, "$1");
}

function lastLine(text: string): string {
  return (
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.replace(/^(fatal|error):\s*/, "") ?? ""
  );
}
