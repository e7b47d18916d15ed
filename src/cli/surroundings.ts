// What a command sees of the process that it runs in, so that a test can give it another.

import type { Host } from "../base/host.ts";
import { Interrupts } from "../base/interrupts.ts";
import { environmentSecrets, Scrubber } from "../base/scrubber.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

export interface Surroundings {
  readonly cwd: string;
  readonly env: Host["env"];
  /** Takes secrets out of all that is written, those of the environment and those that the command learns of. */
  readonly scrubber: Scrubber;
  readonly terminal: Terminal;
  /** Listens for signals from now on. @param onFirst told of the first one */
  listen(onFirst: () => void): Pick<Interrupts, "signal" | "check">;
}

/** Those of this process. */
export function processSurroundings(): Surroundings {
  const scrubber = new Scrubber();
  scrubber.add(environmentSecrets(process.env));
  return {
    cwd: process.cwd(),
    env: process.env,
    scrubber,
    terminal: processTerminal(scrubber.clean),
    listen: (onFirst) => new Interrupts(onFirst),
  };
}
