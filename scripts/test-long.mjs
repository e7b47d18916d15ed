// `npm run test:long`: the same tests with large counts (kills in hundreds, big fuzz, 10,000 models).
import { spawnSync } from "node:child_process";

const done = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: { ...process.env, ETL_TEST_LONG: "1" },
  },
);
process.exit(done.status ?? 1);
