// What is wrong with the SQL of a project, found without running any of it: names of columns and relations that do not
// exist, told at the place in the file that the user wrote. Only what is known for sure is told.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean, nearest, nearTwin } from "../base/nearest.ts";
import type { SqlPlaces } from "../compile/sql-places.ts";
import type { NodeLineage } from "../lineage/node-lineage.ts";
import type { NameProblem } from "../lineage/query-lineage.ts";
import type { Resource } from "../manifest/node.ts";
import { placeIn } from "./sql-place.ts";

/** Columns that are listed when none is near. */
const MOST_LISTED = 12;

/**
 * @param hints also tell relations that no node of the project makes: they may well exist
 * @param places where the compiled SQL came from; undefined: the node's own file is named
 * @returns an error for each name that the query of a node gets wrong
 */
export function checkNames(
  resource: Resource,
  { problems, unusedCtes }: NodeLineage,
  places: SqlPlaces | undefined,
  hints: boolean,
): Diagnostic[] {
  const seen = new Set<string>();
  return problems.flatMap((problem) => {
    const meant = problem.kind === "unknown-relation" ? meantCte(problem, unusedCtes) : undefined;
    if (problem.kind === "unknown-relation" && meant === undefined && !hints) return [];
    const { place, notes } = placeIn(resource, problem.at, places);
    // One name that a macro writes many times is told once.
    const key = JSON.stringify([problem.kind, problem.name, place.file, place.line, place.column]);
    if (seen.has(key)) return [];
    seen.add(key);
    const told = describe(resource, problem, place, meant);
    return [{ ...told, ...(notes.length > 0 ? { notes } : {}) }];
  });
}

/** The common table expression that a name is a slip of: nearer to one than tables of their own name would be. */
function meantCte(
  { name, candidates }: Extract<NameProblem, { readonly kind: "unknown-relation" }>,
  unused: NodeLineage["unusedCtes"],
): string | undefined {
  const unread = new Set(unused.map((cte) => cte.name));
  return (
    nearTwin(name, candidates) ??
    nearest(
      name,
      candidates.filter((candidate) => unread.has(candidate)),
    )
  );
}

/** @param meant the common table expression that is meant by the name of a relation */
function describe(
  { resourceType, name }: Resource,
  problem: NameProblem,
  place: Place,
  meant: string | undefined,
): Diagnostic {
  const where = `${resourceType} "${name}"`;
  switch (problem.kind) {
    case "unknown-column": {
      const text = `${where}: column "${problem.name}" does not exist`;
      return errorAt("sql-column", text, place, {
        help: textOrNull(problem) ?? proposal(problem, "columns"),
      });
    }
    case "unknown-source": {
      const text = `${where}: "${problem.name}" is not a table or alias of this query`;
      return errorAt("sql-column", text, place, { help: proposal(problem, "there are") });
    }
    case "unknown-relation":
      if (meant !== undefined)
        return errorAt("sql-relation", `${where}: there is no relation "${problem.name}"`, place, {
          help: `did you mean "${meant}"?`,
        });
      return warningAt("sql-relation", `${where} names the relation "${problem.name}" by itself`, place, {
        help: "name models with ref() and tables of others with source(), so that they are in the graph",
      });
    case "ungrouped-column": {
      const text = `${where}: column "${problem.name}" is neither grouped by nor aggregated`;
      return errorAt("sql-grouping", text, place, {
        help: "add the column to group by, or aggregate it, for example with min()",
      });
    }
    case "set-width": {
      const [first, other] = problem.widths;
      const text = `${where}: this side of the ${problem.name} has ${counted(other)}, the first one has ${first}`;
      return errorAt("sql-width", text, place, { help: "select the same columns on all sides" });
    }
    case "ambiguous-column": {
      const sources = problem.sources.map((source) => `"${source}"`).join(" and ");
      const [first] = problem.sources;
      return errorAt("sql-ambiguous", `${where}: column "${problem.name}" stands in ${sources}`, place, {
        help: `say which one is meant: ${first}.${problem.name}`,
      });
    }
  }
}

/** Words that stand where columns could, with a slip in them; and texts in the quotes of names. */
function textOrNull({
  name,
  at,
  candidates,
}: Extract<NameProblem, { readonly kind: "unknown-column" }>): string | undefined {
  if (nearest(name, candidates) !== undefined) return undefined;
  const isQuoted = at !== null && at.end - at.start > name.length;
  if (isQuoted) return `if it is a text, put it in single quotes: '${name}'`;
  const word =
    nearTwin(name, ["null", "true", "false"]) ?? (name.toLowerCase() === "nul" ? "null" : undefined);
  return word === undefined ? undefined : `did you mean ${word}?`;
}

function counted(columns: number): string {
  return columns === 1 ? "1 column" : `${columns} columns`;
}

function proposal(
  { name, candidates }: { readonly name: string; readonly candidates: readonly string[] },
  words: string,
): string {
  const near = didYouMean(name, candidates);
  if (near !== undefined) return near;
  const listed = candidates.slice(0, MOST_LISTED).join(", ");
  return `${words}: ${listed}${candidates.length > MOST_LISTED ? " ..." : ""}`;
}
