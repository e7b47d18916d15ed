// A query as a tree of our own, the same for every dialect and independent of the parser behind it. It keeps what names,
// types and lineage need and forgets the rest (limits, hints, frames). Chains that people and macros make long (joins,
// unions, `a and b and ...`) are lists, so that walking a tree takes no deep recursion.

/** Offsets into the SQL text, in UTF-16 units as everywhere in JavaScript; `end` is behind the last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An identifier as written, without its quotes. */
export interface Name {
  readonly text: string;
  readonly quoted: boolean;
  readonly at: Span | null;
}

export type Query = Select | SetOperation | Values;

export interface Cte {
  readonly name: Name;
  readonly columns: readonly Name[];
  readonly query: Query;
  /** Columns that SEARCH or CYCLE adds to a recursive one. */
  readonly added: readonly Name[];
}

/** What every query can have in front of it and behind it. */
interface QueryBase {
  readonly ctes: readonly Cte[];
  readonly recursive: boolean;
  readonly orderBy: readonly Expression[];
}

export interface Select extends QueryBase {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly distinctOn: readonly Expression[];
  readonly items: readonly SelectItem[];
  /** In the order of the text: what commas part, and what is joined to what stands before it. */
  readonly from: readonly FromItem[];
  readonly where: Expression | null;
  /** `"all"` for GROUP BY ALL. */
  readonly groupBy: readonly Expression[] | "all";
  readonly having: Expression | null;
  readonly qualify: Expression | null;
  readonly windows: readonly { readonly name: Name; readonly window: Window }[];
  /** Conditions of CONNECT BY and START WITH. */
  readonly hierarchy: readonly Expression[];
}

export interface SelectItem {
  readonly value: Expression;
  readonly alias: Name | null;
  /** The expression without its alias. */
  readonly at: Span | null;
}

/** `first op operand op operand ...`, all of one operator, read from the left. */
export interface SetOperation extends QueryBase {
  readonly kind: "set";
  readonly operator: "union" | "intersect" | "except";
  readonly byName: boolean;
  /** Some of the operators are not ALL: equal rows become one, or rows are looked up. */
  readonly isDistinct: boolean;
  readonly first: Query;
  readonly rest: readonly Query[];
}

export interface Values extends QueryBase {
  readonly kind: "values";
  readonly rows: readonly (readonly Expression[])[];
}

export interface FromItem {
  readonly source: Source;
  /** Null for the first one and behind a comma. */
  readonly join: Join | null;
}

export interface Join {
  readonly side: "inner" | "left" | "right" | "full" | "semi" | "anti";
  readonly natural: boolean;
  readonly using: readonly Name[];
  /** ON, and MATCH_CONDITION. */
  readonly conditions: readonly Expression[];
}

export type Source =
  | TableSource
  | DerivedSource
  | PipedSource
  | FunctionSource
  | JoinedSource
  | PivotSource
  | UnpivotSource;

interface SourceBase {
  readonly alias: Name | null;
  /** Column aliases: `as t(a, b)`. */
  readonly columns: readonly Name[];
}

export interface TableSource extends SourceBase {
  readonly kind: "table";
  /** Outermost first: database, schema, table. */
  readonly name: readonly Name[];
}

export interface DerivedSource extends SourceBase {
  readonly kind: "derived";
  readonly query: Query;
}

/** The rows before a step of BigQuery's pipe syntax: the tables that they were read from can still be named. */
export interface PipedSource extends SourceBase {
  readonly kind: "piped";
  readonly query: Query;
}

/** A table made by a function: unnest, flatten, read_csv, generate_series, explode of a LATERAL VIEW. */
export interface FunctionSource extends SourceBase {
  readonly kind: "function";
  /** Lower case; "" for anything else that stands for a table. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** The column that numbers the rows (WITH OFFSET); WITH ORDINALITY gives it no name of its own. */
  readonly offset: Name | null;
  /** Column names with types that the query declares (`as t(a int, b text)`). */
  readonly types: readonly (string | null)[];
}

/** Joins in parentheses. */
export interface JoinedSource extends SourceBase {
  readonly kind: "joined";
  readonly from: readonly FromItem[];
}

export interface PivotSource extends SourceBase {
  readonly kind: "pivot";
  readonly input: Source;
  readonly aggregates: readonly { readonly value: Expression; readonly alias: Name | null }[];
  readonly keys: readonly PivotKey[];
  /** Columns that group, of DuckDB's statement; null: all that are not used otherwise. */
  readonly groupBy: readonly Expression[] | null;
}

export interface PivotKey {
  readonly value: Expression;
  /** Null where the values are found at run time. */
  readonly values: readonly { readonly value: Expression; readonly alias: Name | null }[] | null;
}

export interface UnpivotSource extends SourceBase {
  readonly kind: "unpivot";
  readonly input: Source;
  readonly nameColumn: Name;
  readonly valueColumns: readonly Name[];
  /** For each row made: the columns that go to the value columns. A star stands for all columns (DuckDB). */
  readonly groups: readonly (readonly Expression[])[];
}

export interface Window {
  readonly name: Name | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly Expression[];
}

export type Expression =
  | ColumnUse
  | StarUse
  | Literal
  | Call
  | Cast
  | Case
  | Field
  | Nested
  | Lambda
  | Over
  | Argument;

interface ExpressionBase {
  /** From the first to the last name in it; null where it has none. */
  readonly at: Span | null;
}

/** A name, maybe with names of tables before it and of fields behind it; only scopes can tell which is which. */
export interface ColumnUse extends ExpressionBase {
  readonly kind: "column";
  readonly parts: readonly Name[];
}

/** `*`, `t.*`, and the COLUMNS(...) of DuckDB. */
export interface StarUse extends ExpressionBase {
  readonly kind: "star";
  /** Written as COLUMNS(...): an expression around it is computed for each column. */
  readonly isColumns: boolean;
  readonly qualifier: readonly Name[];
  /** The struct that is opened, where it is no plain name: `(f(x)).*`. */
  readonly of: Expression | null;
  readonly except: readonly Name[];
  /** `exclude (t.a)`: columns of one source. */
  readonly exceptOf: readonly { readonly source: Name; readonly name: Name }[];
  readonly replace: readonly { readonly name: Name; readonly value: Expression }[];
  readonly rename: readonly { readonly from: Name; readonly to: Name }[];
  /** What names must match: a regular expression of COLUMNS('...'); a condition that is none is `unknown`. */
  readonly filter:
    | { readonly kind: "pattern"; readonly pattern: string }
    | { readonly kind: "unknown" }
    | null;
}

export interface Literal extends ExpressionBase {
  readonly kind: "literal";
  readonly type:
    | "string"
    | "number"
    | "boolean"
    | "null"
    | "date"
    | "time"
    | "timestamp"
    | "interval"
    | "other";
  readonly text: string;
}

/** A function or an operator. */
export interface Call extends ExpressionBase {
  readonly kind: "call";
  /** Lower case; operators by a word: "add", "eq", "and", "concat", "in", "exists", "between" ... */
  readonly name: string;
  /** A function's name as it is written, in lower case; null for operators. */
  readonly written: string | null;
  /** What stands before the name: a schema, or the value that a method is called on. */
  readonly receiver: Expression | null;
  readonly args: readonly Expression[];
  /** What does not count as an argument: FILTER, ORDER BY, WITHIN GROUP, separators. */
  readonly also: readonly Expression[];
}

export interface Cast extends ExpressionBase {
  readonly kind: "cast";
  readonly value: Expression;
  /** In the parser's words, lower case: "decimal(10,2)", "struct(a int)", "int[]". */
  readonly type: string;
}

export interface Case extends ExpressionBase {
  readonly kind: "case";
  readonly conditions: readonly Expression[];
  /** With that of ELSE as the last. */
  readonly results: readonly Expression[];
  readonly hasElse: boolean;
}

export interface Field extends ExpressionBase {
  readonly kind: "field";
  readonly of: Expression;
  readonly name: Name;
}

export interface Nested extends ExpressionBase {
  readonly kind: "query";
  readonly query: Query;
}

export interface Lambda extends ExpressionBase {
  readonly kind: "lambda";
  readonly parameters: readonly Name[];
  readonly body: readonly Expression[];
}

export interface Over extends ExpressionBase {
  readonly kind: "over";
  readonly call: Expression;
  readonly window: Window;
}

/** `name := value`, `name => value`, `value as name` inside of a call. */
export interface Argument extends ExpressionBase {
  readonly kind: "argument";
  readonly name: Name;
  readonly value: Expression;
}

/** The statement that a text holds. */
export interface ParsedQuery {
  readonly kind: "query";
  readonly query: Query;
  /** Names of the columns that an INSERT or CREATE gives, where the query does not name them itself. */
  readonly columns: readonly Name[];
}

/** A statement that is understood but gives no rows: MERGE, DELETE, CREATE FUNCTION ... */
export interface ParsedStatement {
  readonly kind: "statement";
  /** "merge", "create function" */
  readonly name: string;
}

export interface UnparsedQuery {
  readonly kind: "unparsed";
  /** In one sentence, without the parser's words where ours are better. */
  readonly reason: string;
  /** Where it stops understanding; null where it cannot tell. */
  readonly at: number | null;
}

export type SqlTree = ParsedQuery | ParsedStatement | UnparsedQuery;

/** Dialects that can be parsed. */
export const sqlDialects = [
  "duckdb",
  "postgres",
  "snowflake",
  "bigquery",
  "redshift",
  "trino",
  "spark",
  "databricks",
  "athena",
  "clickhouse",
  "mysql",
  "tsql",
  "sqlite",
  "oracle",
  "generic",
] as const;

export type SqlDialect = (typeof sqlDialects)[number];

/** The dialect of an adapter type; "generic" for those that have none of their own. */
export function dialectOf(adapterType: string): SqlDialect {
  if (adapterType === "sqlserver" || adapterType === "synapse" || adapterType === "fabric") return "tsql";
  return sqlDialects.find((name) => name === adapterType) ?? "generic";
}
