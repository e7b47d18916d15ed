// Statements of BigQuery that DuckDB has not, or has otherwise: each is done here.

import type { DuckDBConnection } from "@duckdb/node-api";
import { creationOf, NotBigQuery, PROJECT, partsOf, textOf, toDuckDB } from "./fake-dialect.ts";
import type { FakeAnswer, FakeEngine } from "./fake-engine.ts";
import { setOptions } from "./fake-tables.ts";

type Special = (
  engine: FakeEngine,
  connection: DuckDBConnection,
  sql: string,
  variables: string[],
) => Promise<FakeAnswer>;

export const done = (statementType: string): FakeAnswer => ({ statementType, fields: [], rows: [] });

const NAME = String.raw`((?:\x60[^\x60]*\x60|[\w-]+)(?:\s*\.\s*(?:\x60[^\x60]*\x60|[\w-]+))*)`;

export const specials: readonly (readonly [RegExp, Special])[] = [
  [
    /^create\s+schema\b/i,
    async (engine, connection, sql) => {
      const [, unless, name = "", options = ""] =
        new RegExp(`^create\\s+schema\\s+(if\\s+not\\s+exists\\s+)?${NAME}\\s*([\\s\\S]*)$`, "i").exec(sql) ??
        [];
      const dataset = partsOf(name).at(-1) ?? "";
      await connection.run(`CREATE SCHEMA ${unless ? "IF NOT EXISTS " : ""}${nameOf([PROJECT, dataset])}`);
      const location = textOf(/location\s*=\s*('[^']*')/i.exec(options)?.[1]) ?? "US";
      if (!engine.datasets.has(dataset)) engine.datasets.set(dataset, { location, access: [], etag: 1 });
      return done("CREATE_SCHEMA");
    },
  ],
  [
    /^drop\s+schema\b/i,
    async (engine, connection, sql) => {
      const [, name = ""] =
        new RegExp(`^drop\\s+schema\\s+(?:if\\s+exists\\s+)?${NAME}`, "i").exec(sql) ?? [];
      const dataset = partsOf(name).at(-1) ?? "";
      await connection.run(`DROP SCHEMA IF EXISTS ${nameOf([PROJECT, dataset])} CASCADE`);
      engine.datasets.delete(dataset);
      for (const key of engine.tables.keys()) if (key.startsWith(`${dataset}.`)) engine.tables.delete(key);
      return done("DROP_SCHEMA");
    },
  ],
  [
    /^drop\s+(?:table|view|materialized\s+view)\b/i,
    async (engine, connection, sql) => {
      const [, kind = "", unless, name = ""] =
        new RegExp(`^drop\\s+(table|view|materialized\\s+view)\\s+(if\\s+exists\\s+)?${NAME}`, "i").exec(
          sql,
        ) ?? [];
      const [, dataset = "", table = ""] = partsOf(name);
      const verb = kind.toLowerCase() === "view" ? "VIEW" : "TABLE";
      await connection.run(`DROP ${verb} ${unless ? "IF EXISTS " : ""}${nameOf(partsOf(name))}`);
      engine.tables.delete(`${dataset}.${table}`);
      return done(`DROP_${kind.toUpperCase().replace(/\s+/, "_")}`);
    },
  ],
  [
    /^alter\s+table\b[\s\S]*\brename\s+to\b/i,
    async (engine, connection, sql) => {
      const [, name = "", to = ""] =
        new RegExp(`^alter\\s+table\\s+${NAME}\\s+rename\\s+to\\s+(\\S+)`, "i").exec(sql) ?? [];
      const [, dataset = "", table = ""] = partsOf(name);
      const next = to.replaceAll("`", "");
      await connection.run(`ALTER TABLE ${nameOf(partsOf(name))} RENAME TO ${nameOf([next])}`);
      const facts = engine.tables.get(`${dataset}.${table}`);
      engine.tables.delete(`${dataset}.${table}`);
      if (facts) engine.tables.set(`${dataset}.${next}`, facts);
      return done("ALTER_TABLE");
    },
  ],
  [
    /^alter\s+table\b[\s\S]*\b(?:add|drop)\s+column\b/i,
    async (_, connection, sql) => {
      const [, name = "", changes = ""] =
        new RegExp(`^alter\\s+table\\s+${NAME}\\s+([\\s\\S]*)$`, "i").exec(sql) ?? [];
      for (const change of changes.split(/,\s*(?=(?:add|drop)\s+column\b)/i)) {
        const translated = toDuckDB(`ALTER TABLE x ${change}`, []);
        await connection.run(translated.replace(/^ALTER TABLE x/i, `ALTER TABLE ${nameOf(partsOf(name))}`));
      }
      return done("ALTER_TABLE");
    },
  ],
  [
    /^alter\s+materialized\s+view\b/i,
    async (engine, _, sql) => {
      const [, name = "", options = ""] =
        new RegExp(`^alter\\s+materialized\\s+view\\s+${NAME}\\s+set\\s+options\\s*([\\s\\S]*)$`, "i").exec(
          sql,
        ) ?? [];
      const [, dataset = "", table = ""] = partsOf(name);
      const facts = engine.tables.get(`${dataset}.${table}`);
      const parsed = creationOf(`create table x options${options}`);
      if (facts && parsed) setOptions(facts, parsed.options);
      return done("ALTER_MATERIALIZED_VIEW");
    },
  ],
  [
    /^call\s+bq\.refresh_materialized_view\b/i,
    async (engine, connection, sql) => {
      const [, dataset = "", table = ""] = (textOf(/\(\s*('[^']*')/.exec(sql)?.[1]) ?? "").split(".");
      const query = engine.tables.get(`${dataset}.${table}`)?.query;
      if (query === undefined) throw new NotBigQuery(`Not found: Table ${PROJECT}:${dataset}.${table}`);
      await connection.run(
        `CREATE OR REPLACE TABLE ${nameOf([PROJECT, dataset, table])} AS ${toDuckDB(query, [])}`,
      );
      return done("CALL");
    },
  ],
  [
    /^(?:grant|revoke)\b/i,
    async (_, connection, sql) => {
      const [, verb = "", role = "", name = "", list = ""] =
        new RegExp(
          `^(grant|revoke)\\s+\x60([^\x60]*)\x60\\s+on\\s+(?:table|view|materialized\\s+view)\\s+${NAME}\\s+(?:to|from)\\s+([\\s\\S]*)$`,
          "i",
        ).exec(sql) ?? [];
      const [, dataset = "", table = ""] = partsOf(name);
      for (const grantee of list.split(",").map((one) => textOf(one.trim()) ?? "")) {
        const key = `object_schema = ${text(dataset)} AND object_name = ${text(table)} AND privilege_type = ${text(role)} AND grantee = ${text(grantee)}`;
        await connection.run(`DELETE FROM fake.main.info_object_privileges WHERE ${key}`);
        if (verb.toLowerCase() === "grant")
          await connection.run(
            `INSERT INTO fake.main.info_object_privileges VALUES (${[dataset, table, role, grantee].map(text).join(", ")})`,
          );
      }
      return done(verb.toUpperCase());
    },
  ],
  [
    // Nobody runs other languages here, and DuckDB has no aggregates of users.
    /^create\s+or\s+replace\s+(?:aggregate\s+function\b|function\b[\s\S]*?\blanguage\s+(?:js|python)\b)/i,
    async (_, connection, sql) => {
      const [, name = "", parameters = ""] =
        new RegExp(`function\\s+${NAME}\\s*\\(([^)]*)\\)`, "i").exec(sql) ?? [];
      const names = parameters.split(",").map((part) => part.trim().split(/\s+/)[0]);
      await connection.run(`CREATE OR REPLACE MACRO ${nameOf(partsOf(name))}(${names.join(", ")}) AS (NULL)`);
      return done("CREATE_FUNCTION");
    },
  ],
  [
    /^declare\b/i,
    async (_, connection, sql, variables) => {
      const [, name = "", initial] = /^declare\s+(\w+)[\s\S]*?(?:\bdefault\s+([\s\S]*))?$/i.exec(sql) ?? [];
      variables.push(name);
      const value =
        initial === undefined ? "NULL" : toDuckDB(`SELECT ${initial}`, []).replace(/^SELECT /i, "");
      await connection.run(`SET VARIABLE ${name} = ${value}`);
      return done("DECLARE");
    },
  ],
  [
    /^set\b/i,
    async (_, connection, sql, variables) => {
      const [, name = "", value = ""] = /^set\s+(\w+)\s*=\s*([\s\S]*)$/i.exec(sql) ?? [];
      const query = toDuckDB(
        `SELECT ${value}`,
        variables.filter((one) => one !== name),
      );
      await connection.run(`SET VARIABLE ${name} = ${query.replace(/^SELECT /i, "")}`);
      return done("SET");
    },
  ],
];

export function nameOf(parts: readonly string[]): string {
  return parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".");
}

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
