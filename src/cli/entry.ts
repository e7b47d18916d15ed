// The first file that runs, bundled on its own as dist/cli.js. It is CommonJS: libuv reads the size of its thread pool
// when it is first used, and the loader of ES modules uses it. Nothing is imported before it is needed, so that
// `etl --version` costs no more than Node itself.

import nodeModule from "node:module";
import { version } from "../../package.json";

// Queries of embedded engines occupy threads of the pool; with Node's four they would starve reading of files.
process.env.UV_THREADPOOL_SIZE ??= "16";

const words = process.argv.slice(2);
const [only = ""] = words;
if (words.length === 1 && (only === "--version" || only === "-V" || only === "-v" || only === "version")) {
  process.stdout.write(`etl ${version}\n`);
} else {
  enableCompileCache();
  endOnEarlySignals();
  // @ts-expect-error the bundle of main.ts, which exists beside this file once both are built
  void import("./main.mjs").then(({ main }: typeof import("./main.ts")) => main(words));
}

/** Node 22.1 and later keep compiled code between runs. */
function enableCompileCache(): void {
  const { enableCompileCache: enable } = nodeModule as { enableCompileCache?: () => unknown };
  enable?.();
}

/** Until the command listens itself (base/node-host.ts), a signal ends the process with 2: nothing has begun yet. */
function endOnEarlySignals(): void {
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (process.listenerCount(name) > 1) return;
      process.stderr.write("interrupted\n");
      process.exit(2);
    });
  }
}
