// An error of a warehouse, classified once by its adapter so that the runner can decide without knowing the engine.

export interface DatabaseErrorFacts {
  readonly kind: "transient" | "permanent" | "cancelled" | "timeout";
  /** What may be done again: nothing, the statement, the whole transaction, or all of it on a new connection. */
  readonly retry: "never" | "statement" | "transaction" | "reconnect";
  /** The engine's words in one or few lines, without prefixes that repeat the kind. */
  readonly message: string;
  /** The engine's own class of error ("Binder Error", SQLSTATE 42703), where it has one. */
  readonly code?: string;
  /** 0-based offset in the statement, in UTF-16 code units, where the engine points at it. */
  readonly position?: number;
  /** Names that the engine itself proposes. */
  readonly candidates?: readonly string[];
}

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
