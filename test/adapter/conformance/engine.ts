// What an adapter brings to the conformance suite: how to open its engine, and what differs in its SQL.

import type { Adapter, Credentials, Warehouse } from "../../../src/adapter/adapter.ts";
import type { Cell, Family } from "../../../src/adapter/result.ts";

/** An expression, and what it must come back as. */
export interface TypeExample {
  readonly sql: string;
  readonly type: string;
  readonly family: Family;
  readonly cell: Cell;
}

export interface Engine {
  readonly adapter: Adapter;
  /** Credentials of a database that this run may change, the same on every call. */
  credentials(): Credentials;
  /** The database's name in relations. */
  readonly database: string;
  readonly types: readonly TypeExample[];
  /** A query of many rows with one integer column `n` counting from 0. */
  numbers(rows: number): string;
  /** A query that runs for at least half a minute when nobody stops it. */
  readonly endless: string;
  /** A statement that fails while it runs, not when it is bound. */
  readonly failing: string;
  /** The code of its error for a column that does not exist. */
  readonly missingColumnCode: string;
}

/** An engine that is open, with a schema of its own for one case. */
export interface OpenEngine extends Engine {
  readonly warehouse: Warehouse;
  /** Name of the schema, quoted for SQL. */
  readonly schema: string;
  readonly schemaName: string;
  /** A folder for files of the case. */
  readonly folder: string;
}
