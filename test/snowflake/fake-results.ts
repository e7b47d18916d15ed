// Rows of DuckDB in Snowflake's protocol: columns with their types, values as texts in its own units (days, seconds with
// nine digits, hexadecimal bytes), errors under its codes.

import { type DuckDBDataChunk, type DuckDBResult, JsonDuckDBValueConverter } from "@duckdb/node-api";
import { readEngineError } from "../../adapters/duckdb/errors.ts";
import { realName, realNames } from "./fake-names.ts";

export interface RowType {
  readonly name: string;
  readonly type: string;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly nullable: boolean;
  readonly length: number | null;
}

type RowSet = readonly (readonly (string | null)[])[];

export interface Rows {
  readonly rowtype: readonly RowType[];
  readonly rowset: RowSet;
  /** Further rows, made when they are asked for. */
  readonly rest?: readonly { readonly count: number; rows(): RowSet }[];
}

/** What the server says of a statement that failed. */
export class FakeFailure extends Error {
  constructor(
    readonly code: string,
    readonly sqlState: string,
    message: string,
  ) {
    super(message);
  }
}

export function rowType(name: string, duckType: string): RowType {
  const [type, precision, scale] = protocolType(duckType);
  return {
    name: realName(name),
    type,
    precision,
    scale,
    nullable: true,
    length: type === "text" ? 16_777_216 : null,
  };
}

function protocolType(type: string): readonly [string, number | null, number | null] {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return ["fixed", Number(decimal[1]), Number(decimal[2])];
  return types[type] ?? (type.endsWith("[]") ? ["array", null, null] : ["text", null, null]);
}

const whole = ["fixed", 38, 0] as const;
const types: Readonly<Record<string, readonly [string, number | null, number | null]>> = {
  TINYINT: whole,
  SMALLINT: whole,
  INTEGER: whole,
  BIGINT: whole,
  HUGEINT: whole,
  UBIGINT: whole,
  DOUBLE: ["real", null, null],
  FLOAT: ["real", null, null],
  BOOLEAN: ["boolean", null, null],
  DATE: ["date", null, null],
  TIME: ["time", 0, 9],
  TIMESTAMP: ["timestamp_ntz", 0, 9],
  "TIMESTAMP WITH TIME ZONE": ["timestamp_tz", 0, 9],
  BLOB: ["binary", null, null],
  JSON: ["variant", null, null],
};

const CHUNKS_AT_ONCE = 10;

/** All rows of a result: the first ones as they are, the others when they are asked for. */
export async function rowsOf(result: DuckDBResult): Promise<Rows> {
  const types = result.columnTypes().map((type) => type.alias ?? type.toString());
  const rowtype = result.columnNames().map((name, i) => rowType(name, types[i] ?? ""));
  const [first, ...others] = await result.fetchAllChunks();
  const convert = (chunk: DuckDBDataChunk): RowSet =>
    chunk
      .convertRows(JsonDuckDBValueConverter)
      .map((row) =>
        row.map((cell, i) => (cell === null ? null : cellText(cell, rowtype[i]?.type ?? "text"))),
      );
  const groups = Array.from({ length: Math.ceil(others.length / CHUNKS_AT_ONCE) }, (_, i) =>
    others.slice(i * CHUNKS_AT_ONCE, (i + 1) * CHUNKS_AT_ONCE),
  );
  const rest = groups.map((chunks) => ({
    count: chunks.reduce((sum, { rowCount }) => sum + rowCount, 0),
    rows: () => chunks.flatMap(convert),
  }));
  return { rowtype, rowset: first ? convert(first) : [], rest: rest.filter(({ count }) => count > 0) };
}

function cellText(cell: unknown, type: string): string {
  const text = typeof cell === "string" ? cell : JSON.stringify(cell);
  switch (type) {
    case "boolean":
      return cell === true ? "1" : "0";
    case "date":
      return String(Math.round(Date.parse(text) / 86_400_000));
    case "time":
      return `${seconds(`1970-01-01 ${text}`)}`;
    case "timestamp_ntz":
      return seconds(text);
    case "timestamp_tz":
      return `${seconds(text.replace(/[+-]\d\d(?::\d\d)?$/, ""))} 1440`;
    case "binary":
      return bytes(text);
    default:
      return text;
  }
}

/** Seconds since 1970 with nine digits behind the point; a moment before has its sign in front of both. */
function seconds(text: string): string {
  const [, whole = "", fraction = ""] = /^([^.]*)(?:\.(\d+))?$/.exec(text) ?? [];
  const nanos =
    BigInt(Date.parse(`${whole.replace(" ", "T")}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
  const digits = String(nanos < 0n ? -nanos : nanos).padStart(10, "0");
  return `${nanos < 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** DuckDB prints "\xFFab". */
function bytes(text: string): string {
  return text.replaceAll(/\\x([0-9A-F]{2})|([\s\S])/g, (_, hex?: string, sign?: string) =>
    hex === undefined
      ? Buffer.from(sign ?? "")
          .toString("hex")
          .toUpperCase()
      : hex,
  );
}

/** DuckDB's words under Snowflake's codes. @param sql the statement as it was sent */
export function failureOf(error: unknown, sql: string): FakeFailure {
  if (error instanceof FakeFailure) return error;
  const text = error instanceof Error ? error.message : String(error);
  const { message: raw, type } = readEngineError(text);
  const message = realNames(raw);
  if (/INTERRUPT/i.test(`${type} ${text}`))
    return new FakeFailure("000604", "57014", "SQL execution canceled");
  const near = /syntax error at (?:or near "([\s\S]*?)"|end of input)/.exec(message);
  if (near)
    return new FakeFailure(
      "001003",
      "42000",
      `SQL compilation error:\nsyntax error ${placeOf(sql, near[1] ?? "")} unexpected '${near[1] ?? "<EOF>"}'.`,
    );
  const column = /Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"/.exec(message);
  const name = column?.[1] ?? column?.[2];
  if (name !== undefined)
    return new FakeFailure(
      "000904",
      "42000",
      `SQL compilation error: error ${placeOf(sql, name)}\ninvalid identifier '${name}'`,
    );
  const known = kinds.find(([pattern]) => pattern.test(message));
  if (!known) return new FakeFailure("002140", "42601", `SQL compilation error:\n${message}`);
  const [pattern, code, state, words] = known;
  return new FakeFailure(
    code,
    state,
    message.replace(new RegExp(`^[\\s\\S]*?${pattern.source}[\\s\\S]*$`, "i"), words),
  );
}

const kinds: readonly (readonly [RegExp, string, string, string])[] = [
  [
    /(?:Table|View) with name (\S+) does not exist/i,
    "002003",
    "42S02",
    "SQL compilation error:\nObject '$1' does not exist or not authorized.",
  ],
  [
    /write-write conflict|Conflict on|transaction conflict/i,
    "000625",
    "57014",
    "Statement has locked table and this lock has not yet been released.",
  ],
  [
    /(Existing object \S+ is of type (\w+)|already exists)/i,
    "002002",
    "42710",
    "SQL compilation error:\nObject already exists as $2.",
  ],
  [
    /Schema with name (\S+)|schema "?(\S+?)"? does not exist/i,
    "002043",
    "02000",
    "SQL compilation error:\nObject does not exist, or operation cannot be performed.",
  ],
  [/Could not convert string '([\s\S]*?)' to/i, "100038", "22018", "Numeric value '$1' is not recognized"],
  [/invalid (?:date|timestamp) field format: "([^"]*)"/i, "100040", "22007", "Date '$1' is not recognized"],
  [/NOT NULL constraint failed: (\S+)/i, "100072", "22000", "NULL result in a non-nullable column"],
];

/** "line 2 at position 7" of a word of the statement. */
function placeOf(sql: string, word: string): string {
  const at = Math.max(0, sql.toLowerCase().indexOf(word.toLowerCase()));
  const lines = sql.slice(0, at).split("\n");
  return `line ${lines.length} at position ${[...(lines.at(-1) ?? "")].length}`;
}
