// Which columns of its model a version of it has: `- include: all` with `exclude: [...]` in its list of columns.

import type { Dict, Value } from "../jinja/value.ts";
import { asList, textList } from "./value-shapes.ts";

/** True for the item of a version's list of columns that is no column but says which ones of its model it has. */
export function isColumnRule(item: Value): boolean {
  return item instanceof Map && (item.has("include") || item.has("exclude"));
}

/** @returns whether a version has a column of its model; all of them where it does not say */
export function inheritedColumns(version: Dict): (name: string) => boolean {
  const rule = asList(version.get("columns")).find(isColumnRule);
  if (!(rule instanceof Map)) return () => true;
  const include = rule.get("include");
  const hasAll = include === undefined || include === "*" || include === "all";
  const included = new Set(textList(include));
  const excluded = new Set(textList(rule.get("exclude")));
  return (name) => !excluded.has(name) && (hasAll || included.has(name));
}
