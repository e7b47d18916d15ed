// Where the statements of etl differ from dbt's on purpose, with the reason. docs/compared-with-dbt.md tells them to users.

import type { Rule } from "./statements.ts";

/** @param nodes whose statements are meant; all when left out */
function leaveOut(reason: string, sql: RegExp, nodes = /(?:)/): Rule {
  return { reason, change: (text, node) => (sql.test(text) && nodes.test(node) ? undefined : text) };
}

function alike(reason: string, from: RegExp, to: string): Rule {
  return { reason, change: (text) => text.replaceAll(from, to) };
}

function of(engine: string, rules: readonly Rule[]): readonly Rule[] {
  return rules.map((rule) => ({ ...rule, engines: [engine] }));
}

/** "create view v as (select 1)" without the parentheses, when they are around all of the query. */
function withoutOuterParentheses(sql: string): string {
  const [, head, query = ""] =
    /^(create (?:or replace )?(?:table|view) \S+(?: security \w+)? as) ?(\(.*\))$/.exec(sql) ?? [];
  if (head === undefined) return sql;
  let depth = 0;
  for (const [i, sign] of [...query].entries()) {
    if (sign === "(") depth++;
    else if (sign === ")" && --depth === 0)
      return i === query.length - 1 ? `${head} ${query.slice(1, -1)}` : `${head} ${query}`;
  }
  return sql;
}

const NO_NODE = /^$/;

export const knownDifferences: readonly Rule[] = [
  leaveOut(
    "schemas, relations and columns are asked for when they are needed, and remembered for the run",
    /^(?:show|describe|select .* from \S*information_schema|\/\* (?:described|dry run) \*\/)/,
    NO_NODE,
  ),
  leaveOut("BEGIN and COMMIT bear no comment", /^(?:begin|commit|rollback)$/),
  leaveOut("schemas are made in an order of our own", /^create schema if not exists/, NO_NODE),
  leaveOut("a seed is loaded by the warehouse's own loader, beside the old table", /(?:)/, /^seed\./),
  leaveOut("a seed's rows travel in a file", /^(?:put|copy into|remove|(?:post|put) \S+ \{"load":)/, NO_NODE),
  leaveOut("a snapshot is one query of our own, with the same rows", /(?:)/, /^snapshot\./),
  leaveOut(
    "what a warning or a failed test shows is asked for behind the node",
    /^(?:with|select|--) /,
    NO_NODE,
  ),
  leaveOut(
    "the tests that dbt brings are written in our own words",
    /(?:)/,
    /^test\.\w+\.(?:unique|not_null|accepted_values|relationships)_/,
  ),
  alike("columns of a query are asked for without running it", /^\/\* (?:described|dry run) \*\/ ?/g, ""),
  alike(
    "the columns of a query are those of the query itself",
    /^select \* from\((.*)\)__dbt_sbq where false(?: and current_timestamp\(\)=current_timestamp\(\))? ?limit 0$/g,
    "$1",
  ),
  alike("a query behind INSERT needs no parentheses", /^(insert into \S+\([^)]*\))\((select .*)\)$/g, "$1$2"),
  alike("the table of a unit test is quoted, since its name may be a sentence", /"(\w+__dbt_tmp)"/g, "$1"),
  leaveOut(
    "a temporary relation is dropped when it was made, not before",
    /^drop (?:table|view) if exists \S+__dbt_tmp`?(?: cascade)?$/,
  ),
  alike("fixtures bear no comment", /-- fixture for \w+ /g, ""),
  leaveOut(
    "the rows of a unit test are told apart in our own words",
    /\bwith dbt_internal_unit_test_actual as\b/,
    /^unit_test\./,
  ),
  ...of("bigquery", [
    alike("what has no options has no list of them", / options\(\)(?=as\b|$| )/g, " "),
    alike("what has no options has no list of them", / options\(\)(?=\w)/g, " as "),
    { reason: "a view's query stands in parentheses", change: withoutOuterParentheses },
    alike("texts need no three quotes", /'''/g, "'"),
    alike("temporary names are the same in each run", /(__dbt_tmp)\d{12}/g, "$1"),
    leaveOut("tables are dropped by SQL", /^delete test-project\//, NO_NODE),
    leaveOut(
      "dbt-bigquery has no delete+insert",
      /(?:)/,
      /^model\.bike_share\.(?:fct_rides|riders|station_days)$/,
    ),
  ]),
  ...of("trino", [
    { reason: "parentheses around a query mean nothing", change: withoutOuterParentheses },
    leaveOut(
      "columns are asked for in their order",
      /^select column_name,data_type from \S+information_schema\.columns/,
    ),
    leaveOut(
      "dbt-trino's rows, and a second statement of one text, bear no comment",
      /^insert into/,
      NO_NODE,
    ),
    leaveOut(
      "datediff is date_diff(), which DuckDB behind the fake knows: for dbt a stand-in is built on",
      /(?:)/,
      /^(?:model|unit_test)\.bike_share\.(?:stg_rides|fct_rides|riders)\b|date_spine|\.timeseries_|every_n_datepart/,
    ),
  ]),
];
