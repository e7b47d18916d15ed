// DuckDB in memory behind the fake server: one statement of Trino's at a time, its rows in pieces, its errors under
// Trino's names.

import { type DuckDBConnection, DuckDBInstance, JsonDuckDBValueConverter } from "@duckdb/node-api";
import { readEngineError } from "../../adapters/duckdb/errors.ts";
import type { TrinoFailure } from "../../adapters/trino/failures.ts";
import { sqlWords } from "../../src/sql/words.ts";
import { NotTrino, signatureOf, toDuckDB, trinoType } from "./fake-dialect.ts";

export interface FakeColumn {
  readonly name: string;
  readonly type: string;
  readonly typeSignature: unknown;
}

/** What a statement gives, read piece by piece. */
export interface FakeResult {
  readonly columns: readonly FakeColumn[];
  readonly updateType?: string;
  readonly updateCount?: number;
  /** The next rows as JSON, `undefined` at the end. */
  next(): Promise<readonly string[] | undefined>;
  close(): void;
}

/** A statement that can be stopped. */
export interface FakeStatement {
  readonly result: Promise<FakeResult>;
  interrupt(): void;
}

/** What Trino says of an error. */
export class FakeFailure extends Error {
  constructor(readonly failure: TrinoFailure) {
    super(failure.message);
  }
}

const SETUP = `
ATTACH ':memory:' AS fake;
CREATE VIEW fake.main.catalogs AS SELECT 'memory' AS catalog_name UNION ALL SELECT 'system';
CREATE TABLE fake.main.materialized_views (catalog_name VARCHAR, schema_name VARCHAR, name VARCHAR, definition VARCHAR);
CREATE VIEW fake.main.info_schemata AS
  SELECT database_name AS catalog_name, schema_name FROM duckdb_schemas() WHERE database_name = 'memory';
CREATE VIEW fake.main.relations AS
  SELECT database_name, schema_name, table_name AS name, 'BASE TABLE' AS kind, comment FROM duckdb_tables()
  UNION ALL SELECT database_name, schema_name, view_name, 'VIEW', comment FROM duckdb_views() WHERE NOT internal;
CREATE VIEW fake.main.info_tables AS
  SELECT database_name AS table_catalog, schema_name AS table_schema, name AS table_name, kind AS table_type
  FROM fake.main.relations WHERE database_name = 'memory';
CREATE VIEW fake.main.table_comments AS
  SELECT database_name AS catalog_name, schema_name, name AS table_name, comment FROM fake.main.relations;
CREATE VIEW fake.main.info_columns AS
  SELECT database_name AS table_catalog, schema_name AS table_schema, table_name, column_name, column_index AS ordinal_position,
    CASE data_type WHEN 'BLOB' THEN 'varbinary' WHEN 'TIMESTAMP' THEN 'timestamp(6)' WHEN 'HUGEINT' THEN 'bigint'
      WHEN 'TIMESTAMP WITH TIME ZONE' THEN 'timestamp(6) with time zone' ELSE lower(data_type) END AS data_type, comment
  FROM duckdb_columns() WHERE database_name = 'memory';
CREATE MACRO to_utf8(x) AS x;
`;

export class FakeEngine {
  /** Connections that wait for their next statement. */
  readonly #idle: DuckDBConnection[] = [];

  private constructor(private readonly instance: DuckDBInstance) {}

  static async open(): Promise<FakeEngine> {
    const instance = await DuckDBInstance.create(":memory:", { errors_as_json: "true", threads: "1" });
    const connection = await instance.connect();
    await connection.run(SETUP);
    connection.closeSync();
    return new FakeEngine(instance);
  }

  close(): void {
    this.instance.closeSync();
  }

  start(sent: string): FakeStatement {
    // Places in the text stay where they are.
    const sql = sent.replace(/^(?:\s*\/\*[\s\S]*?\*\/)+/, (comments) => comments.replaceAll(/\S/g, " "));
    let connection: DuckDBConnection | undefined;
    let stopped = false;
    const run = async (): Promise<FakeResult> => {
      try {
        if (/\b(?:from|schemas from)\s+"?no such database\b/i.test(sql)) throw missingCatalog();
        const text = toDuckDB(sql);
        connection = this.#idle.pop() ?? (await this.instance.connect());
        if (stopped) throw new Error("INTERRUPT");
        return await this.#run(connection, sql, text);
      } catch (error) {
        // A late interrupt must not hit the next statement.
        connection?.closeSync();
        connection = undefined;
        throw trinoFailure(error, sql);
      }
    };
    const result = run();
    return {
      result,
      interrupt: () => {
        stopped = true;
        // An interrupt that comes before DuckDB has begun is lost.
        const timer = setInterval(() => connection?.interrupt(), 10);
        const end = (): void => clearInterval(timer);
        result.then(end, end);
      },
    };
  }

  async #run(connection: DuckDBConnection, sql: string, text: string): Promise<FakeResult> {
    const view = await materializedView(connection, sql, text);
    const result = await connection.run(view ?? text);
    const updateType = updateTypeOf(sql);
    const types = result.columnTypes().map((type) => trinoType(type.toString()));
    const columns = result.columnNames().map((name, i) => {
      const type = types[i] ?? "unknown";
      return { name, type, typeSignature: signatureOf(type) };
    });
    const next = async (): Promise<readonly string[] | undefined> => {
      try {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return undefined;
        return chunk
          .convertRows(JsonDuckDBValueConverter)
          .map((row) => `[${row.map((cell, i) => jsonCell(cell, types[i] ?? "")).join(",")}]`);
      } catch (error) {
        throw trinoFailure(error, sql);
      }
    };
    const close = (): void => void this.#idle.push(connection);
    if (updateType === undefined) return { columns, next, close };
    const [count] = (await next()) ?? [];
    const isCounted = /^(?:INSERT|UPDATE|DELETE|MERGE|CREATE TABLE)$/.test(updateType) && count !== undefined;
    close();
    const updateCount = isCounted ? Number(JSON.parse(count)[0]) : undefined;
    return {
      columns: [],
      updateType,
      ...(updateCount === undefined ? {} : { updateCount }),
      next: async () => undefined,
      close: () => {},
    };
  }
}

/** DuckDB has none: a table that is filled anew. Gives the statement to run in its place. */
async function materializedView(
  connection: DuckDBConnection,
  sql: string,
  text: string,
): Promise<string | undefined> {
  const match =
    /^\s*(create|refresh|drop|alter) materialized view (?:if exists )?"([^"]*)"\."([^"]*)"\.(?:"([^"]*)"|(\w+))\s*([\s\S]*)$/i.exec(
      text,
    );
  const [, verb = "", catalog, schema, quoted, bare, rest = ""] = match ?? [];
  const name = quoted ?? bare;
  if (!match) return undefined;
  const views = "fake.main.materialized_views";
  const relation = `"${catalog}"."${schema}"."${name}"`;
  const where = `schema_name = '${schema}' AND name = '${name}'`;
  switch (verb.toLowerCase()) {
    case "create": {
      const query = rest.replace(/^[\s\S]*?\bas\b/i, "");
      const literal = `'${query.replaceAll("'", "''")}'`;
      await connection.run(`INSERT INTO ${views} VALUES ('${catalog}', '${schema}', '${name}', ${literal})`);
      return `CREATE TABLE ${relation} AS ${query}`;
    }
    case "refresh": {
      const found = await connection.runAndReadAll(`SELECT definition FROM ${views} WHERE ${where}`);
      return `CREATE OR REPLACE TABLE ${relation} AS ${String(found.getRows()[0]?.[0])}`;
    }
    case "drop":
      await connection.run(`DELETE FROM ${views} WHERE ${where}`);
      return `DROP TABLE IF EXISTS ${relation}`;
    default: {
      const to = /"([^"]*)"\s*$/.exec(sql)?.[1] ?? "";
      await connection.run(`UPDATE ${views} SET name = '${to}' WHERE ${where}`);
      return `ALTER TABLE ${relation} RENAME TO "${to}"`;
    }
  }
}

function updateTypeOf(sql: string): string | undefined {
  const words = sqlWords(sql).map(({ text }) => text);
  const [first = ""] = words;
  if (["select", "with", "show", "values", "from", "("].includes(first)) return undefined;
  if (["insert", "update", "delete", "merge"].includes(first)) return first.toUpperCase();
  const kind = words.find((word) => ["table", "view", "schema", "column"].includes(word)) ?? "";
  const verb = first === "alter" && words.includes("rename") ? "RENAME" : first.toUpperCase();
  return `${verb} ${words.includes("materialized") ? "MATERIALIZED VIEW" : kind.toUpperCase()}`.trim();
}

/** As Trino's JSON has it: whole numbers of any size, zones by name. */
function jsonCell(cell: unknown, type: string): string {
  if (cell === null) return "null";
  if (type === "bigint") return String(cell);
  if (type.endsWith("with time zone")) return JSON.stringify(`${String(cell).replace(/\+00$/, "")} UTC`);
  return JSON.stringify(cell);
}

function missingCatalog(): FakeFailure {
  const message = "line 1:15: Catalog 'no such database' not found";
  return new FakeFailure({ message, errorName: "CATALOG_NOT_FOUND", errorType: "USER_ERROR" });
}

/** DuckDB's words under Trino's names. */
function trinoFailure(error: unknown, sql: string): FakeFailure {
  if (error instanceof FakeFailure) return error;
  if (error instanceof NotTrino) return syntaxError(error.word, locationOf(sql, error.at));
  const text = error instanceof Error ? error.message : String(error);
  const { message, position, type } = readEngineError(text);
  const location = position === undefined ? undefined : locationOf(sql, position);
  if (/INTERRUPT/i.test(`${type} ${text}`)) return failure("USER_CANCELED", "Query was canceled");
  const near = /syntax error at or near "([\s\S]*)"/.exec(message)?.[1];
  if (near !== undefined) return syntaxError(near, location ?? { lineNumber: 1, columnNumber: 1 });
  const column = /Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"/.exec(message);
  if (column)
    return failure("COLUMN_NOT_FOUND", `Column '${column[1] ?? column[2]}' cannot be resolved`, location);
  if (/Table with name .* does not exist/.test(message))
    return failure(
      "TABLE_NOT_FOUND",
      message.replace(/Table with name (\S+) does not exist[\s\S]*/, "Table 'memory.$1' does not exist"),
      location,
    );
  if (/already exists/.test(message)) return failure("TABLE_ALREADY_EXISTS", message);
  if (/Schema with name|schema .*does not exist/i.test(message)) return failure("SCHEMA_NOT_FOUND", message);
  if (/write-write conflict|Conflict on|transaction conflict/i.test(message))
    return failure("TRANSACTION_CONFLICT", message);
  const cast =
    /[Cc]ould not convert string '([\s\S]*)' to (\w+)|invalid (?:date|timestamp) field format: "([^"]*)"/.exec(
      message,
    );
  if (cast)
    return failure("INVALID_CAST_ARGUMENT", `Cannot cast '${cast[1] ?? cast[3]}' to ${cast[2] ?? "DATE"}`);
  if (/NOT NULL constraint/.test(message)) return failure("CONSTRAINT_VIOLATION", message);
  return failure("GENERIC_USER_ERROR", message, location);
}

type Location = NonNullable<TrinoFailure["errorLocation"]>;

function failure(errorName: string, words: string, errorLocation?: Location): FakeFailure {
  const place = errorLocation ? `line ${errorLocation.lineNumber}:${errorLocation.columnNumber}: ` : "";
  return new FakeFailure({
    message: place + words,
    errorName,
    errorType: "USER_ERROR",
    ...(errorLocation ? { errorLocation } : {}),
  });
}

function syntaxError(word: string, location: Location): FakeFailure {
  return failure("SYNTAX_ERROR", `mismatched input '${word}'. Expecting: ',', <EOF>`, location);
}

/** @param offset in bytes of UTF-8, as DuckDB counts */
function locationOf(sql: string, offset: number): Location {
  const lines = Buffer.from(sql, "utf8").subarray(0, offset).toString("utf8").split("\n");
  return { lineNumber: lines.length, columnNumber: [...(lines.at(-1) ?? "")].length + 1 };
}
