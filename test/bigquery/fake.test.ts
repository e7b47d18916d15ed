// The adapter keeps the contract of adapters against a server of ours that speaks BigQuery's API over DuckDB.

import { afterAll, beforeAll, describe, test } from "vitest";
import { adapter } from "../../adapters/bigquery/index.ts";
import { projectCases } from "../adapter/conformance/cases.ts";
import type { Engine } from "../adapter/conformance/engine.ts";
import { type Answers, conformance } from "../adapter/conformance/suite.ts";
import { bigqueryAnswers } from "./answers.ts";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { settingsOf } from "./open.ts";
import { bigqueryTypes } from "./types.ts";

let server: FakeBigQuery;
beforeAll(async () => {
  server = await startFakeBigQuery();
});
afterAll(() => server.stop());

/** What DuckDB has no type for, or no literal. */
const foreign = new Set(["NUMERIC", "BIGNUMERIC", "INTERVAL", "BYTES", "JSON"]);

const engine: Engine = {
  adapter,
  settings: (schema) => ({ ...settingsOf(server.port), schema, threads: 4 }),
  database: "test-project",
  types: bigqueryTypes.filter(
    ({ type, cell }) => !foreign.has(type) && !/BYTES/.test(type) && cell !== "0001-01-01 00:00:00+00:00",
  ),
  numbers: (rows) => `SELECT n FROM UNNEST(GENERATE_ARRAY(0, ${rows - 1})) AS n`,
  endless: "SELECT count(*) AS n FROM range(100000000000) AS r(n) WHERE n % 7 < 8",
  slow: "(SELECT CAST(min(n) AS int64) FROM range(100000000000) AS r(n) WHERE n % 7 < 8)",
  failing: "SELECT CAST(CAST('x' || n AS date) AS string) AS failing FROM range(0, 3) AS r(n)",
  missingColumnCode: "invalidQuery",
  breakConnections: async () => server.breakConnections(),
};

const answers: Answers = {
  ...bigqueryAnswers,
  "losing against another transaction is transient: do the transaction again": {
    cannot: "single updates do not meet in DuckDB",
  },
  "capability merge is true": { cannot: "DuckDB takes one of several rows that match" },
  "a function is built before the models that call it": {
    cannot: "the SQL parser, which translates for the fake service, reads no calls of a dataset's functions",
  },
  "rights are granted, kept and taken back": {
    cannot: "the case asks for role_table_grants; nodes.test.ts does not",
  },
  "capability maxIdentifierBytes is true": { cannot: "DuckDB's names have any length" },
};

/** Cases that build projects take a minute; golden.test.ts and nodes.test.ts build what they build, on the same service. */
const long = Object.keys(projectCases);

function isLeft(name: string): boolean {
  return process.env.ETL_TEST_LONG !== "1" && long.some((one) => name.startsWith(one));
}

describe("bigquery, a fake one", () => {
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test.skipIf(isLeft(name))(name, { timeout: 120_000 }, run);
});
