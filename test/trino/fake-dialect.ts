// The part of Trino's SQL that our statements use, brought to DuckDB's, for the fake server. It shows that statements come
// in the right order with the right effect; that they are Trino's SQL is shown by golden.test.ts and the real server.

import { sqlWords } from "../../src/sql/words.ts";

/** What Trino would say of a statement that DuckDB takes. */
export class NotTrino extends Error {
  constructor(
    readonly word: string,
    readonly at: number,
  ) {
    super(word);
  }
}

/** Words that open a statement, or stand in one, for DuckDB but not for Trino. */
const FOREIGN =
  /^\s*(begin|abort|pragma|attach|install|copy)\b|\bcreate\s+(temporary|temp)\b|\b(primary|references|check)\b\s*(?:key\b|\(|")|\b(unique)\b\s*[,)]|\b(form)\b/i;

/** @throws NotTrino for SQL that Trino's parser refuses */
export function toDuckDB(sql: string): string {
  const foreign = FOREIGN.exec(withoutTexts(sql));
  if (foreign) {
    const word = foreign.slice(1).find((one) => one !== undefined) ?? "";
    throw new NotTrino(word, foreign.index + foreign[0].indexOf(word));
  }
  return changes.reduce((text, change) => change(text), lowerNames(sql));
}

/** Rows of a seed: JSON in Trino's form and in DuckDB's. */
function seedRows(_: string, json: string, columns: string): string {
  const items = columns.split(", ").map((name, i) => `r->>${i} AS ${name}`);
  return `(SELECT ${items.join(", ")} FROM (SELECT unnest(CAST(${json} AS JSON[])) AS r)) AS seed_rows`;
}

const SEED =
  /UNNEST\(CAST\(json_parse\(('(?:[^']|'')*')\) AS array\(row\([^)]*\)\)\)\) AS seed_rows \(([^)]*)\)/;
const SECURITY = /^(\s*create\s+or\s+replace\s+view\s+.*?)\s+security\s+(?:definer|invoker)\s+as\b/is;
const PROPERTIES = /^(\s*create (?:or replace )?table (?:if not exists )?"[^(]*?)\s+with\s*\([^)]*\)/i;
const RENAME =
  /^(\s*alter (?:table|view) .* rename to) "(?:[^"]|"")*"\."(?:[^"]|"")*"\.("(?:[^"]|"")*")\s*$/is;

const changes: readonly ((text: string) => string)[] = [
  (text) => text.replace(SEED, seedRows),
  (text) => text.replace(SECURITY, "$1 as"),
  (text) => text.replace(PROPERTIES, "$1"),
  // The new name has no schema.
  (text) => text.replace(RENAME, "$1 $2"),
  (text) => text.replaceAll(/\bsystem\.metadata\.(\w+)/g, "fake.main.$1"),
  (text) =>
    text.replaceAll(
      /((?:"(?:[^"]|"")*"|\b\w+)\.)?information_schema\.(tables|columns|schemata)\b/gi,
      "fake.main.info_$2",
    ),
  (text) => text.replaceAll(/\btimestamp\(\d+\) with time zone\b/gi, "timestamptz"),
  (text) => text.replaceAll(/\btimestamp\(\d+\)/gi, "timestamp"),
];

/** Trino keeps names in lower case, quoted or not. */
function lowerNames(sql: string): string {
  let text = "";
  let from = 0;
  for (const { kind, start, end } of sqlWords(sql)) {
    if (kind !== "name") continue;
    text += sql.slice(from, start) + sql.slice(start, end).toLowerCase();
    from = end;
  }
  return text + sql.slice(from);
}

/** Texts and names blanked out, so that words in them are not seen. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*/g, (found) =>
    `"${" ".repeat(Math.max(0, found.length - 2))}"`.slice(0, found.length),
  );
}

/** Trino's names of DuckDB's types. */
export function trinoType(type: string): string {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return `decimal(${decimal[1]}, ${decimal[2]})`;
  if (type.endsWith("[]")) return `array(${trinoType(type.slice(0, -2))})`;
  return names[type] ?? type.toLowerCase();
}

const names: Readonly<Record<string, string>> = {
  HUGEINT: "bigint",
  FLOAT: "real",
  BLOB: "varbinary",
  TIMESTAMP: "timestamp(6)",
  "TIMESTAMP WITH TIME ZONE": "timestamp(6) with time zone",
  TIME: "time(6)",
  '"NULL"': "unknown",
};

/** `typeSignature` of a type as Trino prints it. */
export function signatureOf(type: string): unknown {
  const match = /^(\w+)(?:\((.*)\))?(.*)$/.exec(type);
  const [, head = type, parameters, tail = ""] = match ?? [];
  // Text without a length has the greatest one.
  const values = parameters?.split(", ") ?? (head === "varchar" ? ["2147483647"] : []);
  return {
    rawType: head + tail,
    arguments: values.map((value) =>
      /^\d+$/.test(value)
        ? { kind: "LONG", value: Number(value) }
        : { kind: "TYPE", value: signatureOf(value) },
    ),
  };
}
