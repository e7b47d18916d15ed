// DuckDB in memory behind the fake service: one script at a time on a connection of its own, with the facts of tables that
// DuckDB does not keep. Errors come in BigQuery's words and reasons.

import { type DuckDBConnection, DuckDBInstance, JsonDuckDBValueConverter } from "@duckdb/node-api";
import type { ApiField } from "../../adapters/bigquery/types.ts";
import { type Creation, creationOf, NotBigQuery, PROJECT, splitScript, toDuckDB } from "./fake-dialect.ts";
import { failureOf } from "./fake-failure.ts";
import { done, nameOf, specials, text } from "./fake-statements.ts";
import { factsOf, isSameSpec, type TableFacts } from "./fake-tables.ts";
import { cellOf, fieldOf } from "./fake-types.ts";

export interface FakeAnswer {
  readonly statementType: string;
  readonly fields: readonly ApiField[];
  /** Rows as the API has them, but for their outermost object. */
  readonly rows: (readonly unknown[])[];
  /** Puts more rows behind those that are there; false at the end. */
  readonly more?: () => Promise<boolean>;
  readonly affected?: number;
  /** What CREATE TABLE made. */
  readonly made?: readonly string[];
}

const SETUP = `
ATTACH ':memory:' AS "${PROJECT}";
ATTACH ':memory:' AS fake;
USE "${PROJECT}".main;
CREATE TABLE fake.main.info_object_privileges (object_schema VARCHAR, object_name VARCHAR, privilege_type VARCHAR, grantee VARCHAR);
CREATE VIEW fake.main.info_schemata AS SELECT schema_name FROM duckdb_schemas() WHERE database_name = '${PROJECT}';
CREATE VIEW fake.main.info_tables AS
  SELECT database_name AS table_catalog, schema_name AS table_schema, table_name, 'BASE TABLE' AS table_type FROM duckdb_tables()
  UNION ALL SELECT database_name, schema_name, view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal;
CREATE MACRO timestamp_millis(x) AS make_timestamptz(x * 1000);
CREATE MACRO safe_divide(a, b) AS a / nullif(b, 0);
`;

export class FakeEngine {
  /** Facts of tables by "dataset.table". */
  readonly tables = new Map<string, TableFacts>();
  /** Locations of datasets. */
  readonly datasets = new Map<string, { location: string; access: unknown[]; etag: number }>();
  /** Asked for what to run in the place of a script that failed. */
  standIn: (sql: string) => string | undefined = () => undefined;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly admin: DuckDBConnection,
  ) {}

  static async open(): Promise<FakeEngine> {
    const instance = await DuckDBInstance.create(":memory:", {
      errors_as_json: "true",
      threads: "1",
    });
    const admin = await instance.connect();
    await admin.run(SETUP);
    const engine = new FakeEngine(instance, admin);
    engine.datasets.set("main", { location: "US", access: [], etag: 1 });
    return engine;
  }

  close(): void {
    this.admin.closeSync();
    this.instance.closeSync();
  }

  /** A connection of its own for a job, to be interrupted. */
  async connect(): Promise<DuckDBConnection> {
    const connection = await this.instance.connect();
    await connection.run(`USE "${PROJECT}".main`);
    return connection;
  }

  /** Runs a script; the answer is that of its last statement. @throws FakeFailure */
  async run(
    connection: DuckDBConnection,
    script: string,
    parameters: readonly unknown[] = [],
  ): Promise<FakeAnswer> {
    try {
      return await this.#script(connection, script, parameters);
    } catch (error) {
      const other = this.standIn(script);
      if (other === undefined) throw error;
      return this.#script(connection, other, []);
    }
  }

  async #script(
    connection: DuckDBConnection,
    script: string,
    parameters: readonly unknown[],
  ): Promise<FakeAnswer> {
    const statements = splitScript(script);
    const variables: string[] = [];
    let last: FakeAnswer = { statementType: "SELECT", fields: [], rows: [] };
    for (const { sql } of statements) {
      try {
        last = await this.#statement(connection, sql, variables, parameters);
      } catch (error) {
        throw failureOf(error, script);
      }
    }
    return statements.length > 1 ? { ...last, statementType: "SCRIPT" } : last;
  }

  /** Columns of a query, by a dry run. @throws FakeFailure */
  async describe(sql: string): Promise<FakeAnswer> {
    try {
      return await this.#describe(sql);
    } catch (error) {
      const other = this.standIn(sql);
      if (other === undefined) throw error;
      return this.#describe(other);
    }
  }

  async #describe(sql: string): Promise<FakeAnswer> {
    const connection = await this.connect();
    try {
      const statements = splitScript(sql);
      const [first] = statements;
      if (statements.length !== 1 || !first || !/^(?:select|with|\()/i.test(first.sql))
        return { statementType: statements.length > 1 ? "SCRIPT" : "CREATE_TABLE", fields: [], rows: [] };
      const described = await connection.runAndReadAll(`DESCRIBE ${toDuckDB(first.sql, [])}`);
      const fields = described.getRows().map(([name, type]) => fieldOf(String(name), String(type)));
      return { statementType: "SELECT", fields, rows: [] };
    } catch (error) {
      throw failureOf(error, sql);
    } finally {
      connection.closeSync();
    }
  }

  async fields(dataset: string, table: string): Promise<ApiField[]> {
    const facts = this.tables.get(`${dataset}.${table}`);
    const result = await this.admin.runAndReadAll(
      `SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE database_name = '${PROJECT}'
       AND schema_name = ${text(dataset)} AND table_name = ${text(table)} AND column_name <> '_PARTITIONTIME' ORDER BY column_index`,
    );
    return result.getRows().map(([name, type, nullable]) => {
      const field = fieldOf(String(name), String(type));
      const required =
        nullable === false && field.mode === "NULLABLE" ? { ...field, mode: "REQUIRED" } : field;
      return withFacts(required, facts?.columns ?? new Map(), "");
    });
  }

  async count(dataset: string, table: string): Promise<number> {
    const result = await this.admin.runAndReadAll(
      `SELECT count(*) FROM ${nameOf([PROJECT, dataset, table])}`,
    );
    return Number(result.getRows()[0]?.[0]);
  }

  async list(dataset: string): Promise<{ name: string; type: string }[]> {
    const result = await this.admin.runAndReadAll(
      `SELECT table_name, table_type FROM fake.main.info_tables WHERE table_catalog = '${PROJECT}' AND table_schema = ${text(dataset)} ORDER BY 1`,
    );
    return result.getRows().map(([name, kind]) => {
      const type = this.tables.get(`${dataset}.${name}`)?.type ?? (kind === "VIEW" ? "VIEW" : "TABLE");
      return { name: String(name), type };
    });
  }

  async #statement(
    connection: DuckDBConnection,
    sql: string,
    variables: string[],
    parameters: readonly unknown[],
  ): Promise<FakeAnswer> {
    const creation = creationOf(sql);
    if (creation) return this.#create(connection, creation, variables);
    const special = specials.find(([pattern]) => pattern.test(sql));
    if (special) return special[1](this, connection, sql, variables);
    return this.#plain(connection, sql, variables, parameters);
  }

  async #plain(
    connection: DuckDBConnection,
    sql: string,
    variables: string[],
    parameters: readonly unknown[],
  ): Promise<FakeAnswer> {
    const statementType = typeOf(sql);
    const translated = toDuckDB(sql, variables);
    let place = 0;
    const bound =
      parameters.length === 0 ? translated : translated.replaceAll("?", () => literalOf(parameters[place++]));
    const result = await connection.run(bound);
    const fields = result
      .columnNames()
      .map((name, i) => fieldOf(name, result.columnTypes()[i]?.toString() ?? ""));
    const rows: unknown[][] = [];
    const more = async (): Promise<boolean> => {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return false;
      for (const row of chunk.convertRows(JsonDuckDBValueConverter))
        rows.push(row.map((value, i) => (fields[i] ? cellOf(value, fields[i]) : null)));
      return true;
    };
    // What fails while it runs fails here.
    const hasRows = await more();
    if (statementType === "SELECT") return { statementType, fields, rows, ...(hasRows ? { more } : {}) };
    const isDml = ["INSERT", "UPDATE", "DELETE", "MERGE"].includes(statementType);
    return { statementType, fields: [], rows: [], ...(isDml ? { affected: Number(rows[0]?.[0] ?? 0) } : {}) };
  }

  async #create(
    connection: DuckDBConnection,
    creation: Creation,
    variables: readonly string[],
  ): Promise<FakeAnswer> {
    const [, dataset = "", table = ""] = creation.name;
    const key = `${dataset}.${table}`;
    const existing = (await this.list(dataset)).find(({ name }) => name === table);
    const facts = factsOf(creation);
    const old = this.tables.get(key);
    if (existing && creation.unlessExists) return made(creation);
    if (existing && existing.type !== facts.type)
      throw new NotBigQuery(
        `${PROJECT}:${key} is not allowed for this operation because it is currently a ${existing.type}.`,
      );
    if (existing && old && facts.type === "TABLE" && creation.replaces && !isSameSpec(old, facts))
      throw new NotBigQuery(
        "Cannot replace a table with a different partitioning spec. Instead, DROP the table, and then recreate it.",
      );
    for (const statement of this.#definitions(creation, variables)) await connection.run(statement);
    this.tables.set(key, facts);
    return made(creation);
  }

  #definitions(creation: Creation, variables: readonly string[]): readonly string[] {
    const name = nameOf(creation.name);
    const query = creation.query === undefined ? undefined : toDuckDB(creation.query, variables);
    const verb = creation.replaces ? "CREATE OR REPLACE" : "CREATE";
    if (creation.kind === "view") return [`${verb} VIEW ${name} AS ${query}`];
    if (creation.clone) return [`${verb} TABLE ${name} AS SELECT * FROM ${nameOf(creation.clone)}`];
    if (creation.columns === undefined) return [`${verb} TABLE ${name} AS ${query}`];
    const columns = creation.columns
      .replaceAll(/\s+not\s+enforced/gi, "")
      .replaceAll(/\bprimary key(?!\s*\()|references [^(]*\([^)]*\)/gi, "");
    // The pseudo-column of a table that is partitioned by arrival.
    const arrival = /_PARTITION(?:TIME|DATE)/i.test(creation.partitionBy ?? "");
    const all = arrival ? columns.replace(/\)\s*$/, ", _PARTITIONTIME timestamp)") : columns;
    const ddl = toDuckDB(`CREATE TABLE x ${all}`, []).replace(/^CREATE TABLE x/i, `${verb} TABLE ${name}`);
    // A bad row must leave the old table.
    return query === undefined ? [ddl] : ["BEGIN", ddl, `INSERT INTO ${name} ${query}`, "COMMIT"];
  }
}

function made({ kind, query, name }: Creation): FakeAnswer {
  if (kind === "table")
    return { ...done(query === undefined ? "CREATE_TABLE" : "CREATE_TABLE_AS_SELECT"), made: name };
  return done(`CREATE_${kind.toUpperCase().replace(" ", "_")}`);
}

function typeOf(sql: string): string {
  const [word = ""] = /\w+|\(/.exec(sql.replaceAll(/\/\*[\s\S]*?\*\/|--[^\n]*/g, "")) ?? [];
  const upper = word.toUpperCase();
  return upper === "WITH" || upper === "(" ? "SELECT" : upper;
}

function literalOf(parameter: unknown): string {
  const { parameterType, parameterValue } = parameter as {
    readonly parameterType: { readonly type: string };
    readonly parameterValue: { readonly value: string | null };
  };
  const { value } = parameterValue;
  if (value === null) return "NULL";
  return ["INT64", "FLOAT64", "BOOL"].includes(parameterType.type) ? value : text(value);
}

function withFacts(field: ApiField, columns: TableFacts["columns"], above: string): ApiField {
  const name = above + field.name;
  return {
    ...field,
    ...columns.get(name),
    ...(field.fields ? { fields: field.fields.map((one) => withFacts(one, columns, `${name}.`)) } : {}),
  };
}
