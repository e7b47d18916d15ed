// Who holds a DuckDB file: the process that the engine's message names, or that the system knows to have it open.
// Only used to tell the user, so what cannot be found out is left out.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface LockHolder {
  readonly pid?: number;
  readonly command?: string;
}

/** True when the engine's message says that another process has the file. */
export function isLockMessage(message: string): boolean {
  return /Could not set lock on file|Conflicting lock|being used by another process|Cannot open file .*: (?:The process cannot access|Resource temporarily)/i.test(
    message,
  );
}

/**
 * @param message the engine's words, e.g. `Conflicting lock is held in /usr/bin/node (PID 71)`; on Windows
 *   `File is already open in C:\...\python.exe (PID 71)`
 * @returns the process with its command line where the system tells it
 */
export function lockHolder(message: string): LockHolder {
  const match = /(?:held|open) in\s+([\s\S]*?)\s*\(PID (\d+)\)/.exec(message);
  const pid = Number(match?.[2] ?? /\bPID (\d+)/.exec(message)?.[1]);
  if (!Number.isInteger(pid) || pid <= 0) return {};
  const command = commandLine(pid) ?? match?.[1];
  return { pid, ...(command ? { command } : {}) };
}

/** @returns `process 71 (etl build)`, or `another process` when nothing is known. */
export function describeHolder(holder: LockHolder): string {
  if (holder.pid === undefined) return "another process";
  return holder.command ? `process ${holder.pid} (${holder.command})` : `process ${holder.pid}`;
}

const LONGEST_COMMAND = 120;
const ASK = { encoding: "utf8", timeout: 2000 } as const;

function commandLine(pid: number): string | undefined {
  try {
    const command = systemsAnswer(pid).trim();
    if (command === "") return undefined;
    return command.length > LONGEST_COMMAND ? `${command.slice(0, LONGEST_COMMAND - 1)}…` : command;
  } catch {
    return undefined;
  }
}

/** The command line, on Windows the name of the program; throws where the system does not tell it. */
function systemsAnswer(pid: number): string {
  switch (process.platform) {
    case "linux":
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    case "win32": {
      const [name = ""] = execFileSync("tasklist", ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"], ASK).split(
        ",",
      );
      return name.replaceAll('"', "");
    }
    default:
      return execFileSync("ps", ["-o", "command=", "-p", String(pid)], ASK);
  }
}
