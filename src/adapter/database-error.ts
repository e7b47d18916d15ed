// An error of a warehouse, classified once by its adapter so that the runner can decide without knowing the engine.
//
// Adapters classify and never repeat (but for opening a connection); the runner repeats, and only where nothing lasts:
//   statement    the same text on the same session (a remote file that could not be read). Never said of an error that
//                has ended the transaction.
//   transaction  the engine undid all of the transaction (deadlock, write conflict): the node is run again.
//   reconnect    the connection is gone and with it the transaction: the node is run again on another one. Said of a
//                COMMIT only by an adapter that has found out that nothing was kept; where it cannot know, it says never.
//   never        everything else.

import type { MissingName } from "./missing-name.ts";

export interface DatabaseErrorFacts {
  /** transient: may go well later · cancelled: by `Session.cancel` · timeout: by a limit that the user has set. */
  readonly kind: "transient" | "permanent" | "cancelled" | "timeout";
  /** What may be done again, as above. */
  readonly retry: "never" | "statement" | "transaction" | "reconnect";
  /** The engine's words in one or few lines, without prefixes that repeat the kind. */
  readonly message: string;
  /** The engine's own class of error ("Binder Error", SQLSTATE 42703), where it has one. */
  readonly code?: string;
  /** What the engine adds: the values that clash, what depends on what. */
  readonly detail?: string;
  /** What the engine advises. */
  readonly hint?: string;
  /** Where in its own work the engine was: the line of a function, the column of a COPY. */
  readonly context?: string;
  /** 0-based offset in the statement, in UTF-16 code units, where the engine points at it. */
  readonly position?: number;
  /** The connection ended without a word while the statement ran, which may be what ended it (out of memory, a crash). */
  readonly abrupt?: true;
  /** The name that the engine did not know, for which the nearest one is looked for. */
  readonly missing?: MissingName;
  /** Names that the engine itself proposes. */
  readonly candidates?: readonly string[];
}

/** What the runner goes by. */
export type Classification = Pick<DatabaseErrorFacts, "kind" | "retry">;

/** Thrown by Sessions for everything that the warehouse refuses. `sql` is the statement as sent. */
export class DatabaseError extends Error {
  constructor(
    readonly facts: DatabaseErrorFacts,
    readonly sql: string | undefined,
    options?: { cause?: unknown },
  ) {
    super(facts.message, options);
    this.name = "DatabaseError";
  }
}

/** True for what the warehouse refused with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof DatabaseError && error.facts.code === code;
}

/** What a closed warehouse answers when a session is asked for. */
export function closedWarehouse(): DatabaseError {
  return new DatabaseError(
    { kind: "cancelled", retry: "never", message: "the warehouse is closed" },
    undefined,
  );
}

/** What an interrupted statement throws, also one that was never sent. */
export function interrupted(sql?: string): DatabaseError {
  return new DatabaseError({ kind: "cancelled", retry: "never", message: "interrupted" }, sql);
}
