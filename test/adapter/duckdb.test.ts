// DuckDB keeps the contract of adapters.

import { afterAll, describe, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Engine } from "./conformance/engine.ts";
import { type Answers, conformance } from "./conformance/suite.ts";
import { duckdbTypes } from "./duckdb-types.ts";

const answers: Answers = {
  "the last of several statements gives the result": "passes",
  "a text without a statement does nothing": "passes",
  "affected rows are told": "passes",
  "a limit reads no more than that, and the session goes on": "passes",
  "rows need not be fetched": "passes",
  "a rollback undoes tables and rows": "passes",
  "a commit is seen by other sessions, work before it is not": "passes",
  "transactions in SQL text are followed": "passes",
  "a session left in a transaction is rolled back": "passes",
  "a commit after a failed statement fails and keeps nothing": "passes",
  "a missing column is told with its position and code": "passes",
  "a syntax error is told with its position": "passes",
  "a syntax error in a single statement is told the same way": "passes",
  "a violated constraint is permanent": "passes",
  "losing against another transaction is transient: do the transaction again": "passes",
  "a running statement is cancelled, the session goes on": "passes",
  "a statement is cancelled even before it has started": "passes",
  "cancelling reaches one session only": "passes",
  "a cancelled transaction keeps nothing": "passes",
  "four sessions build and swap tables at once": "passes",
  "four sessions create the same schema at once": "passes",
  "nothing of a session is left to the next": "passes",
  "closing cancels what runs and refuses what comes": "passes",
  "every type comes back as its neutral cell": "passes",
  "types are told in the engine's own words": "passes",
  "null comes back as null in every type": "passes",
  "texts survive as literals": "passes",
  "values are bound": "passes",
  "odd names of tables and columns survive": "passes",
  "odd names of schemas survive": "passes",
  "a query is described without being run": "passes",
  "several statements are not described, and not run": "passes",
  "relations of many schemas are listed with their kinds, temporary ones are not": "passes",
  "no schemas have no relations": "passes",
  "schemas are listed": "passes",
  "the catalog tells columns in their order, types and comments": "passes",
  "a thousand tables are listed": "passes",
  "a seed is loaded with its types": "passes",
  "words for null are null, but in texts": "passes",
  "other delimiters, line ends and a byte order mark are read": "passes",
  "a file's name is a name, not a pattern": "passes",
  "quoted cells hold anything": "passes",
  "given types are used, a cell that does not fit is told": "passes",
  "ragged rows are told with both counts": "passes",
  "an open quote is told where it opens": "passes",
  "a wrong encoding is told with byte and offset": "passes",
  "an empty file has no header": "passes",
  "a failed load leaves nothing": "passes",
  "a long seed is streamed": "passes",
};

const engine: Engine = {
  adapter,
  settings: (schema) => ({
    type: "duckdb",
    path: "conformance.duckdb",
    schema,
    threads: 4,
    settings: { TimeZone: "Europe/Berlin" },
  }),
  database: "conformance",
  types: duckdbTypes,
  numbers: (rows) => `SELECT range AS n FROM range(${rows})`,
  endless: "SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.range + b.range < 0",
  slow: "(SELECT count(*)::integer FROM range(30000) a, range(40000) b WHERE a.range + b.range < 0)",
  failing: "SELECT 'x' || range::varchar::date::varchar AS failing FROM range(3)",
  missingColumnCode: "Binder Error",
};

describe("duckdb", () => {
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test(name, run);
});
