// What the fakes run in the place of a statement that DuckDB, behind them, does not understand. Both tools meet the same
// stand-in, so what they send next can be compared; what the statement would have done is not asked here.

const CREATE =
  /\bcreate\s+(?:or\s+replace\s+)?(?:[a-z]+\s+){0,2}(table|view)\s+(?:if\s+not\s+exists\s+)?([\w."`$-]+)/i;

/** @returns SQL that every fake's DuckDB runs; undefined where the failure must stand */
export function standIn(sql: string): string | undefined {
  if (!/\bnode=\w/.test(sql)) return undefined;
  const [, kind, name] = CREATE.exec(sql) ?? [];
  if (kind !== undefined) return `create or replace ${kind} ${name} as select 1 as stand_in`;
  if (/\bshould_warn\b/i.test(sql))
    return "select 0 as failures, false as should_warn, false as should_error";
  return "select 1 as stand_in where 1 = 0";
}
