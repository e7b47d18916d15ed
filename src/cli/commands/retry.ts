// `etl retry`

import type { CommandSpec } from "../command.ts";

export const retry: CommandSpec = {
  name: "retry",
  group: "Build",
  summary: "Run again what failed or was skipped in the last run",
  description:
    "With history on, a run that was killed before it could write run_results.json is gone on with, by what the warehouse remembers of it; name its --target and give the same --vars.",
  examples: [
    ["etl retry", "By target/run_results.json"],
    ["etl retry --state nightly", "By the run_results.json of another folder"],
  ],
  async run({ configure, host, id, startedAt, request }) {
    const config = await configure();
    const { retryRun } = await import("../../pipeline.ts");
    const again = await retryRun(config, request, { id, startedAt }, host);
    return again.success ? 0 : 1;
  },
};
