// COMMIT, whose answer can get lost: then the server is asked what became of the transaction instead of running it
// again, which would write everything twice.

import type { Client } from "pg";
import { DatabaseError } from "../../src/adapter/database-error.ts";
import type { Connection } from "./connection.ts";
import { databaseError, isConnectionLost } from "./errors.ts";
import { commitWithQuestion, exchange, plainText, type RawResult } from "./exchange.ts";

type OutcomeOf = (transaction: string) => Promise<"committed" | "aborted" | "unknown">;

/**
 * Commits the open transaction.
 * @param outcomeOf asks on another connection what became of a transaction
 * @throws DatabaseError when nothing was kept (retry says whether it may be done again) or nobody can tell (retry "never")
 */
export async function commit(client: Client, connection: Connection, outcomeOf: OutcomeOf): Promise<void> {
  if (connection.transaction === "failed") {
    await exchange(client, plainText("ROLLBACK"));
    throw nothingKept("an earlier statement of the transaction failed", "permanent", "never");
  }
  let heard: RawResult | undefined;
  try {
    // A transaction that wrote nothing has no number.
    const { tag } = await exchange(client, commitWithQuestion("SELECT txid_current_if_assigned()"), {
      onEnd: (result) => {
        heard = result;
      },
    });
    if (tag === "ROLLBACK") throw nothingKept("the transaction was rolled back", "permanent", "never");
  } catch (error) {
    if (error instanceof DatabaseError || !isConnectionLost(error)) throw error;
    await afterLoss(error, heard, outcomeOf);
  }
}

/** The connection was lost: returns when the transaction was committed all the same. */
async function afterLoss(error: unknown, heard: RawResult | undefined, outcomeOf: OutcomeOf): Promise<void> {
  const [row] = heard?.rows ?? [];
  const { message } = databaseError(error, { sql: "COMMIT" });
  // Without an answer to the question it is not known whether the COMMIT behind it was read.
  const outcome = row === undefined ? "unknown" : row[0] == null ? "aborted" : await outcomeOf(row[0]);
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
