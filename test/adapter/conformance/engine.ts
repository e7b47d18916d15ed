// What an adapter brings to the conformance suite: how to open its engine, and what differs in its SQL.

import type { Adapter, Setting, Warehouse } from "../../../src/adapter/adapter.ts";
import type { Cell, Family } from "../../../src/adapter/result.ts";
import type { CaseProject } from "./case-project.ts";

/** An expression, and what it must come back as. */
export interface TypeExample {
  readonly sql: string;
  readonly type: string;
  readonly family: Family;
  readonly cell: Cell;
  /** False for what no table can keep. */
  readonly stored?: false;
}

export interface Engine {
  readonly adapter: Adapter;
  /** Folder of the adapter's npm package; absent for the adapters that come with etl. */
  readonly packageFolder?: string;
  /**
   * One output of profiles.yml: a database that this run may change. Paths in it are relative to a folder that is new for
   * each project, so an engine of files gets a file for each.
   */
  settings(schema: string): Readonly<Record<string, Setting>>;
  /** The database's name in relations. */
  readonly database: string;
  readonly types: readonly TypeExample[];
  /** A query of many rows with one integer column `n` counting from 0. */
  numbers(rows: number): string;
  /** A query that runs for at least half a minute when nobody stops it. */
  readonly endless: string;
  /** The same as an expression of type integer, which never is below zero. */
  readonly slow: string;
  /** A query of one text column `failing` that fails while it runs, not when it is bound. */
  readonly failing: string;
  /** The code of its error for a column that does not exist. */
  readonly missingColumnCode: string;
  /** Microbatch merges here, and so needs a unique_key. */
  readonly microbatchMerges?: true;
  /** A role that exists besides the one of the settings and may be granted rights; undefined without roles. */
  readonly otherRole?: string;
  /** Ends all connections to the engine from the outside; undefined where there is none that could be lost. */
  readonly breakConnections?: () => Promise<void>;
}

/** An engine that is open, with a schema of its own for one case. */
export interface OpenEngine extends Engine {
  /** One warehouse for all cases. */
  readonly warehouse: Warehouse;
  /** The schema in SQL, quoted, with its database. */
  readonly schema: string;
  readonly schemaName: string;
  /** A folder for files of the case. */
  readonly folder: string;
  /** Opens another one in the same database, which the case closes. */
  open(signal?: AbortSignal): Promise<Warehouse>;
  /** A project in a folder of its own that builds into the case's schema; it is removed after the case. */
  project(files: Readonly<Record<string, string>>): CaseProject;
}

/** One sentence that holds for every adapter. Throws where it does not hold. */
export type Case = (engine: OpenEngine) => Promise<void>;
