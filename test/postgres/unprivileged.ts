// PostgreSQL refuses to run as root. Where the tests do (containers), the server gets a user that exists everywhere.

import { readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** @returns the user to run the server as: undefined means "as we are" */
export function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("neither postgres nor nobody is a user here: PostgreSQL cannot be run as root");
}

/** @returns the folder for temporary files, which another user can enter */
export function openFolder(): string {
  const folder = tmpdir();
  return process.getuid?.() !== 0 || (statSync(folder).mode & 0o001) !== 0 ? folder : "/tmp";
}
