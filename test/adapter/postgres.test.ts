// PostgreSQL keeps the contract of adapters.

import pg from "pg";
import { afterAll, beforeAll, describe, test } from "vitest";
import { adapter } from "../../adapters/postgres/index.ts";
import { type PostgresServer, startPostgres } from "../postgres/launch.ts";
import type { Engine } from "./conformance/engine.ts";
import { type Answers, conformance } from "./conformance/suite.ts";
import { postgresTypes } from "./postgres-types.ts";

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
  "four sessions create the same schema at once, or are told to do it again": "passes",
  "nothing of a session is left to the next": "passes",
  "closing cancels what runs and refuses what comes": "passes",
  "a connection that is lost while a statement runs is told, the next session works": "passes",
  "a connection that is lost in a transaction keeps nothing": "passes",
  "connections that are lost while nobody uses them are in nobody's way": "passes",
  "a node whose connection is lost is run again": "passes",
  "a node that loses against another transaction is run again": "passes",
  "a node whose COMMIT loses against another transaction is run again": "passes",
  "every type comes back as its neutral cell": "passes",
  "types are told in the engine's own words": "passes",
  "null comes back as null in every type": "passes",
  "texts survive as literals": "passes",
  "values are bound": "passes",
  "odd names of tables and columns survive": "passes",
  "odd names of schemas survive": "passes",
  "a query is described without being run": "passes",
  "describing several statements changes nothing": "passes",
  "relations of many schemas are listed with their kinds, temporary ones are not": "passes",
  "no schemas have no relations": "passes",
  "schemas are listed": "passes",
  "the catalog tells columns in their order, types and comments": "passes",
  "a thousand tables are listed": "passes",
  "a seed is loaded with its types": "passes",
  "words for null are null in numbers": "passes",
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
  "capability merge is true": "passes",
  "capability constraints is true": "passes",
  "capability comments is true": "passes",
  "capability materializedViews is true": "passes",
  "capability grants is true": "passes",
  "capability maxIdentifierBytes is true": "passes",
  "capability subqueryAlias is true": "passes",
  "capability sharedWrites is true": "passes",
  "capability transactions is true": "passes",
  "views, tables, incremental and ephemeral models are built": "passes",
  "what is built again replaces what was there and leaves nothing beside it": "passes",
  "relations that a killed run left behind are in nobody's way": "passes",
  "a table may have no rows": "passes",
  "a model that fails leaves what was there": "passes",
  "a materialized view is built and refreshed": "passes",
  "a snapshot by check keeps the history of rows": "passes",
  "a snapshot by timestamp keeps the history of rows": "passes",
  "failing rows of tests are told and can be stored": "passes",
  "a contract is held, a model that breaks it is told and not built": "passes",
  "a function is built before the models that call it": "passes",
  "types of columns survive being built as a table": "passes",
  "append adds rows": "passes",
  "delete+insert replaces rows by their key": "passes",
  "delete+insert takes keys of several columns": "passes",
  "merge updates and inserts by key": "passes",
  "merge takes keys of several columns, and nulls never match": "passes",
  "merge updates the columns that are named, and all but excluded ones": "passes",
  "incremental predicates limit what is replaced": "passes",
  "microbatch replaces the days that it builds": "passes",
  "a strategy that nobody knows is refused in a sentence": "passes",
  "on_schema_change ignore keeps the columns": "passes",
  "on_schema_change fail tells which columns differ": "passes",
  "on_schema_change append_new_columns adds columns": "passes",
  "on_schema_change sync_all_columns adds, drops and retypes columns": "passes",
  "a view becomes a table and a view again": "passes",
  "a view becomes incremental and a view again": "passes",
  "a table becomes incremental and a table again": "passes",
  "a view becomes a materialized view and a view again": "passes",
  "a table becomes a materialized view and a table again": "passes",
  "an incremental model becomes a materialized view and incremental again": "passes",
  "a seed takes the place of a table, a model that of a seed": "passes",
  "views on a rebuilt relation stay, whatever it becomes": "passes",
  "a view may get other columns, and views on it stay": "passes",
  "views have odd names": "passes",
  "tables have odd names": "passes",
  "incremental models have odd names": "passes",
  "seeds have odd names, of columns too": "passes",
  "schemas have odd names": "passes",
  "names of the greatest length are told apart": "passes",
  "a name that is too long is refused in a sentence or built as it is": "passes",
  "a seed is loaded, loaded again, and refreshed with other columns": "passes",
  "a bad row is told and the old rows stay": "passes",
  "types of columns are found and may be given": "passes",
  "a file with a header only makes an empty table": "passes",
  "hooks run around the model, in its transaction and outside": "passes",
  "what hooks did in the transaction of a model that fails is undone": "passes",
  "a model whose post-hook fails is not published": "passes",
  "a hook that is empty or several statements is run as it is": "passes",
  "descriptions become comments and stay when it is built again": "passes",
  "rights are granted, kept and taken back": "passes",
  "killed in the middle of every materialization, all is as before and the rerun completes": "passes",
  "killed while materialized views are built, all is as before and the rerun completes": "passes",
  "interrupted in the middle of every materialization, it ends soon and all is as before": "passes",
  "two builds at once end well, and all rows are there once": "passes",
  "two first builds at once end well": "passes",
};

let server: PostgresServer;

/** Runs SQL on a connection of the driver, apart from the adapter. */
async function administer(sql: string): Promise<void> {
  const { host, port, user, password, database } = server;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  server = await startPostgres({ settings: { timezone: "Europe/Berlin" } });
  await administer("create role reader");
});
afterAll(() => server.stop());

const engine: Engine = {
  adapter,
  settings(schema) {
    const { host, port, user, password, database: dbname } = server;
    return { type: "postgres", host, port, user, password, dbname, schema, threads: 4 };
  },
  get database() {
    return server.database;
  },
  types: postgresTypes,
  numbers: (rows) => `SELECT n FROM generate_series(0, ${rows - 1}) AS n`,
  endless: "SELECT count(*) AS n FROM generate_series(1, 1000000000) AS n",
  slow: "(SELECT 1 FROM pg_sleep(60))",
  failing: "SELECT ('x' || n)::date::text AS failing FROM generate_series(0, 2) AS n",
  missingColumnCode: "42703",
  microbatchMerges: true,
  otherRole: "reader",
  breakConnections: () =>
    administer(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = user and pid <> pg_backend_pid()",
    ),
};

describe("postgres", () => {
  const { tests, close } = conformance(engine, answers);
  afterAll(close);
  for (const { name, run } of tests) test(name, run);
});
