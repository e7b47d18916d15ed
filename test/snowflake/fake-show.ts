// What the fake answers without DuckDB's SQL: SHOW, DESCRIBE, USE, session parameters, grants and dynamic tables.

import type { DuckDBConnection } from "@duckdb/node-api";
import { literal, partsOf, pattern, planOf } from "./fake-dialect.ts";
import { plainSql, realName } from "./fake-names.ts";
import { FakeFailure, type Rows, rowsOf, rowType } from "./fake-results.ts";

/** What of the session it reads and changes. */
interface Session {
  readonly home: { readonly database: string; readonly schema: string };
  tag: string;
  warehouse: string | undefined;
}

export class FakeShow {
  constructor(
    private readonly connection: DuckDBConnection,
    private readonly session: Session,
  ) {}

  /** @returns undefined for a statement that is DuckDB's to run */
  async answer(sql: string): Promise<Rows | undefined> {
    const plain = plainSql(sql);
    for (const [form, work] of forms) {
      const match = form.exec(plain);
      if (match) return work(this, match);
    }
    return undefined;
  }

  async query(sql: string): Promise<Rows> {
    return rowsOf(await this.connection.run(sql));
  }

  done(): Promise<Rows> {
    return this.query("SELECT 'Statement executed successfully.' AS \"status\"");
  }

  setTag(tag: string): Promise<Rows> {
    this.session.tag = tag;
    return this.done();
  }

  showTag(): Promise<Rows> {
    return this.query(
      `SELECT 'QUERY_TAG' AS "key", ${literal(this.session.tag)} AS "value", '' AS "default", 'SESSION' AS "level"`,
    );
  }

  use(kind: string, name: string): Promise<Rows> {
    if (kind.toUpperCase() === "WAREHOUSE") this.session.warehouse = realName(name.replaceAll('"', ""));
    return this.done();
  }

  /** Conditions for the relation's row in the fake's own tables. */
  where(relation: string): string {
    const { schema, identifier } = partsOf(relation, this.session.home);
    return `schema_name = ${literal(schema)} AND name = ${literal(identifier)}`;
  }

  parts(relation: string): { readonly schema: string; readonly identifier: string } {
    return partsOf(relation, this.session.home);
  }

  async schemaExists(schema: string): Promise<void> {
    const { rowset } = await this.query(
      `SELECT 1 FROM duckdb_schemas() WHERE database_name = 'DB' AND schema_name = ${literal(schema)}`,
    );
    if (rowset.length === 0)
      throw new FakeFailure(
        "002043",
        "02000",
        "SQL compilation error:\nObject does not exist, or operation cannot be performed.",
      );
  }

  async createDynamic(
    relation: string,
    properties: string,
    query: string,
    words: Readonly<Record<"replace" | "transient" | "iceberg", string | undefined>>,
  ): Promise<Rows> {
    await this.connection.run(
      planOf(`CREATE ${words.replace ?? ""}TABLE ${relation} AS ${query}`).steps[0] ?? "",
    );
    const { schema, identifier } = this.parts(relation);
    const value = (name: string): string =>
      literalOf(new RegExp(`\\b${name}\\s*=?\\s*(?:'([^']*)'|\\(([^)]*)\\)|(\\w+))`, "i").exec(properties));
    await this.connection.run(`DELETE FROM fake.main.dynamic_tables WHERE ${this.where(relation)}`);
    await this.connection.run(
      `INSERT INTO fake.main.dynamic_tables VALUES (${literal(schema)}, ${literal(identifier)}, ${value("TARGET_LAG")}, ${value("(?<!_)WAREHOUSE")},
        ${value("REFRESH_MODE")}, coalesce(${value("SCHEDULER")}, 'ENABLE'), ${value("CLUSTER\\s+BY")}, ${value("IMMUTABLE\\s+WHERE")}, ${words.transient !== undefined}, ${literal(query)})`,
    );
    await this.connection.run(`DELETE FROM fake.main.iceberg_tables WHERE ${this.where(relation)}`);
    if (words.iceberg !== undefined)
      await this.connection.run(
        `INSERT INTO fake.main.iceberg_tables VALUES (${literal(schema)}, ${literal(identifier)})`,
      );
    return this.done();
  }

  async alterDynamic(relation: string, change: string): Promise<Rows> {
    const sets = [...change.matchAll(/(TARGET_LAG|WAREHOUSE|SCHEDULER)\s*=\s*(?:'([^']*)'|(\w+))/gi)];
    for (const [, name = "", quoted, bare] of sets)
      await this.connection.run(
        `UPDATE fake.main.dynamic_tables SET ${name} = ${literal(quoted ?? bare ?? "")} WHERE ${this.where(relation)}`,
      );
    const cluster = /^CLUSTER\s+BY\s+\(([^)]*)\)/i.exec(change)?.[1];
    if (cluster !== undefined || /^DROP\s+CLUSTERING/i.test(change))
      await this.connection.run(
        `UPDATE fake.main.dynamic_tables SET cluster_by = ${cluster === undefined ? "NULL" : literal(cluster)} WHERE ${this.where(relation)}`,
      );
    if (/^RENAME/i.test(change)) return this.renameDynamic(relation, change);
    return this.done();
  }

  async renameDynamic(relation: string, change: string): Promise<Rows> {
    const to = this.parts(change.replace(/^RENAME\s+TO\s+/i, "")).identifier;
    await this.connection.run(planOf(`ALTER TABLE ${relation} ${change}`).steps[0] ?? "");
    await this.connection.run(
      `UPDATE fake.main.dynamic_tables SET name = ${literal(to)} WHERE ${this.where(relation)}`,
    );
    return this.done();
  }

  async dropDynamic(relation: string): Promise<Rows> {
    await this.connection.run(`DROP TABLE IF EXISTS ${relation}`);
    await this.connection.run(`DELETE FROM fake.main.dynamic_tables WHERE ${this.where(relation)}`);
    return this.done();
  }

  async grant(privilege: string, relation: string, grantee: string): Promise<Rows> {
    const { schema, identifier } = this.parts(relation);
    await this.connection.run(
      `INSERT INTO fake.main.grants VALUES (${literal(schema)}, ${literal(identifier)}, ${literal(privilege)}, ${literal(roleOf(grantee))})`,
    );
    return this.done();
  }

  async revoke(privilege: string, relation: string, grantee: string): Promise<Rows> {
    await this.connection.run(
      `DELETE FROM fake.main.grants WHERE ${this.where(relation)} AND privilege = ${literal(privilege)} AND grantee_name = ${literal(roleOf(grantee))}`,
    );
    return this.done();
  }
}

function roleOf(grantee: string): string {
  return realName(grantee.startsWith('"') ? grantee.slice(1, -1) : grantee.toUpperCase());
}

function literalOf(match: RegExpExecArray | null): string {
  const value = match?.[1] ?? match?.[2] ?? match?.[3];
  return value === undefined ? "NULL" : literal(value);
}

const OBJECTS = `'2024-01-31' AS "created_on", fake.main.real_name(name) AS "name", CASE kind WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END AS "kind",
  'DB' AS "database_name", fake.main.real_name(schema_name) AS "schema_name", CASE WHEN is_dynamic THEN 'Y' ELSE 'N' END AS "is_dynamic", CASE WHEN is_iceberg THEN 'Y' ELSE 'N' END AS "is_iceberg"`;

type Work = (show: FakeShow, match: RegExpExecArray) => Promise<Rows>;

const forms: readonly (readonly [RegExp, Work])[] = [
  [
    pattern(
      String.raw`^SHOW\s+OBJECTS\s+IN\s+(?:SCHEMA\s+)?(RELATION)\s+LIMIT\s+(\d+)(?:\s+FROM\s+('(?:[^']|'')*'))?`,
    ),
    async (show, [, schema = "", limit = "", from = "''"]) => {
      // The name of a schema reads like that of a relation one level higher.
      const name = show.parts(`${schema}.X`).schema;
      await show.schemaExists(name);
      return show.query(
        `SELECT ${OBJECTS} FROM fake.main.relations WHERE schema_name = ${literal(name)} AND name > ${from} ORDER BY name LIMIT ${limit}`,
      );
    },
  ],
  [
    pattern(String.raw`^SHOW\s+TERSE\s+SCHEMAS\s+IN\s+DATABASE\s+(NAME)`),
    (show, [, database = ""]) => {
      if (database.replaceAll('"', "").toUpperCase() !== "DB")
        throw new FakeFailure(
          "002043",
          "02000",
          "SQL compilation error:\nObject does not exist, or operation cannot be performed.",
        );
      return show.query(
        `SELECT fake.main.real_name(schema_name) AS "name" FROM duckdb_schemas() WHERE database_name = 'DB' AND schema_name NOT IN ('main', 'pg_catalog', 'information_schema') ORDER BY 1`,
      );
    },
  ],
  [
    /^SHOW\s+USER\s+FUNCTIONS\s+IN\b/i,
    (show) =>
      show.query(
        `SELECT '' AS "catalog_name", '' AS "schema_name", '' AS "name", 'N' AS "is_builtin" WHERE false`,
      ),
  ],
  [/^SHOW\s+PARAMETERS\s+LIKE\s+'query_tag'\s+IN\s+SESSION/i, (show) => show.showTag()],
  [
    pattern(String.raw`^SHOW\s+DYNAMIC\s+TABLES\s+LIKE\s+'((?:[^']|'')*)'\s+IN\s+SCHEMA\s+(RELATION)`),
    (show, [, like = "", schema = ""]) =>
      show.query(
        `SELECT fake.main.real_name(name) AS "name", target_lag AS "target_lag", warehouse AS "warehouse", refresh_mode AS "refresh_mode",
          scheduler AS "scheduler", coalesce('LINEAR(' || cluster_by || ')', '') AS "cluster_by", immutable_where AS "immutable_where"
        FROM fake.main.dynamic_tables WHERE schema_name = ${literal(show.parts(`${schema}.X`).schema)} AND name ILIKE ${literal(like)} ORDER BY name`,
      ),
  ],
  [
    pattern(String.raw`^SHOW\s+TABLES\s+LIKE\s+'((?:[^']|'')*)'\s+IN\s+SCHEMA\s+(RELATION)`),
    (show, [, like = "", schema = ""]) =>
      show.query(
        `SELECT fake.main.real_name(name) AS "name", CASE WHEN transient THEN 'TRANSIENT' ELSE 'TABLE' END AS "kind"
        FROM fake.main.dynamic_tables WHERE schema_name = ${literal(show.parts(`${schema}.X`).schema)} AND name ILIKE ${literal(like)}`,
      ),
  ],
  [
    pattern(String.raw`^SHOW\s+GRANTS\s+ON\s+(RELATION)`),
    (show, [, relation = ""]) =>
      show.query(
        `SELECT '2024' AS "created_on", upper(privilege) AS "privilege", 'TABLE' AS "granted_on", name AS "name", 'ROLE' AS "granted_to", grantee_name AS "grantee_name"
        FROM (SELECT * FROM fake.main.grants WHERE ${show.where(relation)} UNION ALL SELECT '', '', 'OWNERSHIP', 'OWNER')`,
      ),
  ],
  [
    pattern(String.raw`^GRANT\s+(\w+)\s+ON\s+(RELATION)\s+TO\s+(?:ROLE\s+)?(NAME)`),
    (show, [, p = "", r = "", to = ""]) => show.grant(p, r, to),
  ],
  [
    pattern(String.raw`^REVOKE\s+(\w+)\s+ON\s+(RELATION)\s+FROM\s+(?:ROLE\s+)?(NAME)`),
    (show, [, p = "", r = "", to = ""]) => show.revoke(p, r, to),
  ],
  [
    pattern(String.raw`^DESCRIBE\s+TABLE\s+(RELATION)`),
    async (show, [, relation = ""]) => {
      const { rowset } = await show.query(`DESCRIBE ${relation}`);
      return {
        rowtype: ["name", "type"].map((name) => ({ ...rowType("", "VARCHAR"), name })),
        rowset: rowset.map(([name, type]) => [realName(name ?? ""), describedType(type ?? "")]),
      };
    },
  ],
  [
    /^ALTER\s+SESSION\s+SET\s+QUERY_TAG\s*=\s*'((?:[^']|'')*)'/i,
    (show, [, tag = ""]) => show.setTag(tag.replaceAll("''", "'")),
  ],
  [/^ALTER\s+SESSION\s+UNSET\s+QUERY_TAG/i, (show) => show.setTag("")],
  [/^ALTER\s+SESSION\b/i, (show) => show.done()],
  [pattern(String.raw`^USE\s+(\w+)\s+(NAME)`), (show, [, kind = "", name = ""]) => show.use(kind, name)],
  [
    pattern(
      String.raw`^CREATE\s+(OR\s+REPLACE\s+)?(TRANSIENT\s+)?DYNAMIC\s+(ICEBERG\s+)?TABLE\s+(RELATION)\s+([\s\S]*?)\bAS\s+(\([\s\S]*\))$`,
    ),
    (show, [, replace, transient, iceberg, relation = "", properties = "", query = ""]) =>
      show.createDynamic(relation, properties, query, { replace, transient, iceberg }),
  ],
  [
    pattern(String.raw`^ALTER\s+DYNAMIC\s+TABLE\s+(RELATION)\s+([\s\S]*)$`),
    (show, [, relation = "", change = ""]) => show.alterDynamic(relation, change),
  ],
  [
    pattern(String.raw`^DROP\s+DYNAMIC\s+TABLE\s+(?:IF\s+EXISTS\s+)?(RELATION)`),
    (show, [, relation = ""]) => show.dropDynamic(relation),
  ],
];

/** As DESCRIBE prints it. */
function describedType(duckType: string): string {
  const { type, precision, scale } = rowType("", duckType);
  if (type === "fixed") return `NUMBER(${precision},${scale})`;
  if (type === "text") return "VARCHAR(16777216)";
  if (type === "real") return "FLOAT";
  return scale === null ? type.toUpperCase() : `${type.toUpperCase()}(${scale})`;
}
