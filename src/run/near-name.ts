// The nearest name for one that the warehouse does not know, where it proposes none itself: it is asked for the
// columns of what the node reads, and the names that the query itself gives count as well.

import type { DatabaseError } from "../adapter/database-error.ts";
import { nearest } from "../base/nearest.ts";
import type { CompiledNode } from "../compile/compile-node.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import { windowFunctions } from "../sql/window-functions.ts";
import { sqlWords } from "../sql/words.ts";
import { type RunContext, withWork } from "./run-context.ts";
import { unlessRefused } from "./unless-refused.ts";

/** More relations are not asked for the sake of a message. */
const MOST_PARENTS = 20;

/**
 * @param compiled the node's SQL
 * @returns the name that was probably meant; undefined when the error is about something else or nothing is near
 */
export async function nearName(
  context: RunContext,
  { facts }: DatabaseError,
  resource: Resource,
  compiled: CompiledNode | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { missing } = facts;
  if (missing === undefined || signal.aborted) return undefined;
  if (missing.kind === "function") return nearest(missing.name, windowFunctions);
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
  const asked = withWork(context, { id: resource.id, signal }, async ({ session }) => {
    const lent = await session.get();
    for (const relation of relationsRead(context, resource)) {
      // A relation that is not there is another matter than the column.
      const columns = await unlessRefused(lent.describe(`select * from ${relation}`));
      for (const { name } of columns ?? []) names.add(name);
    }
  });
  await unlessRefused(asked);
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
