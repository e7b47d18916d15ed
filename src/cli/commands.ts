// All commands, in the order of `etl help`.

import type { CommandSpec } from "./command.ts";
import { clean } from "./commands/clean.ts";
import { debug } from "./commands/debug.ts";
import { deps } from "./commands/deps.ts";
import { init } from "./commands/init.ts";

export const commands: readonly CommandSpec[] = [init, deps, debug, clean];
