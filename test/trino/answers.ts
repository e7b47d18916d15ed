// What the adapter answers to each case of the conformance suite, whatever the connector: there are no transactions, no
// temporary tables and no capital letters. What one connector cannot besides stands with its engine.

import { type Answers, allPass } from "../adapter/conformance/suite.ts";

const NO_TRANSACTIONS = "Trino's connectors write in no transaction";

export const trinoAnswers: Answers = {
  ...allPass,
  "a rollback undoes tables and rows": { cannot: NO_TRANSACTIONS },
  "a commit is seen by other sessions, work before it is not": { cannot: NO_TRANSACTIONS },
  "transactions in SQL text are followed": {
    cannot: "BEGIN is none of Trino's words; START TRANSACTION is followed (session.test.ts)",
  },
  "a session left in a transaction is rolled back": { cannot: NO_TRANSACTIONS },
  "a commit after a failed statement fails and keeps nothing": { cannot: NO_TRANSACTIONS },
  "a violated constraint is permanent": { cannot: "there are no primary keys" },
  "a cancelled transaction keeps nothing": { cannot: NO_TRANSACTIONS },
  "nothing of a session is left to the next": { cannot: "there are no temporary tables" },
  "a connection that is lost in a transaction keeps nothing": { cannot: NO_TRANSACTIONS },
  "a node whose connection is lost is run again": {
    cannot: "nobody knows whether the statement whose answer got lost was kept",
    tried: false,
  },
  "a node whose COMMIT loses against another transaction is run again": {
    cannot: NO_TRANSACTIONS,
    tried: false,
  },
  "odd names of tables and columns survive": { cannot: "Trino keeps all names in lower case" },
  "odd names of schemas survive": { cannot: "Trino keeps all names in lower case" },
  "relations of many schemas are listed with their kinds, temporary ones are not": {
    cannot: "there are no temporary tables",
  },
  "a thousand tables are listed": { cannot: "the case makes them between BEGIN and COMMIT" },
  "a failed load leaves nothing": { cannot: NO_TRANSACTIONS },
  "capability constraints is true": { cannot: "there are no primary keys to refer to" },
  "capability grants is true": { cannot: "the connectors here know no rights" },
  "a model that fails leaves what was there": { cannot: "the view of its new rows stays until the next run" },
  "a function is built before the models that call it": {
    cannot: "the connectors here keep no functions, which are expressions besides",
  },
  "views have odd names": { cannot: "Trino keeps all names in lower case", tried: false },
  "tables have odd names": { cannot: "Trino keeps all names in lower case", tried: false },
  "incremental models have odd names": { cannot: "Trino keeps all names in lower case", tried: false },
  "what hooks did in the transaction of a model that fails is undone": { cannot: NO_TRANSACTIONS },
  "a model whose post-hook fails is not published": { cannot: NO_TRANSACTIONS },
  "rights are granted, kept and taken back": { cannot: "the connectors here know no rights" },
  "killed in the middle of every materialization, all is as before and the rerun completes": {
    cannot: NO_TRANSACTIONS,
    tried: false,
  },
  "killed while materialized views are built, all is as before and the rerun completes": {
    cannot: NO_TRANSACTIONS,
    tried: false,
  },
  "interrupted in the middle of every materialization, it ends soon and all is as before": {
    cannot: NO_TRANSACTIONS,
    tried: false,
  },
  "two builds at once end well, and all rows are there once": {
    cannot: "there is nothing to build a lease on",
    tried: false,
  },
  "two first builds at once end well": { cannot: "there is nothing to build a lease on", tried: false },
};
