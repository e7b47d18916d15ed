// One exchange with the server: messages that are sent in one piece, and what comes back until the server is ready
// again. The driver's own queries cannot limit rows, describe without running, or send a COMMIT together with the
// question for its transaction, so the messages are made here and the driver only carries them.

import type { Client, Connection, Submittable } from "pg";
import { serialize } from "pg-protocol";
import type {
  CommandCompleteMessage,
  DataRowMessage,
  Field,
  RowDescriptionMessage,
} from "pg-protocol/dist/messages.js";

/** The result of the last statement, as the server sent it. */
export interface RawResult {
  readonly fields: readonly Field[];
  /** The texts of the cells. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** "INSERT 0 5"; undefined for a text without a statement, and for what was only described. */
  readonly tag: string | undefined;
  /** The first cell of the statements in front, where one of them gave a row. */
  readonly leadCell: string | undefined;
}

/** @returns a text of one or several statements, to be run as it is */
export function plainText(sql: string): Buffer {
  return serialize.query(sql);
}

/**
 * @param begin opens a transaction before
 * @returns one statement with values for its placeholders; at most `limit` rows are computed
 */
export function boundStatement(
  sql: string,
  values: readonly (string | null)[],
  { limit, begin }: { readonly limit: number | undefined; readonly begin: boolean },
): Buffer {
  return Buffer.concat([
    ...(begin ? unbound("BEGIN") : []),
    serialize.parse({ text: sql }),
    serialize.bind({ values: [...values] }),
    serialize.describe({ type: "P" }),
    serialize.execute(limit === undefined ? {} : { rows: limit }),
    // Within a transaction a portal that was not read to its end would live on.
    serialize.close({ type: "P" }),
    serialize.sync(),
  ]);
}

/** @returns the question for the columns of one statement, which is not run */
export function description(sql: string): Buffer {
  return Buffer.concat([serialize.parse({ text: sql }), serialize.describe({ type: "S" }), serialize.sync()]);
}

/** @returns a COMMIT, before which the server is asked which transaction it is: the answer arrives first, as the one row */
export function commitWithQuestion(question: string): Buffer {
  return Buffer.concat([...unbound(question), serialize.flush(), ...unbound("COMMIT"), serialize.sync()]);
}

function unbound(text: string): Buffer[] {
  return [serialize.parse({ text }), serialize.bind({}), serialize.execute({})];
}

/** An error of the server is followed by "ready", a fatal one by the end of the connection. */
const isFatal = (error: Error): boolean =>
  !("severity" in error) || error.severity === "FATAL" || error.severity === "PANIC";

export interface ExchangeOptions {
  /** More rows than that are dropped when they arrive. */
  readonly maxRows?: number;
  /** So many statements go before the one whose result is wanted. */
  readonly leadStatements?: number;
  /** Told what had come when the exchange ends, with an error or not. */
  readonly onEnd?: (result: RawResult) => void;
}

/** The driver's view of an exchange: it calls these methods for the messages that come back. */
class Exchange implements Submittable {
  readonly #messages: Buffer;
  readonly #maxRows: number;
  readonly #result: { resolve(): void; reject(error: Error): void };
  #lead: number;
  #leadCell: string | undefined;
  #fields: readonly Field[] = [];
  #rows: (string | null)[][] = [];
  #tag: string | undefined;
  /** Rows of the current statement were announced. */
  #described = false;

  constructor(
    messages: Buffer,
    { maxRows = Number.POSITIVE_INFINITY, leadStatements = 0 }: ExchangeOptions,
    result: { resolve(): void; reject(error: Error): void },
  ) {
    this.#messages = messages;
    this.#maxRows = maxRows;
    this.#lead = leadStatements;
    this.#result = result;
  }

  /** What has come so far; after an error, too. */
  get result(): RawResult {
    return { fields: this.#fields, rows: this.#rows, tag: this.#tag, leadCell: this.#leadCell };
  }

  submit(connection: Connection): void {
    connection.stream.write(this.#messages);
  }

  handleRowDescription({ fields }: RowDescriptionMessage): void {
    this.#described = true;
    this.#fields = fields;
    this.#rows = [];
  }

  handleDataRow({ fields }: DataRowMessage): void {
    if (this.#lead > 0) this.#leadCell = String(fields[0]);
    else if (this.#rows.length < this.#maxRows) this.#rows.push(fields);
  }

  handleCommandComplete({ text }: CommandCompleteMessage): void {
    if (this.#lead > 0) {
      this.#lead--;
      this.#described = false;
      this.#forgetRows();
      return;
    }
    if (!this.#described && this.#tag !== undefined) this.#forgetRows();
    this.#tag = text;
    this.#described = false;
  }

  handlePortalSuspended(): void {
    this.#tag = `SELECT ${this.#rows.length}`;
  }

  handleEmptyQuery(): void {
    this.#forgetRows();
  }

  handleCopyInResponse(connection: Connection): void {
    connection.stream.write(serialize.copyFail("etl has no data for COPY ... FROM STDIN"));
  }

  handleCopyData(): void {
    // What COPY ... TO STDOUT sends has no receiver.
  }

  handleError(error: Error): void {
    this.#result.reject(error);
  }

  handleReadyForQuery(): void {
    this.#result.resolve();
  }

  #forgetRows(): void {
    this.#fields = [];
    this.#rows = [];
  }
}

/**
 * Sends messages and waits until the server is ready for more, after an error, too.
 * @throws what the server or the connection says
 */
export async function exchange(
  client: Client,
  messages: Buffer,
  options: ExchangeOptions = {},
): Promise<RawResult> {
  let sent: Exchange | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      sent = client.query(new Exchange(messages, options, { resolve, reject }));
    });
  } catch (error) {
    if (error instanceof Error && !isFatal(error)) await settled(client);
    throw error;
  } finally {
    if (sent) options.onEnd?.(sent.result);
  }
  return (sent as Exchange).result;
}

/** Waits until the server is ready after an error: only then the driver knows the state of the transaction. */
export async function settled(client: Client): Promise<void> {
  await exchange(client, plainText("")).catch(() => {
    // The connection is gone: nothing is open any more.
  });
}
