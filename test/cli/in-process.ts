// `etl` in the process of the tests, which is faster than one of its own: for what commands say and write. What must hold
// of the process itself (signals, pipes, what is loaded) is tested with `etl.ts`.

import { environmentSecrets, Scrubber } from "../../src/base/scrubber.ts";
import { runLine } from "../../src/cli/main.ts";
import { type Answer, type EtlOptions, plainEnvironment } from "./etl.ts";

/** Runs `etl ...args` in a folder to its end, without colours, CI variables or settings of the machine's user. */
export async function etl(
  folder: string,
  args: readonly string[],
  { env: more = {} }: EtlOptions = {},
): Promise<Answer> {
  const env = { ...plainEnvironment(folder), ...more };
  const scrubber = new Scrubber();
  scrubber.add(environmentSecrets(env));
  let out = "";
  let err = "";
  const code = await runLine(args, {
    cwd: folder,
    env,
    scrubber,
    terminal: {
      isTerminal: false,
      columns: undefined,
      hasLost: false,
      out: (text) => {
        out += scrubber.clean(text);
      },
      err: (text) => {
        err += scrubber.clean(text);
      },
    },
    listen: () => ({ signal: new AbortController().signal, check: () => {} }),
  });
  return { code, out, err };
}
