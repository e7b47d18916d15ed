// The contract between the core and a warehouse. An adapter is a folder `adapters/<type>` whose `index.ts` exports
// `adapter: Adapter`, and sees this folder, `src/base` and `src/sql` only; or a package `etl-adapter-<type>` (adapter-package.ts).
// Loading the module must be cheap: the driver is imported in `open`, when the first statement must run.

import type { Checked, Place } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { Advice } from "./advice.ts";
import type { Capabilities } from "./capabilities.ts";
import type { CatalogSupport } from "./catalog-integration.ts";
import type { DatabaseErrorFacts } from "./database-error.ts";
import type { Lease, LeaseOptions } from "./lease.ts";
import type { Operation, OperationData } from "./operation.ts";
import type { QueryChecker } from "./query-checker.ts";
import type { Relation, RelationParts, SchemaName } from "./relation.ts";
import type { Cell, Family, QueryResult } from "./result.ts";
import type { SeedKind } from "./seed-cells.ts";

/** Version of this contract, raised when something is asked of adapters that was not asked before. */
export const CONTRACT_VERSION = 1;

/** A value of profiles.yml after rendering: plain data, floats as numbers. */
export type Setting =
  | null
  | boolean
  | number
  | string
  | readonly Setting[]
  | { readonly [key: string]: Setting };

/** One output of profiles.yml with the place of each of its keys. */
export interface ProfileOutput {
  readonly profile: string;
  readonly target: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** The place of a key, for messages; undefined when the output was not read from a file. */
  place(key: string): Place | undefined;
  /** The folder of the project, to resolve relative paths against. */
  readonly projectFolder: string;
}

/** What the core needs to know of credentials; an adapter adds its own fields for itself. */
export interface Credentials {
  readonly type: string;
  readonly database: string;
  readonly schema: string;
  /** Undefined: as many as the machine has processors, four at most. */
  readonly threads?: number;
  /** Fields that templates may see as `target.*` and `debug` prints; never a secret. */
  readonly visible: Readonly<Record<string, Setting>>;
  /** Secret values, to be scrubbed from every output. */
  readonly secrets: readonly string[];
  /** Databases kept by DuckLake, for `adapter.is_ducklake(relation)`. */
  readonly duckLakeDatabases?: readonly string[];
}

/** How columns and types behave; pure. */
export interface TypeSystem {
  /** SQL type names for dbt's abstract types (api.Column.translate_type, type_* macros, seeds). */
  readonly names: Readonly<
    Record<
      "string" | "integer" | "bigint" | "float" | "numeric" | "boolean" | "date" | "time" | "timestamp",
      string
    >
  >;
  /** SQL type names for what `inferSeed` finds in a CSV file (dbt's convert_*_type). */
  readonly seeds: Readonly<Record<SeedKind, string>>;
  family(type: string): Family;
  /** A type name brought to the form in which the engine prints it ("int" -> "INTEGER"). */
  normalize(type: string): string;
  /** Text as columns of dbt's adapter know it, where that is not as dbt's own Column does. */
  readonly text?: {
    /** Types that are text, in small letters and without a length. */
    readonly types: readonly string[];
    /** Characters of a text without a length. */
    readonly size: number;
    /** The type of text with a length. */
    sized(size: string): string;
  };
  /** What dbt's adapter calls the type of a query's column (get_column_schema_from_query): contracts compare by it. */
  contractName(type: string): string;
}

export interface SeedColumn {
  readonly name: string;
  /** SQL type. */
  readonly type: string;
  /** Cells such as "null" and white space stand in it (as `inferSeed` found): NULL, in a column of text for some engines only. */
  readonly nullWords?: boolean;
}

/** A CSV file to be loaded: the file is never read into memory as a whole. */
export interface SeedFile {
  readonly path: string;
  /** Path for messages, relative to the project. */
  readonly file: string;
  readonly delimiter: string;
  /** Columns in file order. */
  readonly columns: readonly SeedColumn[];
  /** Names of the target's columns were written without quotes (config quote_columns: false). */
  readonly unquotedNames?: boolean;
  /** As `inferSeed` found: the engine's own CSV reader may read the file differently and must not be used. */
  readonly irregular?: boolean;
  /** As `inferSeed` found: cells begin with an apostrophe, which dbt's adapter may take for a quote. */
  readonly apostrophes?: boolean;
}

export interface CatalogRelation {
  readonly relation: Relation;
  readonly owner: string | null;
  readonly comment: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly index: number;
    readonly type: string;
    readonly comment: string | null;
  }[];
  readonly stats: Readonly<
    Record<
      string,
      {
        readonly label: string;
        readonly value: string | number | boolean | null;
        readonly description: string;
        readonly include: boolean;
      }
    >
  >;
}

export interface ExecuteOptions {
  /** False drops rows on the engine's side of the driver. */
  readonly fetch?: boolean;
  /** At most so many rows are read. */
  readonly limit?: number;
  /** Values for the placeholders of the text, which is one statement then. */
  readonly binds?: readonly Cell[];
  /** What the statement belongs to, for engines that keep labels with their jobs. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One connection, used by one caller at a time. All methods throw DatabaseError for what the warehouse refuses. */
export interface Session {
  readonly name: string;
  /** True between `begin` and the `commit` or `rollback` that ends it. */
  readonly inTransaction: boolean;
  /** Runs one text of SQL, which may hold several statements; the result is that of the last one. */
  execute(sql: string, options?: ExecuteOptions): Promise<QueryResult>;
  begin(): Promise<void>;
  /**
   * Throws when the engine kept nothing (an aborted transaction), whatever the driver says. When the connection is lost
   * meanwhile, the adapter finds out on another one what became of the transaction: kept, it returns; not kept, it
   * throws with retry "reconnect"; unknown, with retry "never" and a message that says so.
   */
  commit(): Promise<void>;
  /** Never throws for a connection that is gone. */
  rollback(): Promise<void>;
  /** Names and types of a query's columns without running it. */
  describe(sql: string): Promise<QueryResult["columns"]>;
  /**
   * Streams a CSV file into an existing table within the session's transaction; gives the number of rows.
   * Empty cells are NULL. Throws EtlError (seed-cell, seed-ragged, seed-quote, seed-encoding) with the place in the file
   * when the file is at fault, DatabaseError for everything else.
   */
  loadCsv(target: Relation, seed: SeedFile): Promise<number>;
  /**
   * Keeps other processes from building a relation. Absent where no other process can write at the same time
   * (`Capabilities.sharedWrites` is false), or where the engine has nothing to build it on.
   * @throws DatabaseError when somebody else holds it and it is not to be waited for
   */
  lease?(relation: Relation, options: LeaseOptions): Promise<Lease>;
  /** How many bytes a query would read, without running it. Absent where the engine cannot say so. */
  estimate?(sql: string): Promise<number>;
  /**
   * Does one of the adapter's operations; absent where it has none that ask the warehouse.
   * @param args one for each parameter, null for those left out
   */
  operate?(name: string, args: readonly OperationData[]): Promise<OperationData>;
  /** Ends the running statement, which then throws a DatabaseError of kind "cancelled". Safe when nothing runs. */
  cancel(): Promise<void>;
}

/** An open warehouse; lends sessions. */
export interface Warehouse {
  /** Lends a session for the time of `use`; it is rolled back if left in a transaction, and dropped if broken. */
  withSession<T>(name: string, use: (session: Session) => Promise<T>): Promise<T>;
  /** Relations of schemas in bulk, for the relation cache; a schema that does not exist has none. */
  listRelations(schemas: readonly SchemaName[]): Promise<readonly Relation[]>;
  /** Names of the schemas of a database. */
  listSchemas(database: string): Promise<readonly string[]>;
  /** Relations with columns, comments and statistics, in bulk, for docs and checks. */
  catalog(schemas: readonly SchemaName[]): Promise<readonly CatalogRelation[]>;
  /** Cancels what runs and closes all sessions. */
  close(): Promise<void>;
}

export interface Adapter {
  readonly type: string;
  /** Name of the dialect for the SQL parser, usually the type. */
  readonly dialect: string;
  readonly capabilities: Capabilities;
  readonly types: TypeSystem;
  /** Adapter types whose macros are tried after its own in dispatch (redshift: ["postgres"]); absent: none. */
  readonly parents?: readonly string[];
  /** Folder of its macros, package `dbt_<type>`. */
  readonly macros: string;
  /** Incremental strategies that `get_incremental_<strategy>_sql` exists for. */
  readonly incrementalStrategies: readonly string[];
  /** Which name parts are quoted by default. */
  readonly defaultQuoting: RelationParts<boolean>;
  /** Config keys of nodes that only this adapter knows, for did-you-mean and "unknown key" warnings. */
  readonly configKeys: readonly string[];
  /** Keys that all warehouses have by the names of this one, in configs and sources: {dataset: "schema"}. */
  readonly keyAliases?: Readonly<Record<string, string>>;
  /** Methods of `adapter.*` that only this warehouse has, by name; absent: none. */
  readonly operations?: Readonly<Record<string, Operation>>;
  /** Catalogs that catalogs.yml may name; absent: tables are written to the warehouse's own one alone. */
  readonly catalogs?: CatalogSupport;
  /** Comments of statements stand behind them unless the project says otherwise: those before them get lost. Absent: before. */
  readonly appendsQueryComment?: boolean;
  /** What dbt's messages call an error of this warehouse: "Database Error in model ...". */
  readonly errorClass: "Database" | "Runtime";
  /** How two identifiers compare in this engine's catalog. */
  foldIdentifier(name: string): string;
  quote(identifier: string): string;
  /** A string literal. */
  literal(text: string): string;
  /** A moment ("2024-01-01 00:00:00+00:00") as SQL to compare columns with; absent: as `Capabilities.typedTimes` says. */
  moment?(text: string): string;
  /** Reads and checks one output; all mistakes at once, each with its place and a near name. */
  credentials(output: ProfileOutput, host: Host): Checked<Credentials | undefined>;
  /** Credentials that are used without a profiles.yml; absent where the engine needs one. */
  defaultCredentials?(projectName: string, projectFolder: string): Credentials;
  /** Opens the warehouse; throws EtlError with a diagnostic (locked file, refused connection ...). */
  open(
    credentials: Credentials,
    options: { readonly threads: number; readonly host: Host },
  ): Promise<Warehouse>;
  /** False where nothing was ever built, so that opening the warehouse would only make it; absent: always true. */
  isThere?(credentials: Credentials, host: Pick<Host, "files">): boolean;
  /** Absent where the engine cannot look at a query without a warehouse. Touches neither the database nor the network. */
  openChecker?(credentials: Credentials): Promise<QueryChecker>;
  /** A sample output for `init` and for the message "no profiles.yml". */
  readonly sampleProfile: string;
  /** The SQL of a source that is read from files or elsewhere (`external_location`); undefined, or absent: an ordinary relation. */
  externalSource?(
    meta: ReadonlyMap<unknown, unknown>,
    source: { readonly name: string; readonly identifier: string; readonly schema: string },
  ): string | undefined;
  /** Turns what the engine said about a statement into advice, e.g. the nearest column; undefined: nothing to add. */
  explain(error: DatabaseErrorFacts, sql: string): Advice | undefined;
}
