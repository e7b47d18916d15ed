// The adapter keeps the contract against bigquery-emulator, which reads statements with Google's own analyzer.

import { afterAll, describe, test } from "vitest";
import { adapter } from "../../adapters/bigquery/index.ts";
import type { Engine } from "../adapter/conformance/engine.ts";
import { type Answers, conformance } from "../adapter/conformance/suite.ts";
import { bigqueryAnswers } from "./answers.ts";
import { bigqueryTypes } from "./types.ts";

const port = process.env.ETL_TEST_BIGQUERY_PORT;

const engine: Engine = {
  adapter,
  settings: (schema) => ({
    type: "bigquery",
    method: "oauth-secrets",
    token: "emulated",
    api_endpoint: `http://127.0.0.1:${port}`,
    project: "test-project",
    dataset: schema,
    threads: 4,
  }),
  database: "test-project",
  types: bigqueryTypes,
  numbers: (rows) => `SELECT n FROM UNNEST(GENERATE_ARRAY(0, ${rows - 1})) AS n`,
  endless:
    "SELECT count(*) AS n FROM UNNEST(GENERATE_ARRAY(0, 1000000)) AS a, UNNEST(GENERATE_ARRAY(0, 1000000)) AS b",
  slow: "(SELECT min(a) FROM UNNEST(GENERATE_ARRAY(0, 1000000)) AS a, UNNEST(GENERATE_ARRAY(0, 1000000)) AS b)",
  failing:
    "SELECT CAST(CAST(CONCAT('x', CAST(n AS STRING)) AS DATE) AS STRING) AS failing FROM UNNEST([0, 1, 2]) AS n",
  missingColumnCode: "invalidQuery",
};

const answers: Answers = { ...bigqueryAnswers };

describe.skipIf(!port)("bigquery-emulator", () => {
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test(name, { timeout: 120_000 }, run);
});
