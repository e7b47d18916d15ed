// The nearest name for one that the warehouse does not know, where it proposes none itself: it is asked for the
// columns of what the node reads, and the names that the query itself gives count as well.

import type { DatabaseError } from "../adapter/database-error.ts";
import { nearest } from "../base/nearest.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import { sqlWords } from "../sql/words.ts";
import { type RunContext, withWork } from "./run-context.ts";

interface Missing {
  readonly kind: "column" | "table" | "function";
  readonly name: string;
}

/** What engines say of a name that is not there. */
const MISSING: readonly (readonly [Missing["kind"], RegExp])[] = [
  ["column", /does not have a column named "([^"]+)"/],
  ["column", /Referenced column "(?:[^"]+\.)?([^".]+)" not found/],
  ["column", /column "?(?:\w+\.)?(\w+)"? does not exist/i],
  ["column", /does not contain column (\w+)/],
  ["column", /Column '(?:[^']+\.)?([^'.]+)' cannot be resolved/],
  ["table", /Table with name "?(\w+)"? does not exist/],
  ["table", /relation "(\w+)" does not exist/],
  ["table", /Table '(?:[^']+\.)?([^'.]+)' does not exist/],
  ["function", /Function with name "?(\w+)"? does not exist/],
  ["function", /Function '(\w+)' not registered/],
];

/** Functions that engines without a list of them for proposals have by the standard. */
const WINDOW_FUNCTIONS: readonly string[] = [
  "row_number",
  "rank",
  "dense_rank",
  "percent_rank",
  "cume_dist",
  "ntile",
  "lag",
  "lead",
  "first_value",
  "last_value",
  "nth_value",
];

function missingName(message: string): Missing | undefined {
  for (const [kind, pattern] of MISSING) {
    const name = pattern.exec(message)?.[1];
    if (name !== undefined) return { kind, name };
  }
  return undefined;
}

/** More relations are not asked for the sake of a message. */
const MOST_PARENTS = 20;

/**
 * @param compiled the node's SQL
 * @returns the name that was probably meant; undefined when the error is about something else or nothing is near
 */
export async function nearColumn(
  context: RunContext,
  { facts }: DatabaseError,
  resource: Resource,
  compiled: CompiledNode | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const missing = missingName(facts.message);
  if (missing === undefined || signal.aborted) return undefined;
  if (missing.kind === "function") return nearest(missing.name, WINDOW_FUNCTIONS);
  const given = namesGiven(compiled?.code ?? "", missing.name);
  if (missing.kind === "table") return nearest(missing.name, given);
  const columns = await columnsRead(context, resource, signal);
  if ("columns" in resource) for (const name of resource.columns.keys()) columns.add(name);
  return nearest(missing.name, columns) ?? nearest(missing.name, given);
}

async function columnsRead(
  context: RunContext,
  resource: Resource,
  signal: AbortSignal,
): Promise<Set<string>> {
  const names = new Set<string>();
  await withWork(context, { id: resource.id, signal }, async ({ session }) => {
    const lent = await session.get();
    for (const relation of relationsRead(context, resource)) {
      // A relation that is not there is another matter than the column.
      const columns = await lent.describe(`select * from ${relation}`).catch(() => []);
      for (const { name } of columns) names.add(name);
    }
  }).catch(() => undefined);
  return names;
}

function relationsRead({ deps }: RunContext, resource: Resource): string[] {
  const { resources } = deps.manifest;
  const relations = new Set<string>();
  const visit = (ids: readonly NodeId[]): void => {
    for (const id of ids) {
      const parent = resources.get(id);
      if (!parent || relations.size >= MOST_PARENTS) continue;
      if ("relationName" in parent && parent.relationName !== null) relations.add(parent.relationName);
      else if (parent.resourceType === "model") visit(parent.dependsOnNodes);
    }
  };
  if (resource.resourceType === "unit_test") {
    const tested = resource.testedNode === null ? undefined : resources.get(resource.testedNode);
    if (tested?.resourceType === "model") visit(tested.dependsOnNodes);
  } else if ("dependsOnNodes" in resource) visit(resource.dependsOnNodes);
  return [...relations];
}

/** Names behind `as`, and those of the queries of `with`. */
function namesGiven(sql: string, missing: string): string[] {
  const words = sqlWords(sql);
  return words.flatMap((word, index) => {
    const name = word.text.replaceAll('"', "");
    const isQuery = words[index + 1]?.text === "as" && words[index + 2]?.text === "(";
    return (words[index - 1]?.text === "as" || isQuery) &&
      name !== missing.toLowerCase() &&
      word.kind !== "sign"
      ? [name]
      : [];
  });
}
