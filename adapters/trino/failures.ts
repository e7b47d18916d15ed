// How a query of the protocol can end otherwise than well.

/** `error` of the protocol. */
export interface TrinoFailure {
  readonly message: string;
  /** "COLUMN_NOT_FOUND" */
  readonly errorName: string;
  readonly errorType: string;
  /** 1-based, columns in characters. */
  readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
}

export function isTrinoFailure(value: unknown): value is TrinoFailure {
  return (
    typeof value === "object" &&
    value !== null &&
    "message" in value &&
    "errorName" in value &&
    typeof value.errorName === "string"
  );
}

/** What the server says of a query that failed. */
export class QueryFailure extends Error {
  constructor(readonly failure: TrinoFailure) {
    super(failure.message);
  }
}

/** The server does not know the query any more: it was started anew, or the query was forgotten. */
export class QueryGone extends Error {}

/** The query was cancelled by this program. */
export class QueryCancelled extends Error {}
