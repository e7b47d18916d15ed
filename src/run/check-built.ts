// Looks at a model that was just built for what succeeds in silence and yet is surely not meant: columns that are
// described but are not there, and `not in` over a query that gives null, which keeps no row at all.

import { type Diagnostic, type Place, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import type { ManifestNode } from "../manifest/node.ts";
import { type SqlWord, sqlWords } from "../sql/words.ts";
import type { RunContext, Work } from "./run-context.ts";

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
    ...(await undescribable(node, shared.adapter.foldIdentifier, work)),
    ...(compiled ? await nullsInNotIn(node, compiled, work) : []),
  ];
  for (const diagnostic of diagnostics) shared.host.emit({ kind: "diagnostic", diagnostic });
}

/** Columns of the properties that the relation lacks. */
async function undescribable(
  node: ManifestNode,
  fold: (name: string) => string,
  { session }: Work,
): Promise<Diagnostic[]> {
  const described = [...node.columns.values()].filter(({ name }) => /^[\p{L}_][\p{L}\p{N}_$]*$/u.test(name));
  if (described.length === 0 || ("contract" in node && node.contract.enforced)) return [];
  const lent = await session.get();
  const found = await lent.describe(`select * from ${node.relationName}`).catch(() => []);
  if (found.length === 0) return [];
  const lower = (name: string): string => fold(name).toLowerCase();
  const there = new Map(found.map(({ name }) => [lower(name), name]));
  const free = [...there].filter(([key]) => !described.some(({ name }) => lower(name) === key));
  return described
    .filter(({ name }) => !there.has(lower(name)))
    .map(({ name, place }) => {
      const near = nearest(
        name,
        free.map(([, one]) => one),
      );
      return warningAt(
        "column-unmatched",
        `column "${name}" of ${node.resourceType} "${node.name}" is described, but the ${node.resourceType} has no such column`,
        place,
        {
          help: near === undefined ? `columns: ${[...there.values()].join(", ")}` : `did you mean "${near}"?`,
        },
      );
    });
}

async function nullsInNotIn(node: ManifestNode, compiled: CompiledNode, work: Work): Promise<Diagnostic[]> {
  if (!/\bnot\s+in\s*\(\s*(?:select|with)\b/i.test(compiled.code)) return [];
  const words = sqlWords(compiled.code);
  const diagnostics: Diagnostic[] = [];
  const lent = await work.session.get();
  for (const { start, query } of notInQueries(compiled.code, words).slice(0, MOST_QUERIES)) {
    // One that refers to the query around it cannot be asked by itself.
    const result = await lent
      .execute(
        `${withClause(compiled.code, words)} select 1 from (${query}\n) as asked (value_asked) where value_asked is null limit 1`,
        { limit: 1 },
      )
      .catch(() => undefined);
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
