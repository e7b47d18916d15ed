// What the adapter answers to each case of the conformance suite. Snowflake's transactions hold rows: what makes, changes
// or drops a relation is kept at once and commits what came before it.

import { type Answers, allPass } from "../adapter/conformance/suite.ts";

const DDL = "what makes a relation is kept at once and commits what came before it";
const NO_MATERIALIZED_VIEWS = "dynamic tables take the place of materialized views, as in dbt-snowflake";
const UNQUOTED = "names are not quoted unless the project says so, as in dbt-snowflake (nodes.test.ts)";

export const snowflakeAnswers: Answers = {
  ...allPass,
  "affected rows are told": { cannot: "the driver does not tell the rows of CREATE TABLE ... AS" },
  "a rollback undoes tables and rows": { cannot: DDL },
  "transactions in SQL text are followed": { cannot: `${DDL}: the case makes a table in them` },
  "a session left in a transaction is rolled back": { cannot: DDL },
  "a cancelled transaction keeps nothing": { cannot: DDL },
  "nothing of a session is left to the next": {
    cannot: "sessions are kept for the next node, and temporary tables end with them",
  },
  "connections that are lost while nobody uses them are in nobody's way": {
    cannot: "a session that waited for less than a second is not asked whether it is there (session.test.ts)",
  },
  "a failed load leaves nothing": { cannot: DDL },
  "a node whose connection is lost is run again": {
    cannot: "nobody knows whether the table whose answer got lost was made",
    tried: false,
  },
  "a node whose COMMIT loses against another transaction is run again": {
    cannot: "transactions have no other level than read committed",
    tried: false,
  },
  "capability constraints is true": { cannot: "DuckDB, behind the fake, enforces keys" },
  "capability merge is true": { cannot: "DuckDB, behind the fake, takes one of several rows that match" },
  "a materialized view is built and refreshed": { cannot: NO_MATERIALIZED_VIEWS },
  "a view becomes a materialized view and a view again": { cannot: NO_MATERIALIZED_VIEWS },
  "a table becomes a materialized view and a table again": { cannot: NO_MATERIALIZED_VIEWS },
  "an incremental model becomes a materialized view and incremental again": { cannot: NO_MATERIALIZED_VIEWS },
  "killed while materialized views are built, all is as before and the rerun completes": {
    cannot: NO_MATERIALIZED_VIEWS,
    tried: false,
  },
  "views have odd names": { cannot: UNQUOTED },
  "tables have odd names": { cannot: UNQUOTED },
  "incremental models have odd names": { cannot: UNQUOTED },
  "seeds have odd names, of columns too": { cannot: UNQUOTED },
  "schemas have odd names": { cannot: UNQUOTED },
  "what hooks did in the transaction of a model that fails is undone": { cannot: DDL },
  "a model whose post-hook fails is not published": { cannot: DDL },
  "rights are granted, kept and taken back": {
    cannot: "the case asks the information schema, which does not tell them here (nodes.test.ts)",
  },
  "interrupted in the middle of every materialization, it ends soon and all is as before": {
    cannot: DDL,
    tried: false,
  },
  "killed in the middle of every materialization, all is as before and the rerun completes": {
    cannot: DDL,
    tried: false,
  },
};
