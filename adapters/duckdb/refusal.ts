// What DuckDB's refusal to bind a query is about, and what it rests upon. Read off the engine's type of error and its
// words, since it has no codes; what stands in no table here counts as not certain.

import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import type { Refusal } from "../../src/adapter/query-checker.ts";

/** What relations, files and schemas that are not there make the engine say: an empty database has not all of them. */
const LACKING = /(?:Catalog|Schema|Database) .*does not exist|no (?:table|schema)|read_(?:csv|parquet|json)/i;

/** The function or type that a message of the catalog is about. */
export function missingName(message: string): string | undefined {
  return /with name "?(.+?)"? does not exist/.exec(message)?.[1];
}

type Meaning = readonly [ground: Refusal["ground"], mistake: Refusal["mistake"]];

/** Messages of the binder that are about more than types that do not fit; the first one counts. */
const BINDER: readonly (readonly [RegExp, ...Meaning])[] = [
  [/Ambiguous reference|Duplicate alias|duplicate column/i, "name", "ambiguous"],
  [/not found in FROM clause|does not have a column named|Referenced table .* not found/, "name", "column"],
  [/Candidate bindings|in (?:EXCLUDE|REPLACE|RENAME) list not found/, "name", "column"],
  [/USING clause|NATURAL JOIN|Column "[^"]*" (?:does not exist|not found)/i, "name", "column"],
  [/Subquery returns \d+ columns|has \d+ columns available/i, "name", "other"],
  [/must appear in the GROUP BY clause|cannot contain|cannot be nested/, "query", "grouping"],
  [
    /aggregate function calls cannot|window function.* not allowed|HAVING clause|GROUP BY/i,
    "query",
    "grouping",
  ],
  [/VALUES lists must all/i, "query", "width"],
  [/Set operations can only apply/i, "name", "width"],
  [/term out of range/i, "name", "other"],
  [/Function .*does not exist|is not (?:an aggregate|a window) function/i, "catalog", "function"],
];

/**
 * @param facts of the error
 * @returns undefined where the refusal may be owed to what the empty database lacks
 */
export function refusalOf(facts: DatabaseErrorFacts): Refusal | undefined {
  const meaning = meaningOf(facts);
  if (meaning === undefined) return undefined;
  const [ground, mistake] = meaning;
  return { ground, mistake, facts };
}

function meaningOf({ code, message }: DatabaseErrorFacts): Meaning | undefined {
  switch (code) {
    case "Parser Error":
    case "Syntax Error":
      return ["query", "syntax"];
    case "Binder Error": {
      if (LACKING.test(message)) return undefined;
      const [, ...meaning] = BINDER.find(([pattern]) => pattern.test(message)) ?? [];
      return meaning.length === 2 ? meaning : ["type", "type"];
    }
    case "Conversion Error":
      return ["type", "type"];
    case "Catalog Error":
      if (/^(?:\w+ )?Function with name .+? does not exist/i.test(message)) return ["catalog", "function"];
      return /^Type with name \S+ does not exist/.test(message) ? ["catalog", "type"] : undefined;
    default:
      return undefined;
  }
}
