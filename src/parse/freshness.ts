// Freshness of sources: how late rows may be. Written in four places (beside the keys or under config:, of the source or
// the table), each of which is checked where it stands.

import { type Diagnostic, errorAt, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { kindWords } from "../config/value-words.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { FreshnessThreshold, Source } from "../manifest/node.ts";
import type { Entry } from "./properties.ts";
import { asDict, asText } from "./value-shapes.ts";

const periods = ["minute", "hour", "day"] as const;

const never: FreshnessThreshold = { count: null, period: null };

/** The merged freshness of a source; null when no threshold is left. */
export function freshnessOf(value: Value | undefined): Source["freshness"] {
  if (!(value instanceof Map)) return null;
  const warnAfter = thresholdOf(value.get("warn_after"));
  const errorAfter = thresholdOf(value.get("error_after"));
  if (warnAfter === never && errorAfter === never) return null;
  return { warnAfter, errorAfter, filter: asText(value.get("filter")) ?? null };
}

function thresholdOf(value: Value | undefined): FreshnessThreshold {
  const threshold = asDict(value);
  const period = periods.find((one) => one === threshold.get("period"));
  const count = wholeNumber(threshold.get("count"));
  return period !== undefined && count !== undefined ? { count, period } : never;
}

function wholeNumber(value: Value | undefined): number | undefined {
  const count = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof count === "number" ? count : undefined;
}

/**
 * Tells what is wrong with the freshness of a table, at its line.
 * @param table path of the table in its entry
 */
export function checkFreshness(
  entry: Entry,
  table: readonly (string | number)[],
  diagnostics: Diagnostic[],
): void {
  const [tables, index] = table;
  const list = entry.values.get(String(tables));
  const values = Array.isArray(list) && typeof index === "number" ? list[index] : undefined;
  const places: readonly (readonly [Dict, readonly (string | number)[]])[] = [
    ...(index === 0 ? ([[entry.values, []]] as const) : []),
    [asDict(values), table],
  ];
  for (const [level, path] of places) {
    checkLevel(level.get("freshness"), [...path, "freshness"], entry, diagnostics);
    checkLevel(
      asDict(level.get("config")).get("freshness"),
      [...path, "config", "freshness"],
      entry,
      diagnostics,
    );
  }
}

function checkLevel(
  value: Value | undefined,
  path: readonly (string | number)[],
  entry: Entry,
  diagnostics: Diagnostic[],
): void {
  if (value === undefined || value === null) return;
  if (!(value instanceof Map)) {
    diagnostics.push(
      errorAt(
        "source-invalid",
        `freshness must be a set of keys, not ${kindWords(value)}`,
        entry.place(path),
        { help: "write freshness: {warn_after: {count: 12, period: hour}}" },
      ),
    );
    return;
  }
  for (const key of ["warn_after", "error_after"]) {
    const threshold = value.get(key) ?? null;
    if (threshold !== null && !(threshold instanceof Map))
      diagnostics.push(
        errorAt(
          "source-invalid",
          `${key} must be a set of keys, not ${kindWords(threshold)}`,
          entry.place([...path, key]),
          { help: `write ${key}: {count: 12, period: hour}` },
        ),
      );
    checkThreshold(asDict(threshold), key, [...path, key], entry, diagnostics);
  }
}

function checkThreshold(
  threshold: Dict,
  key: string,
  path: readonly (string | number)[],
  entry: Entry,
  diagnostics: Diagnostic[],
): void {
  const count = threshold.get("count") ?? null;
  const period = threshold.get("period") ?? null;
  if (count === null && period === null) return;
  const refuse = (message: string, at: readonly (string | number)[], help: string): void => {
    diagnostics.push(errorAt("source-invalid", message, entry.place(at), { help }));
  };
  const lacks = (what: string, help: string): void => {
    const message = `${key} of source "${entry.name}" has no ${what}, so it counts for nothing`;
    diagnostics.push(warningAt("source-invalid", message, entry.place(path), { help }));
  };
  if (period === null) lacks("period", `add period: one of ${periods.join(", ")}`);
  else if (!periods.some((one) => one === period)) {
    const near = typeof period === "string" ? didYouMean(period, periods) : undefined;
    const help = near ?? `periods: ${periods.join(", ")}`;
    refuse(`the period of ${key} cannot be "${String(period)}"`, [...path, "period"], help);
  }
  if (count === null) lacks("count", "add count: 12");
  else if (wholeNumber(count) === undefined) {
    const shown = typeof count === "string" ? `"${count}"` : kindWords(count);
    refuse(`the count of ${key} must be a whole number, not ${shown}`, [...path, "count"], "write count: 12");
  }
}
