// DuckDB in memory behind the fake server: one connection a session, transactions that DDL ends, temporary relations that
// only their session sees, stages that are folders.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { statementsOf } from "../../adapters/snowflake/statements.ts";
import { literal, NAME, type Plan, partsOf, pattern, planOf } from "./fake-dialect.ts";
import { longestName, plainSql, REAL_NAME, realName } from "./fake-names.ts";
import { FakeFailure, failureOf, type Rows, type RowType, rowsOf, rowType } from "./fake-results.ts";
import { FakeShow } from "./fake-show.ts";

export interface StatementResult extends Rows {
  readonly statementTypeId: number;
}

const SETUP = `
ATTACH ':memory:' AS fake;
ATTACH ':memory:' AS "DB";
CREATE SCHEMA "DB"."PUBLIC";
${REAL_NAME};
CREATE TABLE fake.main.hidden (schema_name VARCHAR, name VARCHAR);
CREATE TABLE fake.main.dynamic_tables (schema_name VARCHAR, name VARCHAR, target_lag VARCHAR, warehouse VARCHAR,
  refresh_mode VARCHAR, scheduler VARCHAR, cluster_by VARCHAR, immutable_where VARCHAR, transient BOOLEAN, query VARCHAR);
CREATE TABLE fake.main.iceberg_tables (schema_name VARCHAR, name VARCHAR);
CREATE TABLE fake.main.grants (schema_name VARCHAR, name VARCHAR, privilege VARCHAR, grantee_name VARCHAR);
CREATE VIEW fake.main.all_relations AS
  SELECT schema_name, table_name AS name, 'BASE TABLE' AS kind, comment FROM duckdb_tables() WHERE database_name = 'DB'
  UNION ALL SELECT schema_name, view_name, 'VIEW', comment FROM duckdb_views() WHERE database_name = 'DB' AND NOT internal;
CREATE VIEW fake.main.relations AS
  SELECT r.*, d.name IS NOT NULL AS is_dynamic, i.name IS NOT NULL AS is_iceberg FROM fake.main.all_relations r
  LEFT JOIN fake.main.dynamic_tables d USING (schema_name, name) LEFT JOIN fake.main.iceberg_tables i USING (schema_name, name)
  WHERE NOT EXISTS (SELECT 1 FROM fake.main.hidden h WHERE h.schema_name = r.schema_name AND h.name = r.name);
CREATE VIEW fake.main.info_tables AS
  SELECT 'DB' AS "TABLE_CATALOG", fake.main.real_name(schema_name) AS "TABLE_SCHEMA", fake.main.real_name(name) AS "TABLE_NAME",
    kind AS "TABLE_TYPE", 'OWNER' AS "TABLE_OWNER", comment AS "COMMENT", CASE WHEN is_dynamic THEN 'YES' ELSE 'NO' END AS "IS_DYNAMIC",
    NULL::VARCHAR AS "CLUSTERING_KEY", CASE WHEN kind = 'BASE TABLE' THEN 7 END AS "ROW_COUNT",
    CASE WHEN kind = 'BASE TABLE' THEN 1024 END AS "BYTES", TIMESTAMPTZ '2024-01-31 12:00:00+00' AS "LAST_ALTERED"
  FROM fake.main.relations;
CREATE VIEW fake.main.info_columns AS
  SELECT fake.main.real_name(schema_name) AS "TABLE_SCHEMA", fake.main.real_name(table_name) AS "TABLE_NAME",
    fake.main.real_name(column_name) AS "COLUMN_NAME", column_index AS "ORDINAL_POSITION", data_type AS "DATA_TYPE", comment AS "COMMENT"
  FROM duckdb_columns() WHERE database_name = 'DB';
CREATE VIEW fake.main.info_schemata AS
  SELECT 'DB' AS "CATALOG_NAME", fake.main.real_name(schema_name) AS "SCHEMA_NAME" FROM duckdb_schemas() WHERE database_name = 'DB';
`;

/** Functions of Snowflake's, for each session. */
const FUNCTIONS = `
CREATE TEMP MACRO to_timestamp_tz(x) AS CAST(x AS TIMESTAMPTZ);
CREATE TEMP MACRO to_timestamp_ntz(x) AS CAST(x AS TIMESTAMP);
CREATE TEMP MACRO convert_timezone(zone, x) AS x, (zone, other, x) AS timezone(other, timezone(zone, x));
CREATE TEMP MACRO to_varchar(x, format) AS strftime(x, '%Y-%m-%d %H:%M');
CREATE TEMP MACRO boolor_agg(x) AS bool_or(x);
CREATE TEMP MACRO try_to_number(x) AS TRY_CAST(x AS DECIMAL(38,0));
`;

export class FakeEngine {
  readonly #sessions = new Set<FakeSession>();
  #count = 0;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly stages: string,
  ) {}

  /** @param stages the folder in which stages are */
  static async open(stages: string): Promise<FakeEngine> {
    const instance = await DuckDBInstance.create(":memory:", { errors_as_json: "true", threads: "1" });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'; ${SETUP}`);
    connection.closeSync();
    return new FakeEngine(instance, stages);
  }

  async session(schema: string, warehouse: string | undefined): Promise<FakeSession> {
    const connection = await this.instance.connect();
    await connection.run(`SET TimeZone = 'UTC'; USE "DB"; ${FUNCTIONS}`);
    const session = new FakeSession(connection, schema, warehouse, this.stages, ++this.#count);
    this.#sessions.add(session);
    return session;
  }

  async end(session: FakeSession): Promise<void> {
    this.#sessions.delete(session);
    await session.end();
  }

  close(): void {
    this.instance.closeSync();
  }
}

export class FakeSession {
  #inTransaction = false;
  #interrupted = false;
  #running = false;
  /** Statements of the open transaction that went well. */
  #kept = 0;
  readonly #own = new Set<string>();
  readonly #temporary: NonNullable<Plan["temporary"]>[] = [];
  readonly #show: FakeShow;
  tag = "";

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly schema: string,
    public warehouse: string | undefined,
    private readonly stages: string,
    private readonly number: number,
  ) {
    this.#show = new FakeShow(connection, this);
  }

  get home(): { readonly database: string; readonly schema: string } {
    return { database: "DB", schema: this.schema };
  }

  /** @throws FakeFailure */
  async execute(sql: string, describeOnly = false): Promise<StatementResult> {
    this.#interrupted = false;
    this.#running = true;
    try {
      return describeOnly ? await this.#describe(sql) : await this.#execute(sql);
    } catch (error) {
      await this.#afterFailure();
      throw this.#interrupted
        ? new FakeFailure("000604", "57014", "SQL execution canceled")
        : failureOf(error, sql);
    } finally {
      this.#running = false;
    }
  }

  interrupt(): void {
    this.#interrupted = true;
    // An interrupt that comes before DuckDB has begun is lost.
    const timer = setInterval(() => {
      if (this.#running) this.connection.interrupt();
      else clearInterval(timer);
    }, 10);
  }

  async end(): Promise<void> {
    this.interrupt();
    while (this.#running) await new Promise((resolve) => setTimeout(resolve, 5));
    if (this.#inTransaction) await this.connection.run("ROLLBACK");
    for (const { relation, kind } of this.#temporary.splice(0))
      await this.connection.run(`DROP ${kind} IF EXISTS ${relation}`).catch(() => {});
    this.connection.closeSync();
  }

  /** Temporary relations have names of their own here, as each session has its own on Snowflake. */
  #withOwnNames(sql: string): string {
    const created =
      /^\s*create\s+(?:or\s+replace\s+)?(?:temporary|temp)\s+(?:table|view)\s+(?:(?:"[^"]*"|[^\s(."]+)\.)*("?)(\w+)\1/i.exec(
        sql,
      );
    if (created) this.#own.add((created[2] ?? "").toUpperCase());
    return sql.replaceAll(/("?)\b(\w+)\b\1/g, (all, quote: string, name: string) =>
      this.#own.has(name.toUpperCase()) ? `${quote}${name.toUpperCase()}$${this.number}${quote}` : all,
    );
  }

  async #execute(written: string): Promise<StatementResult> {
    if (longestName(written) > 255)
      throw new FakeFailure("001003", "42000", "SQL compilation error:\nIdentifier is too long.");
    const sql = this.#withOwnNames(written);
    const kind = statementsOf(sql)[0]?.kind ?? "query";
    const own = kind === "file" ? this.#file(sql) : await this.#show.answer(sql);
    if (own) return { ...own, statementTypeId: 0x1000 };
    if (kind === "begin" || kind === "commit" || kind === "rollback") return this.#transaction(kind);
    if (kind === "ddl" && this.#inTransaction) await this.#transaction("commit");
    if (/^COPY\b/i.test(plainSql(sql))) return this.#copy(sql);
    const plan = planOf(sql.replaceAll(/\bcurrent_warehouse\(\)/gi, literal(this.warehouse ?? "")));
    return this.#perform(plan, kind === "dml" ? plainSql(sql) : "");
  }

  /** A failed statement ends no transaction of Snowflake's, but does DuckDB's: one that holds nothing is begun anew. */
  async #afterFailure(): Promise<void> {
    if (!this.#inTransaction || this.#kept > 0) return;
    await this.connection.run("ROLLBACK");
    await this.connection.run("BEGIN");
  }

  async #perform(plan: Plan, change: string): Promise<StatementResult> {
    const { temporary, table } = plan;
    const dropped = pattern(String.raw`^DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?(RELATION)`).exec(
      plan.steps[0] ?? "",
    );
    if (table) await this.#noteFormat(table);
    else if (dropped) await this.#forgetFormat(dropped[1] ?? "");
    const isWhole = this.#inTransaction || plan.steps.length < 2;
    if (!isWhole) await this.connection.run("BEGIN");
    let rows: Rows;
    try {
      rows = await this.#steps(plan.steps);
      if (!isWhole) await this.connection.run("COMMIT");
    } catch (error) {
      if (!isWhole) await this.connection.run("ROLLBACK").catch(() => {});
      throw error;
    }
    this.#kept++;
    if (temporary) await this.#hide(temporary);
    const verb = /^(INSERT|UPDATE|DELETE|MERGE)\b/i.exec(change)?.[1]?.toUpperCase();
    if (verb === undefined) return { ...rows, statementTypeId: 0x1000 };
    const count = rows.rowset[0]?.[0] ?? "0";
    return { ...changedRows(verb, count), statementTypeId: verbs[verb] ?? 0x3000 };
  }

  async #noteFormat({ relation, isIceberg }: NonNullable<Plan["table"]>): Promise<void> {
    const { schema, identifier } = partsOf(relation, this.home);
    const where = `schema_name = ${literal(schema)} AND name = ${literal(identifier)}`;
    const { rowset } = await this.#rows(
      `SELECT is_iceberg FROM fake.main.relations WHERE kind = 'BASE TABLE' AND ${where}`,
    );
    const [was] = rowset[0] ?? [];
    if (was !== undefined && (was === "1" || was === "true") !== isIceberg)
      throw new FakeFailure(
        "002002",
        "42710",
        `SQL compilation error:\nObject '${identifier}' already exists as ${isIceberg ? "TABLE" : "ICEBERG_TABLE"}`,
      );
    await this.#forgetFormat(relation);
    if (isIceberg)
      await this.connection.run(
        `INSERT INTO fake.main.iceberg_tables VALUES (${literal(schema)}, ${literal(identifier)})`,
      );
  }

  async #forgetFormat(relation: string): Promise<void> {
    const { schema, identifier } = partsOf(relation, this.home);
    await this.connection.run(
      `DELETE FROM fake.main.iceberg_tables WHERE schema_name = ${literal(schema)} AND name = ${literal(identifier)}`,
    );
  }

  async #rows(sql: string): Promise<Rows> {
    return rowsOf(await this.connection.run(sql));
  }

  async #steps(steps: readonly string[]): Promise<Rows> {
    for (const step of steps.slice(0, -1)) await this.connection.run(step);
    return this.#rows(steps.at(-1) ?? "");
  }

  async #describe(sql: string): Promise<StatementResult> {
    const { steps } = planOf(this.#withOwnNames(sql));
    const { rowset } = await this.#rows(`DESCRIBE ${steps.at(-1) ?? ""}`);
    const rowtype: RowType[] = rowset.map(([name, type]) => rowType(name ?? "", type ?? ""));
    return { rowtype, rowset: [], statementTypeId: 0x1000 };
  }

  async #transaction(word: "begin" | "commit" | "rollback"): Promise<StatementResult> {
    const wanted = word === "begin";
    if (wanted !== this.#inTransaction) {
      this.#inTransaction = wanted;
      this.#kept = 0;
      await this.connection.run(word.toUpperCase());
    }
    return {
      ...(await this.#rows("SELECT 'Statement executed successfully.' AS STATUS")),
      statementTypeId: 0x5000,
    };
  }

  async #hide(temporary: NonNullable<Plan["temporary"]>): Promise<void> {
    this.#temporary.push(temporary);
    const { schema, identifier } = partsOf(temporary.relation, this.home);
    await this.connection.run(
      `INSERT INTO fake.main.hidden VALUES (${literal(schema)}, ${literal(identifier)})`,
    );
  }

  #file(sql: string): Rows | undefined {
    const stage = /^(?:REMOVE|RM)\s+@~\/(\S+)/i.exec(sql.trim())?.[1];
    if (stage === undefined) return undefined;
    rmSync(join(this.stages, stage), { recursive: true, force: true });
    return { rowtype: [rowType("name", "VARCHAR")], rowset: [] };
  }

  /** Its files were put into the stage's folder by the driver. */
  async #copy(sql: string): Promise<StatementResult> {
    const match = pattern(String.raw`^COPY\s+INTO\s+(RELATION)\s*\(([^)]*)\)\s*FROM\s+@~\/([\w\/-]+)`).exec(
      plainSql(sql),
    );
    const [, target = "", names = ""] = match ?? [];
    const stage = /@~\/(\S+)/.exec(sql)?.[1] ?? "";
    const columns = [...names.matchAll(new RegExp(NAME, "gisu"))].map(([name]) => name);
    const read = `read_csv(${literal(join(this.stages, stage, "*.gz"))}, header = false, delim = ',', quote = '"', escape = '"',
      nullstr = '', allow_quoted_nulls = false, auto_detect = false, compression = 'gzip',
      columns = {${columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ")}})`;
    try {
      const { rowset } = await this.#rows(`INSERT INTO ${target} (${names}) SELECT * FROM ${read}`);
      const rows = await this.#rows(
        `SELECT 'rows.csv.gz' AS "file", 'LOADED' AS "status", ${rowset[0]?.[0]} AS "rows_loaded"`,
      );
      return { ...rows, statementTypeId: 0x3700 };
    } catch (error) {
      // DuckDB answers nothing more in the transaction of a statement that failed.
      if (this.#inTransaction) await this.connection.run("ROLLBACK; BEGIN");
      throw (await this.#badCell(target, columns, read)) ?? error;
    }
  }

  async #badCell(target: string, columns: readonly string[], read: string): Promise<FakeFailure | undefined> {
    const { rowset } = await this.#rows(`DESCRIBE ${target}`);
    for (const [i, column] of columns.entries()) {
      const plain = column.startsWith('"') ? column.slice(1, -1) : column;
      const type = rowset.find(([name]) => name === plain)?.[1] ?? "VARCHAR";
      const bad = await this.#rows(
        `SELECT c${i} FROM ${read} WHERE c${i} IS NOT NULL AND TRY_CAST(c${i} AS ${type}) IS NULL LIMIT 1`,
      );
      const value = bad.rowset[0]?.[0];
      if (value === undefined || value === null) continue;
      const [code, word] = /DATE|TIME/.test(type) ? ["100040", "Date"] : ["100038", "Numeric value"];
      return new FakeFailure(
        code ?? "",
        "22018",
        `${word} '${value}' is not recognized\n  File 'rows.csv.gz', line 1, character 1\n  Row 1, column "T"["${realName(plain)}":${i + 1}]`,
      );
    }
    return undefined;
  }
}

const verbs: Readonly<Record<string, number>> = {
  INSERT: 0x3100,
  UPDATE: 0x3200,
  DELETE: 0x3300,
  MERGE: 0x3400,
};

function changedRows(verb: string, count: string): Rows {
  const name = { INSERT: "inserted", UPDATE: "updated", DELETE: "deleted", MERGE: "updated" }[verb] ?? "";
  const columns =
    verb === "MERGE" ? ["number of rows inserted", "number of rows updated"] : [`number of rows ${name}`];
  return {
    rowtype: columns.map((column) => ({ ...rowType("", "BIGINT"), name: column })),
    rowset: [verb === "MERGE" ? ["0", count] : [count]],
  };
}
