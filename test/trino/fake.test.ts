// The adapter keeps the contract of sessions against a server of ours that speaks Trino's protocol over DuckDB.

import { afterAll, beforeAll, describe, test } from "vitest";
import { adapter } from "../../adapters/trino/index.ts";
import { projectCases } from "../adapter/conformance/cases.ts";
import type { Engine } from "../adapter/conformance/engine.ts";
import { type Answers, conformance } from "../adapter/conformance/suite.ts";
import { trinoAnswers } from "./answers.ts";
import { type FakeTrino, startFakeTrino } from "./fake-server.ts";
import { trinoTypes } from "./types.ts";

let server: FakeTrino;
beforeAll(async () => {
  server = await startFakeTrino();
});
afterAll(() => server.stop());

/** Types that DuckDB has too, with the same literals. */
const shared = new Set(["true", "42", "9007199254740991", "9223372036854775807", "date '2024-02-29'"]);

const engine: Engine = {
  adapter,
  settings: (schema) => ({
    type: "trino",
    host: "127.0.0.1",
    port: server.port,
    user: "etl",
    database: "memory",
    schema,
    threads: 4,
  }),
  database: "memory",
  types: trinoTypes.filter(({ sql }) => shared.has(sql) || /^cast\('.* as varchar\)$/.test(sql)),
  numbers: (rows) => `SELECT CAST(n AS integer) AS n FROM range(0, ${rows}) AS r(n)`,
  endless: "SELECT count(*) AS n FROM range(100000000000) AS r(n) WHERE n % 7 < 8",
  slow: "(SELECT CAST(min(n) AS integer) FROM range(100000000000) AS r(n) WHERE n % 7 < 8)",
  failing: "SELECT CAST(CAST('x' || n AS date) AS varchar) AS failing FROM range(0, 3) AS r(n)",
  missingColumnCode: "COLUMN_NOT_FOUND",
  breakConnections: async () => server.restart(),
};

const answers: Answers = {
  ...trinoAnswers,
  "losing against another transaction is transient: do the transaction again": {
    cannot: "single updates do not meet in DuckDB",
  },
  "capability merge is true": { cannot: "DuckDB takes one of several rows that match" },
};

/**
 * Cases that build projects are left to the real server (real.test.ts), whose SQL is no translation; what they build is
 * built here by golden.test.ts and nodes.test.ts.
 */
const left = Object.keys(projectCases);

function isLeft(name: string): boolean {
  return left.some((one) => name.startsWith(one));
}

describe("trino, a fake one", () => {
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test.skipIf(isLeft(name))(name, run);
});
