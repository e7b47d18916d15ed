// BigQuery's pipe syntax, which the parser does not know: `from t |> where a > 1 |> select b`. A text is cut at its pipes, and
// each step becomes a query of the usual kind over the rows before it.

import type {
  Expression,
  Name,
  ParsedQuery,
  Query,
  Select,
  SelectItem,
  SetOperation,
  Source,
  SqlTree,
} from "./query-tree.ts";
import { selectOf } from "./read-parts.ts";
import { plainStar } from "./read-star.ts";
import type { SqlWord } from "./words.ts";

/** Reads a part of the text as a statement. @param base where it begins in the text, which it may do before with added words */
export type ReadPiece = (sql: string, base: number) => SqlTree;

/** The name under which a step reads the rows before it. */
const ROWS = "etl_rows";
/** Steps after which the tables of those before them can still be named. */
const KEEP_NAMES = new Set(
  "where extend set drop rename window order limit tablesample join inner left right full cross".split(" "),
);
/** Steps that stand behind FROM as they are written. */
const BEHIND_FROM = new Set(
  "where order limit tablesample join inner left right full cross pivot unpivot union intersect except".split(
    " ",
  ),
);

/** Where the pipes of a text stand, and how deep in parentheses. */
export function pipesOf(words: readonly SqlWord[]): SqlWord[] {
  return words.filter(
    ({ text, end }, index) =>
      text === "|" && words[index + 1]?.text === ">" && words[index + 1]?.start === end,
  );
}

/**
 * Reads a text with pipes outside of all parentheses.
 * @returns undefined where a step is not understood; what a piece is where that is no query
 */
export function readPipes(sql: string, words: readonly SqlWord[], read: ReadPiece): SqlTree | undefined {
  try {
    return new Pipes(sql, words, read).result();
  } catch (error) {
    if (error instanceof NoQuery) return error.tree;
    throw error;
  }
}

/** A piece that holds no query. */
class NoQuery extends Error {
  constructor(readonly tree: SqlTree | undefined) {
    super("no query");
    this.name = "NoQuery";
  }
}

class Pipes {
  private alias: Name | null = null;

  constructor(
    private readonly sql: string,
    private readonly words: readonly SqlWord[],
    private readonly read: ReadPiece,
  ) {}

  result(): ParsedQuery {
    const pipes = pipesOf(this.words).filter(({ depth }) => depth === 0);
    const head = this.words.filter(({ start }) => start < (pipes[0]?.start ?? 0));
    const starts = pipes.map(({ start }) => start + 2);
    const ends = [...pipes.slice(1).map(({ start }) => start), this.sql.length];
    let { query, ctes, recursive } = this.first(head, pipes[0]?.start ?? 0);
    let isNamed = true;
    starts.forEach((start, index) => {
      const end = ends[index] ?? this.sql.length;
      const words = this.words.filter((word) => word.start >= start && word.end <= end);
      query = this.step(words, end, query, isNamed);
      isNamed = KEEP_NAMES.has(words[0]?.text ?? "");
    });
    return { kind: "query", query: { ...query, ctes: [...ctes, ...query.ctes], recursive }, columns: [] };
  }

  /** What stands before the first pipe: FROM or a query, with its common table expressions. */
  private first(head: readonly SqlWord[], end: number) {
    const outer = head.filter(({ depth, kind }) => depth === 0 && kind === "word");
    const start = outer.find(({ text }) => text === "from" || text === "select");
    if (start?.text !== "from") {
      const query = this.query(this.sql.slice(0, end), 0);
      return { query: { ...query, ctes: [] }, ctes: query.ctes, recursive: query.recursive };
    }
    const before =
      outer[0] === start ? undefined : this.query(`${this.sql.slice(0, start.start)}select 1`, 0);
    const lead = "select * ";
    return {
      query: this.query(lead + this.sql.slice(start.start, end), start.start - lead.length),
      ctes: before?.ctes ?? [],
      recursive: before?.recursive ?? false,
    };
  }

  private step(words: readonly SqlWord[], end: number, rows: Query, isNamed: boolean): Query {
    const [first] = words;
    if (first === undefined) throw new NoQuery(undefined);
    const source = rowsAs(rows, this.alias, isNamed);
    this.alias = null;
    const over = (query: Query) => withRows(query, source);
    const everything = over(selectOf([item(plainStar)]));
    const rest = this.sql.slice(first.end, end);
    switch (first.text) {
      case "as":
        this.alias = nameOf(words[1]);
        return everything;
      case "distinct":
        return over({ ...selectOf([item(plainStar)]), distinct: true });
      case "assert":
        return everything;
      case "select":
        return over(this.select(this.sql.slice(first.start, end), first.start));
      case "extend":
      case "window": {
        const added = this.select(`select ${rest}`, first.end - "select ".length);
        return over({ ...added, items: [item(plainStar), ...added.items] });
      }
      case "aggregate":
        return over(this.aggregate(words, end));
      case "set":
        return over(selectOf([item({ ...plainStar, replace: this.assignments(words.slice(1), end) })]));
      case "drop":
        return over(
          selectOf([item({ ...plainStar, except: listsOf(words.slice(1)).map((list) => nameOf(list[0])) })]),
        );
      case "rename":
        return over(selectOf([item({ ...plainStar, rename: listsOf(words.slice(1)).map(renaming) })]));
      default: {
        if (!BEHIND_FROM.has(first.text)) throw new NoQuery(undefined);
        const lead = `select * from ${ROWS} `;
        return over(this.query(lead + this.sql.slice(first.start, end), first.start - lead.length));
      }
    }
  }

  /** `aggregate sum(a) as s group by b as c`: the groups come first. */
  private aggregate(words: readonly SqlWord[], end: number): Select {
    const [first] = words;
    const group = words.find(({ text, depth }) => text === "group" && depth === 0);
    const by = words.find(({ text, start }) => text === "by" && group !== undefined && start > group.start);
    const start = first?.end ?? 0;
    const list = this.sql.slice(start, group?.start ?? end);
    const lead = "select ";
    const values = list.trim() === "" ? [] : this.select(lead + list, start - lead.length).items;
    const keys =
      by === undefined
        ? []
        : this.select(lead + withoutDirections(this.sql, words, by.end, end), by.end - lead.length).items;
    return { ...selectOf([...keys, ...values]), groupBy: keys.map(({ value }) => value) };
  }

  private assignments(words: readonly SqlWord[], end: number) {
    const lists = listsOf(words);
    return lists.map(([name, equals], index) => {
      const next = lists[index + 1]?.[0]?.start;
      const start = equals?.end ?? end;
      const text = this.sql.slice(start, next === undefined ? end : this.sql.lastIndexOf(",", next));
      const value = this.select(`select ${text}`, start - "select ".length).items[0]?.value;
      if (value === undefined) throw new NoQuery(undefined);
      return { name: nameOf(name), value };
    });
  }

  private select(sql: string, base: number): Select {
    const query = this.query(sql, base);
    if (query.kind !== "select") throw new NoQuery(undefined);
    return query;
  }

  private query(sql: string, base: number): Query {
    const tree = this.read(sql, base);
    if (tree.kind !== "query") throw new NoQuery(tree);
    return tree.query;
  }
}

function rowsAs(query: Query, alias: Name | null, isNamed: boolean): Source {
  return { kind: isNamed && alias === null ? "piped" : "derived", query, alias, columns: [] };
}

/** A query with the rows before it in place of their name, or in a FROM of its own. */
function withRows<Q extends Query>(query: Q, rows: Source): Q {
  switch (query.kind) {
    case "select": {
      const from = query.from.length === 0 ? [{ source: rows, join: null }] : query.from;
      return { ...query, from: from.map((each) => ({ ...each, source: sourceWithRows(each.source, rows) })) };
    }
    case "set": {
      const set: SetOperation = query;
      return { ...query, first: withRows(set.first, rows) };
    }
    default:
      return query;
  }
}

function sourceWithRows(source: Source, rows: Source): Source {
  switch (source.kind) {
    case "table":
      return source.name.length === 1 && source.name[0]?.text === ROWS ? rows : source;
    case "pivot":
    case "unpivot":
      return { ...source, input: sourceWithRows(source.input, rows) };
    default:
      return source;
  }
}

function item(value: Expression): SelectItem {
  return { value, alias: null, at: null };
}

/** Words between commas. */
function listsOf(words: readonly SqlWord[]): SqlWord[][] {
  const lists: SqlWord[][] = [[]];
  for (const word of words) {
    if (word.text === "," && word.depth === 0) lists.push([]);
    else lists.at(-1)?.push(word);
  }
  return lists.filter((list) => list.length > 0);
}

/** `a as b`, `a b` */
function renaming(list: readonly SqlWord[]): { readonly from: Name; readonly to: Name } {
  return { from: nameOf(list[0]), to: nameOf(list.at(-1)) };
}

function nameOf(word: SqlWord | undefined): Name {
  if (word === undefined || (word.kind !== "word" && word.kind !== "name")) throw new NoQuery(undefined);
  const quoted = word.kind === "name";
  const text = quoted ? word.text.slice(1, -1) : word.text;
  return { text, quoted, at: { start: word.start, end: word.end } };
}

/** The keys of a GROUP AND ORDER BY without ASC and DESC, as long as they were. */
function withoutDirections(sql: string, words: readonly SqlWord[], from: number, end: number): string {
  let text = sql.slice(from, end);
  for (const { text: word, start, end: until, depth } of words)
    if (depth === 0 && start >= from && /^(?:asc|desc|nulls|first|last)$/.test(word))
      text = text.slice(0, start - from) + " ".repeat(until - start) + text.slice(until - from);
  return text;
}
