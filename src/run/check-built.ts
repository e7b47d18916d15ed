// Looks at a model that was just built for what succeeds in silence and yet is surely not meant: columns that are
// described but are not there, and `not in` over a query that gives null, which keeps no row at all.

import type { Session } from "../adapter/adapter.ts";
import { type Diagnostic, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import { warningPolicy } from "../config/warning-policy.ts";
import { type ManifestNode, materialization } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import { type SqlWord, sqlWords } from "../sql/words.ts";
import { checkIncrementalStrategy } from "./check-plan.ts";
import type { RunContext, Work } from "./run-context.ts";
import { cellText } from "./tests/run-test.ts";
import { unlessRefused } from "./unless-refused.ts";

/** More queries with `not in` are not looked at. */
const MOST_QUERIES = 5;

/**
 * Tells warnings of a node of the root project that was built. What the warehouse refuses here is no mistake of the user,
 * so nothing is said of it.
 */
export async function checkBuilt(
  context: RunContext,
  node: ManifestNode,
  compiled: CompiledNode | undefined,
  work: Work,
): Promise<void> {
  const { shared, manifest } = context.deps;
  if (node.packageName !== manifest.projectName || node.relationName === null || work.signal.aborted) return;
  const diagnostics = [
    ...checkIncrementalStrategy(node, context),
    ...(await checkColumns(context, node, work)),
    ...(compiled ? await nullsInNotIn(node, compiled, work) : []),
    ...(compiled && node.resourceType === "snapshot"
      ? await repeatedKeys(context, node, compiled, work)
      : []),
  ];
  warningPolicy(shared.config.flags).tell(diagnostics, shared.host.emit);
}

/** A name of a column that the user wrote somewhere. */
interface NamedColumn {
  readonly name: string;
  readonly place: Place;
  /** How the sentence begins. */
  readonly words: string;
}

/** Columns of properties and configs that the relation lacks. */
async function checkColumns(
  { deps }: RunContext,
  node: ManifestNode,
  { session }: Work,
): Promise<Diagnostic[]> {
  const { adapter } = deps.shared;
  const what = `${node.resourceType} "${node.name}"`;
  const contracted = "contract" in node && node.contract.enforced;
  const described = contracted ? [] : [...node.columns.values()];
  const named: NamedColumn[] = [
    ...described.map(({ name, place }) => ({
      name,
      place,
      words: `column "${name}" of ${what} is described`,
    })),
    ...keyColumns(node, deps.shared),
  ].filter(({ name }) => /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name));
  if (named.length === 0) return [];
  const lent = await session.get();
  const found = await unlessRefused(lent.describe(`select * from ${node.relationName}`));
  if (!found || found.length === 0) return [];
  const lower = (name: string): string => adapter.foldIdentifier(name).toLowerCase();
  const there = new Map(found.map(({ name }) => [lower(name), name]));
  return named
    .filter(({ name }) => !there.has(lower(name)))
    .map(({ name, place, words }) => {
      const help = didYouMean(name, there.values()) ?? `columns: ${[...there.values()].join(", ")}`;
      return warningAt(
        "column-unmatched",
        `${words}, but the ${node.resourceType} has no such column`,
        place,
        {
          help,
        },
      );
    });
}

/** Configs that an engine looks at only when the relation is written the second time. */
function keyColumns(node: ManifestNode, shared: RunContext["deps"]["shared"]): NamedColumn[] {
  const keys =
    node.resourceType === "snapshot"
      ? ["check_cols"]
      : materialization(node) === "incremental"
        ? ["unique_key"]
        : [];
  return keys.flatMap((key) => {
    const value = node.config.get(key) ?? [];
    const names = (Array.isArray(value) ? value : [value]).filter((name) => typeof name === "string");
    return names.flatMap((name) => {
      if (key === "check_cols" && name === "all") return [];
      const place = configPlace(node, key, shared, name) ?? node.place;
      return [{ name, place, words: `${key} of ${node.resourceType} "${node.name}" names "${name}"` }];
    });
  });
}

/** A warehouse that tells beforehand what a query reads bills for it: nobody asked for these questions. */
function billsReads({ estimate }: Session): boolean {
  return estimate !== undefined;
}

/** A key that stands in several rows of a snapshot's query: their history gets mixed up. */
async function repeatedKeys(
  { deps }: RunContext,
  node: ManifestNode,
  { code }: CompiledNode,
  { session }: Work,
): Promise<Diagnostic[]> {
  const value = node.config.get("unique_key") ?? [];
  const keys = (Array.isArray(value) ? value : [value]).filter((key) => typeof key === "string");
  if (keys.length === 0) return [];
  const list = keys.join(", ");
  const lent = await session.get();
  if (billsReads(lent)) return [];
  const sql = `select ${list}, count(*) as rows_found from (${code}\n) as asked group by ${list} having count(*) > 1 order by ${list} limit 3`;
  const result = await unlessRefused(lent.execute(sql, { limit: 3 }));
  if (!result || result.rows.length === 0) return [];
  const shown = result.rows.map((row) => {
    const cells = row.map((cell) => cellText(cell) ?? "null");
    return `${cells.slice(0, -1).join(", ")} (${cells.at(-1)} rows)`;
  });
  return [
    warningAt(
      "key-repeated",
      `unique_key ${list} of snapshot "${node.name}" is not unique: ${shown.join("; ")}`,
      configPlace(node, "unique_key", deps.shared) ?? node.place,
      { help: "name columns that tell all rows apart, or keep one row for each key in the query" },
    ),
  ];
}

async function nullsInNotIn(node: ManifestNode, compiled: CompiledNode, work: Work): Promise<Diagnostic[]> {
  if (!/\bnot\s+in\s*\(\s*(?:select|with)\b/i.test(compiled.code)) return [];
  const words = sqlWords(compiled.code);
  const diagnostics: Diagnostic[] = [];
  const lent = await work.session.get();
  if (billsReads(lent)) return [];
  for (const { start, query } of notInQueries(compiled.code, words).slice(0, MOST_QUERIES)) {
    // One that refers to the query around it cannot be asked by itself.
    const sql = `${withClause(compiled.code, words)} select 1 from (${query}\n) as asked (value_asked) where value_asked is null limit 1`;
    const result = await unlessRefused(lent.execute(sql, { limit: 1 }));
    if (!result || result.rows.length === 0) continue;
    const place = placeOf(compiled, start) ?? node.place;
    diagnostics.push(
      warningAt(
        "not-in-nulls",
        `${node.resourceType} "${node.name}": the query behind "not in" gives null, so the condition is true for no row`,
        place,
        { help: "write not exists (...), or add where ... is not null to the query" },
      ),
    );
  }
  return diagnostics;
}

function placeOf(compiled: CompiledNode, offset: number): Place | undefined {
  const mapped = compiled.places.placeAt(offset)?.place;
  if (!mapped || mapped.file.startsWith("<")) return undefined;
  return { file: mapped.file, line: mapped.line, column: mapped.column, length: "not in".length };
}

/** The queries behind `not in`, with where the condition begins. */
function notInQueries(code: string, words: readonly SqlWord[]): { start: number; query: string }[] {
  return words.flatMap((word, index) => {
    const open = words[index + 2];
    const begins = ["select", "with"].includes(words[index + 3]?.text ?? "");
    if (word.text !== "not" || words[index + 1]?.text !== "in" || open?.text !== "(" || !begins) return [];
    const close = words.find((one) => one.text === ")" && one.start > open.start && one.depth === open.depth);
    return close ? [{ start: word.start, query: code.slice(open.end, close.start) }] : [];
  });
}

/** The queries that a statement names before its own `select`. */
function withClause(code: string, words: readonly SqlWord[]): string {
  if (words[0]?.text !== "with") return "";
  const select = words.find(({ text, depth }) => text === "select" && depth === 0);
  return select ? code.slice(0, select.start) : "";
}
