// DuckDB keeps the contract of adapters.

import { afterAll, describe, test } from "vitest";
import { adapter } from "../../adapters/duckdb/index.ts";
import type { Engine } from "./conformance/engine.ts";
import { type Answers, allPass, conformance } from "./conformance/suite.ts";
import { duckdbTypes } from "./duckdb-types.ts";

const noMaterializedViews = { cannot: "DuckDB has no materialized views" } as const;

const noConnections = { cannot: "DuckDB runs in this process" } as const;

const answers: Answers = {
  ...allPass,
  "a connection that is lost while a statement runs is told, the next session works": noConnections,
  "a connection that is lost in a transaction keeps nothing": noConnections,
  "connections that are lost while nobody uses them are in nobody's way": noConnections,
  "a node whose connection is lost is run again": noConnections,
  "a node whose COMMIT loses against another transaction is run again": {
    cannot: "DuckDB knows one isolation level",
  },
  "a materialized view is built and refreshed": noMaterializedViews,
  "a view becomes a materialized view and a view again": noMaterializedViews,
  "a table becomes a materialized view and a table again": noMaterializedViews,
  "an incremental model becomes a materialized view and incremental again": noMaterializedViews,
  "rights are granted, kept and taken back": { cannot: "DuckDB has no users" },
  "killed while materialized views are built, all is as before and the rerun completes": noMaterializedViews,
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
  slow: "(SELECT count(*)::integer FROM range(100000000) a, range(100000) b WHERE a.range + b.range < 0)",
  failing: "SELECT 'x' || range::varchar::date::varchar AS failing FROM range(3)",
  missingColumnCode: "Binder Error",
};

describe("duckdb", () => {
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test(name, run);
});
