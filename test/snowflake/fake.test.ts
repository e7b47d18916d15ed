// The adapter keeps the contract of adapters against a server of ours that speaks Snowflake's protocol over DuckDB, through
// Snowflake's own driver.

import { afterAll, beforeAll, describe, test } from "vitest";
import { adapter } from "../../adapters/snowflake/index.ts";
import type { Engine } from "../adapter/conformance/engine.ts";
import { nameCases } from "../adapter/conformance/name-cases.ts";
import { processCases } from "../adapter/conformance/process-cases.ts";
import { conformance } from "../adapter/conformance/suite.ts";
import { swapCases } from "../adapter/conformance/swap-cases.ts";
import { snowflakeAnswers } from "./answers.ts";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { withLowerNames } from "./lower-names.ts";
import { settingsOf } from "./open.ts";
import { snowflakeTypes } from "./types.ts";

let server: FakeSnowflake;
beforeAll(async () => {
  server = await startFakeSnowflake();
});
afterAll(() => server.stop());

const engine: Engine = {
  adapter: withLowerNames(adapter),
  settings: (schema) => ({ ...settingsOf(server.port), schema, threads: 4 }),
  database: "db",
  types: snowflakeTypes,
  numbers: (rows) => `SELECT CAST(n AS integer) AS n FROM range(0, ${rows}) AS r(n)`,
  endless: "SELECT count(*) AS n FROM range(100000000000) AS r(n) WHERE n % 7 < 8",
  slow: "(SELECT CAST(min(n) AS integer) FROM range(100000000000) AS r(n) WHERE n % 7 < 8)",
  failing: "SELECT CAST(CAST('x' || n AS date) AS varchar) AS failing FROM range(0, 3) AS r(n)",
  missingColumnCode: "000904",
  otherRole: "reader",
  breakConnections: async () => server.restart(),
};

/** Cases that take seconds each; npm run test:long runs them, too. */
const slow: readonly string[] = [
  ...Object.keys({ ...nameCases, ...processCases, ...swapCases }),
  "a thousand tables are listed",
  "a long seed is streamed",
  "four sessions build and swap tables at once",
  "capability sharedWrites is true",
  "relations that a killed run left behind are in nobody's way",
];
const isLong = process.env.ETL_TEST_LONG === "1";

describe("snowflake, a fake one", () => {
  const { tests, close } = conformance(engine, snowflakeAnswers);
  afterAll(close);
  for (const { name, run } of tests)
    test.skipIf(!isLong && slow.some((one) => name.startsWith(one)))(name, run);
});
