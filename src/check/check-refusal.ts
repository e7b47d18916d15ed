// What the engine says of a query that it would not take, told at the place in the file that the user wrote.

import type { Adapter } from "../adapter/adapter.ts";
import type { Refusal } from "../adapter/query-checker.ts";
import type { Code } from "../base/codes.ts";
import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { SqlPlaces } from "../compile/sql-places.ts";
import type { Dict } from "../jinja/value.ts";
import type { NodeLineage } from "../lineage/node-lineage.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Resource } from "../manifest/node.ts";
import { syntaxAdvice } from "../sql/syntax-advice.ts";
import { placeIn } from "./sql-place.ts";

const CODES: Readonly<Record<Refusal["mistake"], Code>> = {
  syntax: "sql-syntax",
  column: "sql-column",
  ambiguous: "sql-ambiguous",
  grouping: "sql-grouping",
  width: "sql-width",
  type: "sql-type",
  function: "sql-function",
  other: "sql-error",
};

export interface RefusalContext {
  readonly manifest: Manifest;
  readonly explain: Adapter["explain"];
  /** The compiled SQL of the node. */
  readonly sql: string;
  readonly places: SqlPlaces | undefined;
  /** Names of the columns that it reads from. */
  readonly columns: ReadonlySet<string>;
}

/** @returns nothing where the engine took the query, or where what it says may be owed to what it does not know */
export function checkRefusal(
  resource: Resource,
  { refusal }: NodeLineage,
  { manifest, explain, sql, places, columns }: RefusalContext,
): Diagnostic[] {
  if (refusal === undefined) return [];
  const { ground, mistake, facts } = refusal;
  const missing = ground === "catalog" ? missingName(facts.message) : undefined;
  const isColumn = mistake === "function" && missing !== undefined && columns.has(missing.toLowerCase());
  if (missing !== undefined && !isColumn && !isSurelyMissing(missing, facts.candidates, manifest)) return [];
  const { place, notes } = placeIn(resource, wordAt(sql, facts.position), places);
  const help = isColumn
    ? `"${missing}" is a column: a comma is missing behind it, or an operator`
    : ((mistake === "syntax" ? syntaxAdvice(sql, facts.position) : undefined) ??
      explain(facts, sql)?.help ??
      nearColumn(refusal, columns));
  const text = `${resource.resourceType} "${resource.name}": ${sentence(facts.message)}`;
  return [
    errorAt(CODES[mistake], text, place, {
      ...(notes.length > 0 ? { notes } : {}),
      help,
    }),
  ];
}

/** Where the engine proposes nothing. */
function nearColumn({ mistake, facts }: Refusal, columns: ReadonlySet<string>): string | undefined {
  const name = mistake === "column" ? /"([^"]+)"/.exec(facts.message)?.[1] : undefined;
  const near = name === undefined ? undefined : nearest(name, columns);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

function missingName(message: string): string | undefined {
  return /with name "?(.+?)"? does not exist/.exec(message)?.[1];
}

/** The engine's first sentence; what follows are lists of candidates and advice. */
function sentence(message: string): string {
  const [first = ""] = message.split(/\n|\. (?=[A-Z])/);
  return first.replace(/[.!]+$/, "").trim();
}

function wordAt(
  sql: string,
  position: number | undefined,
): { readonly start: number; readonly end: number } | null {
  if (position === undefined) return null;
  const start = Math.min(position, Math.max(0, sql.trimEnd().length - 1));
  const length = /^(?:"[^"]*"|[\w$.]+)/.exec(sql.slice(start))?.[0].length ?? 1;
  return { start, end: start + length };
}

/** What hooks or macros can have made is none of the engine's, and a name like no other may come from anywhere. */
function isSurelyMissing(
  name: string,
  near: readonly string[] | undefined,
  { macros, resources }: Manifest,
): boolean {
  // Signs are the engine's own.
  if (!/^\w+$/.test(name)) return true;
  if (near === undefined || near.length === 0) return false;
  const made = new RegExp(`\\b(?:macro|function|type)\\b[^;]{0,80}\\b${name}\\b`, "i");
  for (const { block } of macros.values()) if (made.test(block.text)) return false;
  for (const resource of resources.values()) {
    if (resource.resourceType === "function") return false;
    if (resource.resourceType === "operation" && made.test(resource.rawCode)) return false;
    if ("config" in resource && hookTexts(resource.config).some((text) => made.test(text))) return false;
  }
  return true;
}

function hookTexts(config: Dict): string[] {
  return ["pre-hook", "post-hook"].flatMap((key) => {
    const hooks = config.get(key);
    return Array.isArray(hooks)
      ? hooks.map((hook) => String(hook instanceof Map ? hook.get("sql") : hook))
      : [];
  });
}
