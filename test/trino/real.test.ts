// A real Trino keeps the contract of adapters, over its Iceberg connector.

import { afterAll, beforeAll, describe, test } from "vitest";
import { adapter } from "../../adapters/trino/index.ts";
import type { Engine } from "../adapter/conformance/engine.ts";
import { type Answers, conformance } from "../adapter/conformance/suite.ts";
import { trinoAnswers } from "./answers.ts";
import { startTrino, type TrinoServer, trinoMissing } from "./launch.ts";
import { trinoTypes } from "./types.ts";

const missing = trinoMissing();
let server: TrinoServer;

const engine: Engine = {
  adapter,
  settings: (schema) => ({
    type: "trino",
    host: server.host,
    port: server.port,
    user: "etl",
    database: "iceberg",
    schema,
    threads: 4,
    timezone: "Europe/Berlin",
  }),
  database: "iceberg",
  types: trinoTypes,
  numbers: (rows) => numbers(rows),
  endless: "SELECT count(*) AS n FROM tpch.sf1000.lineitem a, tpch.sf1000.lineitem b",
  slow: "(SELECT CAST(min(l_linenumber) AS integer) FROM tpch.sf1000.lineitem)",
  failing:
    "SELECT CAST(CAST('x' || CAST(n AS varchar) AS date) AS varchar) AS failing FROM UNNEST(sequence(0, 2)) AS t(n)",
  missingColumnCode: "COLUMN_NOT_FOUND",
};

/** A sequence has 10,000 numbers at most. */
function numbers(rows: number): string {
  if (rows <= 10_000) return `SELECT CAST(n AS integer) AS n FROM UNNEST(sequence(0, ${rows - 1})) AS t(n)`;
  return `SELECT CAST(a * 10000 + b AS integer) AS n FROM UNNEST(sequence(0, ${Math.ceil(rows / 10_000) - 1})) AS t(a), UNNEST(sequence(0, 9999)) AS u(b) WHERE a * 10000 + b < ${rows}`;
}

const FILES = "the metastore in files writes names its own way";

const answers: Answers = {
  ...trinoAnswers,
  "a connection that is lost while a statement runs is told, the next session works": {
    cannot: "its connections are not broken here",
  },
  "connections that are lost while nobody uses them are in nobody's way": {
    cannot: "its connections are not broken here",
  },
  "capability maxIdentifierBytes is true": { cannot: "a file's name has 255 bytes" },
  "names of the greatest length are told apart": { cannot: "Iceberg's tables have 128 characters" },
  "a name that is too long is refused in a sentence or built as it is": {
    cannot: "Iceberg's tables have 128 characters",
  },
  "seeds have odd names, of columns too": { cannot: FILES },
  "a table becomes a materialized view and a table again": { cannot: FILES },
  "an incremental model becomes a materialized view and incremental again": { cannot: FILES },
};

describe.skipIf(missing !== undefined)(`trino with iceberg${missing ? ` (${missing})` : ""}`, () => {
  beforeAll(async () => {
    server = await startTrino();
  });
  afterAll(() => server?.stop());
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test(name, { timeout: 600_000 }, run);
});
