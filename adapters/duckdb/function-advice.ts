// What to do about a function that DuckDB does not know or cannot call: other warehouses call it otherwise, it is computed
// over a window, or it takes other arguments.

import type { DatabaseErrorFacts } from "../../src/adapter/database-error.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import { windowFunctions } from "../../src/sql/window-functions.ts";
import { grammarFunctions } from "./grammar-functions.ts";

/** How DuckDB says what other warehouses have functions for. */
const ELSEWHERE: Readonly<Record<string, string | undefined>> = {
  iff: "if(condition, a, b), or case",
  nvl: "coalesce(a, b)",
  nvl2: "case when a is not null then b else c end",
  isnull: "coalesce(a, b)",
  getdate: "current_timestamp",
  sysdate: "current_timestamp",
  to_char: "strftime(value, '%Y-%m-%d')",
  to_varchar: "cast(value as varchar)",
  date_format: "strftime(value, '%Y-%m-%d')",
  dateadd: "value + interval 1 day",
  timestamp_trunc: "date_trunc('month', value)",
  parse_date: "strptime(text, '%Y-%m-%d')",
  to_date: "strptime(text, '%Y-%m-%d')::date",
  parse_json: "cast(text as json)",
  safe_cast: "try_cast(value as type)",
  safe_divide: "a / nullif(b, 0)",
  div0: "coalesce(a / nullif(b, 0), 0)",
  charindex: "instr(text, part)",
  convert: "cast(value as type)",
  array_size: "len(list)",
  from_unixtime: "to_timestamp(seconds)",
  unix_timestamp: "epoch(value)",
};

/** Functions with more ways to call them are not listed. */
const MOST_SIGNATURES = 4;

/** One line of help, or undefined for errors that are not about functions, or of which nothing is known. */
export function functionAdvice({ message }: DatabaseErrorFacts): string | undefined {
  // Signs that are none to DuckDB are taken for functions.
  if (/with name `__postfix/.test(message)) return 'names are quoted with double quotes: "name"';
  if (/with name === does/.test(message)) return "one = compares values";
  const missing = /Function with name "?(\w+)"? does not exist/.exec(message)?.[1]?.toLowerCase();
  if (missing === undefined) return signatures(message);
  if (windowFunctions.includes(missing))
    return `${missing}() is computed over a window: ${missing}(...) over (order by ...)`;
  const same = ELSEWHERE[missing];
  if (same !== undefined) return `DuckDB has no ${missing}(): write ${same}`;
  return didYouMean(missing, [...grammarFunctions, ...windowFunctions]);
}

/** What a function takes, where that is not much. */
function signatures(message: string): string | undefined {
  const name = /argument types '(\w+)\(/.exec(message)?.[1];
  const listed =
    /Candidate functions:\n([\s\S]*)$/
      .exec(message)?.[1]
      ?.trim()
      .split(/\s*\n\s*/) ?? [];
  if (name === undefined || listed.length === 0 || listed.length > MOST_SIGNATURES) return undefined;
  return `the function takes: ${listed.map((line) => line.replace(/ -> .*/, "")).join(" or ")}`;
}
