// What is said of an error that is neither the user's nor the warehouse's: its stack, and the request to report it.

import { version } from "../../package.json";

/** @param command the command that was typed, as far as it is known */
export function bugText(error: unknown, command: string): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return (
    `etl ${version} stopped because of a mistake of its own, not of yours:\n${stack}\n` +
    `Please report it with this text. The command was etl ${command}, on Node ${process.version}, ${process.platform}.\n`
  );
}
