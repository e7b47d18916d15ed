// What the adapter answers to each case of the conformance suite, whoever plays the service.

import { type Answers, allPass } from "../adapter/conformance/suite.ts";

const NO_TRANSACTIONS = "every job is kept when it has ended";
const NAMES =
  "names of tables have letters, digits, spaces, - and _, those of datasets letters, digits and _";
const NO_LEASE = "there is nothing to build a lease on";
const untried = (cannot: string) => ({ cannot, tried: false }) as const;

export const bigqueryAnswers: Answers = {
  ...allPass,
  "a rollback undoes tables and rows": { cannot: NO_TRANSACTIONS },
  "a commit is seen by other sessions, work before it is not": { cannot: NO_TRANSACTIONS },
  "transactions in SQL text are followed": { cannot: "a transaction lives within one script" },
  "a session left in a transaction is rolled back": { cannot: NO_TRANSACTIONS },
  "a commit after a failed statement fails and keeps nothing": { cannot: NO_TRANSACTIONS },
  "a cancelled transaction keeps nothing": { cannot: NO_TRANSACTIONS },
  "a connection that is lost in a transaction keeps nothing": { cannot: NO_TRANSACTIONS },
  "a failed load leaves nothing": { cannot: "what the case did before the load is kept" },
  "what hooks did in the transaction of a model that fails is undone": { cannot: NO_TRANSACTIONS },
  "a model whose post-hook fails is not published": { cannot: NO_TRANSACTIONS },
  "a violated constraint is permanent": { cannot: "keys are promises that nobody checks" },
  "capability constraints is true": { cannot: "keys are promises that nobody checks" },
  "nothing of a session is left to the next": { cannot: "temporary tables live within one script" },
  "a connection that is lost while a statement runs is told, the next session works": untried(
    "there are no connections: the request is sent again and meets the job",
  ),
  "a node whose connection is lost is run again": untried(
    "there are no connections: the request is sent again and meets the job",
  ),
  "a node whose COMMIT loses against another transaction is run again": untried(NO_TRANSACTIONS),
  "null comes back as null in every type": { cannot: "a list that is NULL comes back as an empty one" },
  "odd names of tables and columns survive": { cannot: NAMES },
  "odd names of schemas survive": { cannot: NAMES },
  "views have odd names": untried(NAMES),
  "tables have odd names": untried(NAMES),
  "incremental models have odd names": untried(NAMES),
  "seeds have odd names, of columns too": untried(NAMES),
  "schemas have odd names": untried(NAMES),
  "the catalog tells columns in their order, types and comments": { cannot: "there is no COMMENT ON" },
  "capability comments is true": { cannot: "there is no COMMENT ON" },
  "a thousand tables are listed": untried("the case makes them between BEGIN and COMMIT"),
  "killed in the middle of every materialization, all is as before and the rerun completes":
    untried(NO_TRANSACTIONS),
  "killed while materialized views are built, all is as before and the rerun completes":
    untried(NO_TRANSACTIONS),
  "interrupted in the middle of every materialization, it ends soon and all is as before":
    untried(NO_TRANSACTIONS),
  "two builds at once end well, and all rows are there once": untried(NO_LEASE),
  "two first builds at once end well": untried(NO_LEASE),
};
