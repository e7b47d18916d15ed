// What became of a transaction whose COMMIT was not answered: the server remembers it (pg_xact) for a long time.

import type { Connection } from "./connection.ts";
import { exchange, plainText } from "./exchange.ts";

/** The server may notice later than we do that the connection is gone; so long its transaction is "in progress". */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** unknown: the server could not be asked, or remembers it no more. */
export type Outcome = "committed" | "aborted" | "unknown";

/**
 * @param transaction its number, as txid_current_if_assigned() tells it
 * @param connect opens another connection, waiting for a server that restarts
 */
export async function transactionOutcome(
  transaction: string,
  connect: () => Promise<Connection>,
): Promise<Outcome> {
  let connection: Connection | undefined;
  try {
    connection = await connect();
    for (let waited = 0; ; waited += PAUSE_MS) {
      const question = plainText(`SELECT txid_status(${transaction})`);
      const { rows } = await connection.watched(exchange(connection.client, question));
      const status = rows[0]?.[0];
      if (status === "committed" || status === "aborted") return status;
      if (status !== "in progress" || waited >= PATIENCE_MS) return "unknown";
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } catch {
    return "unknown";
  } finally {
    connection?.close();
  }
}
