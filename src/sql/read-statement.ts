// One SQL text to a tree: parse, mend, read. Synchronous and without state of its own, so that it runs in the worker of
// `sql-parser.ts` as well as in tests.

import { CalledNames } from "./called-names.ts";
import { type CutText, cutNesting, cutPiped } from "./cut-nesting.ts";
import { ItemSpans } from "./item-spans.ts";
import { withPlainArrows } from "./json-arrows.ts";
import { pipesOf, readPipes } from "./pipe-syntax.ts";
import {
  childFields,
  childList,
  childNode,
  namesOf,
  nodeOf,
  type PolyglotNode,
  type TreeReader,
  UnreadableTree,
} from "./polyglot-node.ts";
import type {
  Expression,
  ParsedQuery,
  ParsedStatement,
  Query,
  SqlDialect,
  SqlTree,
  UnparsedQuery,
} from "./query-tree.ts";
import { queryKinds, readExpression } from "./read-expression.ts";
import { readQuery } from "./read-query.ts";
import { readSource } from "./read-source.ts";
import { isSuspicious, nameDerivedTables, repairSetOperations } from "./repair-set-operations.ts";
import { intervalUnits, respell } from "./respell.ts";
import { withoutSystemTime } from "./respell-clauses.ts";
import { sourceText } from "./source-text.ts";
import { withoutStarLikeness } from "./star-likeness.ts";
import { typedLiteralsAsCasts } from "./typed-literals.ts";
import { sqlWords } from "./words.ts";

/** What the parser answers: the tree as it comes, or its message. */
export type Polyglot = (
  sql: string,
  dialect: SqlDialect,
) => {
  readonly success: boolean;
  readonly ast?: unknown;
  readonly error?: string | null;
};

/** Deeper than any query that people or macros write. */
const MAX_CUTS = 100;

/** Reads the statement that a text holds; never throws for what stands in it. */
export function readStatement(sql: string, dialect: SqlDialect, polyglot: Polyglot): SqlTree {
  try {
    return readPart({ whole: sql, sql, base: 0, dialect, polyglot, prefix: "etl_cut", depth: 0 });
  } catch (error) {
    if (error instanceof UnreadableTree) return unparsed(error.message);
    if (error instanceof RangeError) return unparsed("the query is nested too deep");
    throw error;
  }
}

function unparsed(reason: string, at: number | null = null): UnparsedQuery {
  return { kind: "unparsed", reason, at };
}

interface Part {
  readonly whole: string;
  readonly sql: string;
  readonly base: number;
  readonly dialect: SqlDialect;
  readonly polyglot: Polyglot;
  /** Of the names that stand for parts cut out. */
  readonly prefix: string;
  readonly depth: number;
}

function readPart(part: Part): SqlTree {
  const { sql, dialect, polyglot } = part;
  const suspicious = isSuspicious(sql);
  const aliases = suspicious && dialect !== "duckdb" ? nameDerivedTables(sql) : [];
  const likeness = withoutStarLikeness(sql);
  const arrows = withoutSystemTime(withPlainArrows(likeness.sql, dialect));
  const literals = dialect === "postgres" ? typedLiteralsAsCasts(arrows) : { sql: arrows, insertions: [] };
  const insertions = [...aliases, ...intervalUnits(sql), ...literals.insertions].sort((a, b) => a.at - b.at);
  const { text, offset } = sourceText(literals.sql, insertions, part.base);
  let { success, ast, error } = polyglot(text, dialect);
  const respelled = success ? text : respell(text, dialect);
  if (respelled !== text) ({ success, ast, error } = polyglot(respelled, dialect));
  if (!success) {
    const isTooDeep = error?.includes("E_GUARD") === true;
    const cut = part.depth >= MAX_CUTS ? undefined : isTooDeep ? readCut(part) : readPiped(part);
    return (
      cut ??
      unparsed(
        isTooDeep ? "the query is nested too deep" : "the parser does not know this syntax",
        placeOf(error, part),
      )
    );
  }
  if (suspicious) repairSetOperations(ast);
  return readTree(ast, part, { offset, cuts: NO_CUTS, likeness: likeness.found });
}

const NO_CUTS: TreeReader["cuts"] = new Map();

/** The same with what is nested deep cut out and read by itself; undefined when there is nothing to cut. */
function readCut(part: Part): SqlTree | undefined {
  const cut = cutNesting(part.sql, part.prefix);
  return cut === undefined ? undefined : readAround(cut, part);
}

/** A text in BigQuery's pipe syntax; undefined when there are no pipes in it. */
function readPiped(part: Part): SqlTree | undefined {
  const words = part.sql.includes("|>") ? sqlWords(part.sql) : [];
  const pipes = pipesOf(words);
  if (pipes.length === 0) return undefined;
  const read = (sql: string, base: number) =>
    readPart({ ...part, sql, base: part.base + base, depth: part.depth + 1 });
  if (pipes.some(({ depth }) => depth === 0)) return readPipes(part.sql, words, read);
  return readAround(cutPiped(part.sql, words, part.prefix), part);
}

/** What stands around parts that are read by themselves. */
function readAround(cut: CutText, part: Part): SqlTree | undefined {
  const cuts = new Map<string, readonly Expression[] | Query>();
  for (const { name, sql, base, isQuery } of cut.parts) {
    const inner = readPart({ ...part, sql, base: part.base + base, prefix: name, depth: part.depth + 1 });
    if (inner.kind !== "query") return inner;
    const { query } = inner;
    if (isQuery) cuts.set(name, query);
    else if (query.kind === "select")
      cuts.set(
        name,
        query.items.map(({ value }) => value),
      );
    else return undefined;
  }
  const { success, ast } = part.polyglot(cut.sql, part.dialect);
  if (!success) return undefined;
  const { offset } = sourceText(cut.sql, [], part.base);
  return readTree(ast, part, { offset, cuts, likeness: new Map() });
}

function readTree(
  ast: unknown,
  { whole, dialect }: Part,
  known: Pick<TreeReader, "offset" | "cuts" | "likeness">,
): SqlTree {
  const statements = Array.isArray(ast) ? ast.flatMap((statement) => nodeOf(statement) ?? []) : [];
  const [statement] = statements;
  if (statement === undefined) return unparsed("there is no statement");
  if (statements.length > 1) return unparsed("there are several statements");
  const spans = new ItemSpans(whole);
  const calls = new CalledNames(whole);
  const reader: TreeReader = {
    query: (node) => readQuery(node, reader),
    source: (node) => readSource(node, reader),
    expression: (node) => readExpression(node, reader),
    ...known,
    itemSpan: (within, aliasAt) => spans.around(within, aliasAt),
    calledName: (kind) => calls.of(kind),
    dialect,
  };
  return statementOf(statement, reader);
}

/** Statements that a query stands in, and the fields that hold it and its CTEs. */
const WITH_QUERY: Readonly<Record<string, readonly string[] | undefined>> = {
  insert: ["query", "with"],
  create_table: ["as_select", "with_cte"],
  create_view: ["query", "with"],
};
const STATEMENT =
  /^(?:insert|update|delete|merge|create|drop|alter|truncate|copy|export|grant|revoke|set|use|command|call|declare|execute|begin|commit|rollback|pragma|attach|detach|describe|show|summarize|load|refresh|analyze|comment|raw|kill|cache|uncache)/;
const QUERIES = new Set([...queryKinds, "with", "paren", "annotated", "pivot", "unpivot"]);

/** The query of a statement that makes or fills a table, or that is one. */
function statementOf(statement: PolyglotNode, reader: TreeReader): ParsedQuery | ParsedStatement {
  const { kind, fields } = statement;
  if (QUERIES.has(kind)) return { kind: "query", query: reader.query(statement), columns: [] };
  const [queryField = "", ctesField = ""] = WITH_QUERY[kind] ?? [];
  const of = childNode(fields, queryField);
  if (of === undefined) {
    if (!STATEMENT.test(kind)) throw new UnreadableTree("it holds no query");
    return { kind: "statement", name: kind.replaceAll("_", " ") };
  }
  const ctes = childFields(fields, ctesField);
  const inner = { [of.kind]: of.fields };
  const query = reader.query(ctes === undefined ? of : { kind: "with", fields: { ...ctes, this: inner } });
  return { kind: "query", query, columns: namesOf(childList(fields, "columns"), reader) };
}

/** "Parse error at line 1, column 14: ..." names the end of the word that it does not understand. */
function placeOf(error: string | null | undefined, { sql, base }: Part): number | null {
  const match = /line (\d+), column (\d+)/.exec(error ?? "");
  if (match === null) return null;
  let start = 0;
  for (let line = 1; line < Number(match[1]); line += 1) start = sql.indexOf("\n", start) + 1;
  const end = Math.min(sql.length, start + Math.max(0, Number(match[2]) - 1));
  const word = /(?:[\w$]+|\S)$/.exec(sql.slice(start, end));
  return base + end - (word?.[0].length ?? 0);
}
