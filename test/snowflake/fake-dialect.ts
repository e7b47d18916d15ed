// The part of Snowflake's SQL that our statements use, brought to DuckDB's, for the fake server. It shows that statements
// come in the right order with the right effect; that they are Snowflake's SQL is shown by golden.test.ts alone, as far as
// a parser can.

import { keptName, literal, plainSql } from "./fake-names.ts";

const NAME = String.raw`(?:"[^"]*"|[\p{L}_~][\p{L}\p{N}_$]*)`;
const RELATION = `${NAME}(?:\\.${NAME}){0,2}`;

function pattern(text: string): RegExp {
  return new RegExp(text.replaceAll("RELATION", RELATION).replaceAll("NAME", NAME), "isu");
}

/** What is done for one statement: SQL for DuckDB, statement by statement, and what the fake remembers besides. */
export interface Plan {
  readonly steps: readonly string[];
  /** The relation is the session's own: hidden from others, dropped when the session ends. */
  readonly temporary?: { readonly relation: string; readonly kind: "TABLE" | "VIEW" };
  /** A table is made in one format or the other; none takes the place of the other. */
  readonly table?: { readonly relation: string; readonly isIceberg: boolean };
}

const one = (sql: string): Plan => ({ steps: [sql] });

/** @param sql a statement as it was sent */
export function planOf(sql: string): Plan {
  const plain = plainSql(sql)
    .replace(/;\s*$/, "")
    .replace(/^ALTER\s+ICEBERG\s+TABLE\s+(\S+)\s+SET\s+COMMENT\s*=/i, "COMMENT ON TABLE $1 IS")
    .replace(/^ALTER\s+ICEBERG\s+TABLE/i, "ALTER TABLE");
  for (const rule of rules) {
    const plan = rule(plain);
    if (plan) return { ...plan, steps: plan.steps.map(common) };
  }
  return one(common(plain));
}

type Rule = (sql: string) => Plan | undefined;

const CREATE = pattern(
  String.raw`^CREATE\s+(OR\s+REPLACE\s+)?(?:SECURE\s+)?(TRANSIENT|TEMPORARY|TEMP|ICEBERG)?\s*(TABLE|VIEW)\s+(IF\s+NOT\s+EXISTS\s+)?(RELATION)\s*([\s\S]*)$`,
);
const CLONE = pattern(String.raw`^CLONE\s+(RELATION)[\s\S]*$`);
const COMMENTED = pattern(String.raw`(NAME)\s+COMMENT\s+('(?:[^']|'')*')`);
const PROPERTIES =
  /\b(?:COPY\s+(?:GRANTS|TAGS)|WITH\s+ROW\s+ACCESS\s+POLICY\s+[\w."~]+\s+ON\s+\([^)]*\)|WITH\s+TAG\s+\([^)]*\)|(?:CHANGE_TRACKING|AUTO_REFRESH)\s*=\s*\w+|PARTITION\s+BY\s*\((?:[^()]|\([^()]*\))*\)|(?:EXTERNAL_VOLUME|CATALOG|BASE_LOCATION|STORAGE_SERIALIZATION_POLICY|TARGET_FILE_SIZE)\s*=\s*'[^']*'|(?:ICEBERG_VERSION|MAX_DATA_EXTENSION_TIME_IN_DAYS|DATA_RETENTION_TIME_IN_DAYS)\s*=\s*\d+)/gi;

const createRelation: Rule = (sql) => {
  const match = CREATE.exec(sql);
  if (!match) return undefined;
  const [, replace = "", life = "", kind = "", unless = "", relation = "", rest = ""] = match;
  const [head = "", body = ""] = splitAtAs(rest);
  const clone = CLONE.exec(rest);
  const columns = head.replaceAll(PROPERTIES, " ");
  const comments = [...columns.matchAll(new RegExp(COMMENTED.source, "gisu"))].map(
    ([, name, text]) => `COMMENT ON COLUMN ${relation}.${name} IS ${text}`,
  );
  const bare = columns.replaceAll(new RegExp(COMMENTED.source, "gisu"), "$1");
  const tail = clone ? `AS FROM ${clone[1]}` : `${bare} ${body === "" ? "" : `AS ${body}`}`;
  const isTemporary = /^TEMP/i.test(life);
  const table = { relation, isIceberg: /^ICEBERG$/i.test(life) };
  if (
    /^TABLE$/i.test(kind) &&
    body !== "" &&
    /\(\s*NAME\s+\w/u.test(bare.replace(new RegExp(NAME, "su"), "NAME"))
  )
    return {
      steps: [`CREATE ${replace}TABLE ${unless}${relation} ${bare}`, `INSERT INTO ${relation} ${body}`],
      table,
    };
  return {
    ...(/^TABLE$/i.test(kind) && !isTemporary ? { table } : {}),
    steps: [`CREATE ${replace}${kind} ${unless}${relation} ${tail}`, ...comments],
    ...(isTemporary
      ? { temporary: { relation, kind: kind.toUpperCase() === "VIEW" ? "VIEW" : "TABLE" } }
      : {}),
  };
};

/** The columns and properties of a CREATE, and its query. */
function splitAtAs(text: string): readonly [string, string] {
  const match = /(?:^|[\s)])AS\b/i.exec(text);
  if (!match) return [text, ""];
  const end = match.index + match[0].length;
  return [text.slice(0, end - 2), text.slice(end)];
}

const overwrite: Rule = (sql) => {
  const match = pattern(String.raw`^INSERT\s+OVERWRITE\s+INTO\s+(RELATION)([\s\S]*)$`).exec(sql);
  return match
    ? {
        steps: [
          `CREATE OR REPLACE TEMP TABLE OVERWRITING AS ${queryBehind(match[2] ?? "")}`,
          `DELETE FROM ${match[1]}`,
          `INSERT INTO ${match[1]} ${columnsBefore(match[2] ?? "")} FROM OVERWRITING`,
        ],
      }
    : undefined;
};

function columnsBefore(rest: string): string {
  return /^\s*\(([^()]*)\)/.exec(rest)?.[0] ?? "";
}

function queryBehind(rest: string): string {
  return rest.slice(columnsBefore(rest).length);
}

const rename: Rule = (sql) => {
  const match = pattern(
    String.raw`^ALTER\s+(DYNAMIC\s+TABLE|TABLE|VIEW)\s+(RELATION)\s+RENAME\s+TO\s+(?:NAME\.)*(NAME)$`,
  ).exec(sql);
  const kind = match?.[1]?.toUpperCase() === "VIEW" ? "VIEW" : "TABLE";
  return match ? one(`ALTER ${kind} ${match[2]} RENAME TO ${match[3]}`) : undefined;
};

const alterColumns: Rule = (sql) => {
  const match = pattern(
    String.raw`^ALTER\s+(?:DYNAMIC\s+)?TABLE\s+(RELATION)\s+(ADD|DROP|ALTER)\s+([\s\S]*)$`,
  ).exec(sql);
  const [, relation = "", verb = "", rest = ""] = match ?? [];
  if (!match) return undefined;
  const comments = [...rest.matchAll(new RegExp(COMMENTED.source, "gisu"))];
  if (verb.toUpperCase() === "ALTER" && comments.length > 0)
    return { steps: comments.map(([, name, text]) => `COMMENT ON COLUMN ${relation}.${name} IS ${text}`) };
  const items = splitAtCommas(rest.replace(/^COLUMN\s+/i, ""));
  return { steps: items.map((item) => `ALTER TABLE ${relation} ${verb} COLUMN ${item}`) };
};

function splitAtCommas(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

/** What changes nothing here. */
const nothing: Rule = (sql) =>
  /^ALTER\s+TABLE\s+\S+\s+(?:CLUSTER\s+BY|RESUME\s+RECLUSTER)/i.test(sql)
    ? one("SELECT 'Statement executed successfully.' AS STATUS")
    : undefined;

const comment: Rule = (sql) =>
  /^COMMENT\s+ON\s+DYNAMIC\s+TABLE/i.test(sql) ? one(sql.replace(/DYNAMIC\s+/i, "")) : undefined;

const drop: Rule = (sql) =>
  /^DROP\s+DYNAMIC\s+TABLE/i.test(sql) ? one(sql.replace(/DYNAMIC\s+/i, "")) : undefined;

const scalarFunction: Rule = (sql) => {
  const match =
    /^CREATE\s+OR\s+REPLACE\s+(?:AGGREGATE\s+)?FUNCTION\s+(\S+)\s*\(([^)]*)\)\s*RETURNS([\s\S]*?)\bAS\s+('(?:[^']|'')*')\s*$/i.exec(
      sql,
    );
  if (!match) return undefined;
  const [, name, parameters = "", options = "", body = ""] = match;
  const names = parameters
    .split(",")
    .map((part) => part.trim().split(/\s+/)[0])
    .join(", ");
  // Nobody runs other languages here.
  const query = /LANGUAGE\s+SQL/i.test(options) ? plainSql(body.slice(1, -1).replaceAll("''", "'")) : "NULL";
  return one(`CREATE OR REPLACE MACRO ${name}(${names}) AS (${query})`);
};

const rules: readonly Rule[] = [
  nothing,
  createRelation,
  overwrite,
  rename,
  alterColumns,
  comment,
  drop,
  scalarFunction,
];

/** Spellings within any statement. Texts are left alone. */
function common(sql: string): string {
  return sql
    .split(/('(?:[^']|'')*')/)
    .map((part, i) =>
      i % 2 === 1 ? part : words.reduce((text, [from, to]) => text.replaceAll(from, to), part),
    )
    .join("");
}

const words: readonly (readonly [RegExp, string])[] = [
  [/(?:(?:"[^"]*"|\w+)\.)?"?INFORMATION_SCHEMA"?\."?(TABLES|COLUMNS|SCHEMATA)\b"?/gi, "fake.main.INFO_$1"],
  [/\bCURRENT_TIMESTAMP\(\)/gi, "CURRENT_TIMESTAMP"],
  [/\bTIMESTAMP_NTZ(?:\(\d\))?(?!\()/gi, "TIMESTAMP"],
  [/\bTIMESTAMP_L?TZ(?:\(\d\))?(?!\()/gi, "TIMESTAMPTZ"],
  [/\bNUMBER\b(?!\s*\()/gi, "DECIMAL(38,0)"],
  [/\bNUMBER\b/gi, "DECIMAL"],
  [/\bVARIANT\b/gi, "JSON"],
  [/\bFLOAT\b(?!8|4)/gi, "DOUBLE"],
  [/\bCHARACTER VARYING\(\d+\)/gi, "VARCHAR"],
  [/\bDROP\s+(TABLE|VIEW)\s+([^;]*?)\s+CASCADE$/gi, "DROP $1 $2"],
];

/** The three parts of a relation as the fake keeps them. @param home what unqualified names mean */
export function partsOf(relation: string, home: { readonly database: string; readonly schema: string }) {
  const names = [...relation.matchAll(new RegExp(NAME, "gisu"))].map(([name]) =>
    name.startsWith('"') ? name.slice(1, -1) : name.toUpperCase(),
  );
  const [identifier = "", schema = keptName(home.schema.toUpperCase()), database = home.database] =
    names.reverse();
  return { database, schema, identifier };
}

export { literal, NAME, pattern, RELATION };
