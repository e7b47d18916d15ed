// What to say when a term of a selection matches nothing: which part of it, and the nearest thing that exists.

import { type Diagnostic, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Resource } from "../manifest/node.ts";
import type { Criterion, MethodName } from "./criterion.ts";
import type { Combination } from "./definition.ts";

/** Where a method's values come from, for the suggestion. */
const values: Partial<Record<MethodName, (resource: Resource) => readonly string[]>> = {
  fqn: (resource) =>
    resource.resourceType === "source" || resource.resourceType === "test" ? [] : [resource.name],
  tag: (resource) => ("tags" in resource ? resource.tags : []),
  group: (resource) => texts("config" in resource ? resource.config.get("group") : undefined),
  source: (resource) =>
    resource.resourceType === "source"
      ? [resource.sourceName, `${resource.sourceName}.${resource.name}`]
      : [],
  path: (resource) => foldersOf(resource.originalFilePath),
  file: (resource) => [resource.originalFilePath.slice(resource.originalFilePath.lastIndexOf("/") + 1)],
  package: (resource) => [resource.packageName],
  test_name: (resource) =>
    resource.resourceType === "test" && resource.testMetadata ? [resource.testMetadata.name] : [],
  exposure: ofType("exposure"),
  metric: ofType("metric"),
  semantic_model: ofType("semantic_model"),
  saved_query: ofType("saved_query"),
  unit_test: ofType("unit_test"),
};

/** The warning for an intersection of terms that is empty. */
export function nothingMatches(combination: Combination, manifest: Manifest): Diagnostic {
  const criteria = combination.parts.filter((part): part is Criterion => part.kind === "criterion");
  for (const criterion of criteria) {
    const known = knownValues(criterion, manifest);
    const typed = String(criterion.value);
    if (known === undefined || known.has(typed)) continue;
    const near = nearest(typed, known) ?? lastPartNear(typed, known);
    if (near === undefined) continue;
    return warningAt(
      "selection-empty",
      `the selection "${combination.expected}" matches nothing`,
      undefined,
      {
        help: `did you mean "${criterion.raw.replace(typed, near)}"?`,
      },
    );
  }
  const single = criteria.length === 1 ? criteria[0] : undefined;
  const help =
    criteria.length > 1
      ? "each of its terms matches something, but nothing matches all of them"
      : single?.method === "fqn"
        ? "etl ls lists all names; a disabled node cannot be selected"
        : "etl ls --output json lists what there is to select by";
  return warningAt("selection-empty", `the selection "${combination.expected}" matches nothing`, undefined, {
    help,
  });
}

function knownValues(criterion: Criterion, manifest: Manifest): Set<string> | undefined {
  const of = values[criterion.method];
  if (!of) return undefined;
  return new Set([...manifest.resources.values()].flatMap(of));
}

/** "staging.stg_order" is near "stg_orders", too. */
function lastPartNear(typed: string, known: ReadonlySet<string>): string | undefined {
  const last = typed.split(".").at(-1) ?? typed;
  return last === typed ? undefined : nearest(last, known);
}

function ofType(type: Resource["resourceType"]): (resource: Resource) => readonly string[] {
  return (resource) => (resource.resourceType === type ? [resource.name] : []);
}

function foldersOf(file: string): string[] {
  const parts = file.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function texts(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : [];
}
