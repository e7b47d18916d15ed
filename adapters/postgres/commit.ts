// COMMIT, whose answer can get lost: then the server is asked what became of the transaction instead of running it
// again, which would write everything twice.

import type { Client } from "pg";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import type { Connection } from "./connection.ts";
import { databaseError, isConnectionLost } from "./errors.ts";
import { commitWithQuestion, exchange, plainText } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";

export interface CommitFacts {
  /** The transaction's number, if it is known. */
  readonly number: string | undefined;
  /** Asks on another connection what became of a transaction. */
  outcomeOf(number: string): Promise<Outcome>;
}

/**
 * Commits the open transaction.
 * @throws DatabaseError when nothing was kept (retry says whether it may be done again) or nobody can tell (retry "never")
 */
export async function commit(client: Client, connection: Connection, facts: CommitFacts): Promise<void> {
  if (connection.transaction === "failed") {
    await exchange(client, plainText("ROLLBACK"));
    throw nothingKept("an earlier statement of the transaction failed", "permanent", "never");
  }
  let { number } = facts;
  try {
    const { tag } =
      number === undefined
        ? await exchange(
            client,
            commitWithQuestion("SELECT coalesce(txid_current_if_assigned()::text, 'none')"),
            {
              leadStatements: 1,
              onEnd: ({ leadCell }) => {
                number = leadCell;
              },
            },
          )
        : await exchange(client, plainText("COMMIT"));
    if (tag === "ROLLBACK") throw nothingKept("the transaction was rolled back", "permanent", "never");
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
    connection.close();
    await afterLoss(error, { ...facts, number });
  }
}

/** The connection was lost: returns when the transaction was committed all the same. */
async function afterLoss(error: unknown, { number, outcomeOf }: CommitFacts): Promise<void> {
  const { message } = databaseError(error, { sql: "COMMIT" });
  // Without the number nobody can tell; a transaction that wrote nothing has none.
  const outcome = number === undefined ? "unknown" : number === "none" ? "aborted" : await outcomeOf(number);
  if (outcome === "committed") return;
  if (outcome === "aborted") throw nothingKept(message, "transient", "reconnect", error);
  throw new DatabaseError(
    {
      kind: "permanent",
      retry: "never",
      message: `the connection was lost during COMMIT (${message}), and the server does not say whether the changes were kept`,
    },
    "COMMIT",
    { cause: error },
  );
}

function nothingKept(
  why: string,
  kind: "transient" | "permanent",
  retry: "reconnect" | "never",
  cause?: unknown,
): DatabaseError {
  return new DatabaseError({ kind, retry, message: `nothing was committed: ${why}` }, "COMMIT", { cause });
}
