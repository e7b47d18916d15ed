// `etl` as a process, the way users start it. `npm test` builds dist first; a lone test run builds it when it is missing.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { writeFiles } from "../adapter/open-folder.ts";

const root = resolve(import.meta.dirname, "../..");
export const cli = join(root, "dist", "cli.js");

if (!existsSync(cli))
  execFileSync(process.execPath, [join(root, "scripts", "build.mjs")], { stdio: "ignore" });

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface EtlOptions {
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `etl ...args` in a folder to its end, without colours, CI variables or settings of the machine's user. */
export function etl(folder: string, args: readonly string[], { env = {} }: EtlOptions = {}): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...plainEnvironment(folder), ...env },
  });
  return { code: status, out: stdout, err: stderr };
}

export function plainEnvironment(folder: string): Record<string, string> {
  const { PATH = "", SystemRoot = "" } = process.env;
  return { PATH, SystemRoot, HOME: folder, USERPROFILE: folder };
}

const folders: string[] = [];

/** A new folder with files, removed when the tests of the file are done. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "etl-cli-"));
  folders.push(folder);
  writeFiles(folder, files);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
