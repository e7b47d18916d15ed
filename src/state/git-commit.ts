// The commit that a project's folder is at, read from git's own files: no process is started for it.

import { dirname, join, resolve } from "node:path";
import type { Files } from "../base/host.ts";

/**
 * @param folder the project's folder, anywhere inside of a work tree
 * @returns the hash, or undefined outside of git or where there is no commit yet
 */
export function gitCommit(folder: string, files: Files): string | undefined {
  try {
    const git = findGit(folder, files);
    if (git === undefined) return undefined;
    const head = files.readText(join(git, "HEAD")).trim();
    if (!head.startsWith("ref: ")) return hashOf(head);
    const ref = head.slice(5);
    // Refs of a linked work tree lie in the folder that all work trees share.
    const common = join(git, "commondir");
    const shared = files.stat(common) ? resolve(git, files.readText(common).trim()) : git;
    const loose = join(shared, ...ref.split("/"));
    if (files.stat(loose)) return hashOf(files.readText(loose).trim());
    const packed = join(shared, "packed-refs");
    if (!files.stat(packed)) return undefined;
    const line = files
      .readText(packed)
      .split("\n")
      .find((one) => one.endsWith(` ${ref}`));
    return line === undefined ? undefined : hashOf(line.split(" ")[0] ?? "");
  } catch {
    // Files that may not be read: the run matters more than where its code came from.
    return undefined;
  }
}

function findGit(from: string, files: Files): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const git = join(folder, ".git");
    const found = files.stat(git);
    if (found?.kind === "directory") return git;
    if (found?.kind === "file") {
      const target = /^gitdir: (.+)$/m.exec(files.readText(git))?.[1];
      return target === undefined ? undefined : resolve(folder, target);
    }
    if (dirname(folder) === folder) return undefined;
  }
}

function hashOf(text: string): string | undefined {
  return /^[0-9a-f]{40,64}$/.test(text) ? text : undefined;
}
