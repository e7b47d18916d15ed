// Numbers and times as people read them, the same everywhere.

import type { NodeFacts } from "../base/events.ts";
import { visibleLine } from "../base/visible-text.ts";

/** "0.05s", "12.3s", "4m 07s" */
export function shownSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)}s`;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, "0")}s`;
  return `${Math.floor(whole / 3600)}h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")}m`;
}

/** "1,234,567": the same in every locale, so that output is repeatable. */
export function shownCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 row", "3 rows" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${shownCount(count)} ${count === 1 ? one : many}`;
}

/** What a node is in one word: its materialization, or its type where it has none. */
export function kindOf({ resourceType, materialized }: NodeFacts): string {
  switch (resourceType) {
    case "unit_test":
      return "unit test";
    case "operation":
    case "sql_operation":
      return "hook";
    case "model":
      return visibleLine(materialized) || "model";
    default:
      return resourceType.replaceAll("_", " ");
  }
}

/** The name under which a node is spoken of: its relation, or its own name. */
export function shownName({ relation, name, resourceType }: NodeFacts): string {
  const shown = relation !== "" && resourceType !== "test" && resourceType !== "unit_test" ? relation : name;
  return visibleLine(shown);
}

/** A name as one word of a command line that can be pasted into a shell. */
export function shownWord(name: string): string {
  const visible = visibleLine(name);
  return /^[\p{L}\p{N}_.:@/+-]+$/u.test(visible) ? visible : `"${visible.replaceAll(/["$`\\]/g, "\\$&")}"`;
}
