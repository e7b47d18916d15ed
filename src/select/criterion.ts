// One term of a selection, "2+tag:nightly+1": what it matches and which relatives it takes along.
// Grammar of dbt-core, graph/selector_spec.py.

import { type Diagnostic, errorAt, type Place } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";

export const methodNames = [
  "fqn",
  "tag",
  "group",
  "access",
  "source",
  "path",
  "file",
  "package",
  "config",
  "test_name",
  "test_type",
  "resource_type",
  "state",
  "exposure",
  "metric",
  "result",
  "source_status",
  "version",
  "semantic_model",
  "saved_query",
  "unit_test",
  "column",
] as const;

export type MethodName = (typeof methodNames)[number];

export const indirectSelections = ["eager", "cautious", "buildable", "empty"] as const;

/** Which tests come along that nobody named: see select-nodes.ts. */
export type IndirectSelection = (typeof indirectSelections)[number];

export interface Criterion {
  readonly kind: "criterion";
  /** The term as typed, for messages. */
  readonly raw: string;
  readonly method: MethodName;
  /** ["materialized"] of "config.materialized:view". */
  readonly methodArguments: readonly string[];
  readonly value: string | boolean | number | null;
  /** "@": the matches, all that depends on them, and everything that those need. */
  readonly childrensParents: boolean;
  /** Steps up; null for none. */
  readonly parents: number | null;
  /** Steps down; null for none. */
  readonly children: number | null;
  readonly indirect: IndirectSelection;
  /** Where it was written, for terms of selectors.yml. */
  readonly place?: Place;
}

const term = /^(@)?(?:(\d*)(\+))?(?:([\w.]+):)?(.*?)(?:(\+)(\d*))?$/su;

/**
 * Reads one term.
 * @returns the criterion, or what is wrong with the term: an unknown method, "@" together with a trailing "+"
 */
export function parseTerm(raw: string, indirect: IndirectSelection, place?: Place): Criterion | Diagnostic {
  const match = term.exec(raw);
  if (!match) return errorAt("selection-invalid", `"${raw}" is not a selection`, place);
  const [, at, parentsDepth, parents, method, value = "", children, childrenDepth] = match;
  const named = method === undefined ? { name: defaultMethod(value), rest: [] } : splitMethod(method);
  const found = methodNames.find((name) => name === named.name);
  if (found === undefined) return unknownMethod(named.name, raw, place);
  return makeCriterion({
    kind: "criterion",
    raw,
    method: found,
    methodArguments: named.rest,
    value,
    childrensParents: at !== undefined,
    parents: parents === undefined ? null : depth(parentsDepth),
    children: children === undefined ? null : depth(childrenDepth),
    indirect,
    ...(place ? { place } : {}),
  });
}

/** Checks what no criterion may be, wherever it comes from. */
export function makeCriterion(criterion: Criterion): Criterion | Diagnostic {
  if (criterion.childrensParents && criterion.children !== null) {
    return errorAt(
      "selection-invalid",
      `"${criterion.raw}" has both "@" and a trailing "+"`,
      criterion.place,
      {
        help: '"@" takes all children already: leave the "+" out',
      },
    );
  }
  return criterion;
}

/** "config.materialized" to its name and arguments. */
export function splitMethod(method: string): { readonly name: string; readonly rest: readonly string[] } {
  const [name = "", ...rest] = method.split(".");
  return { name, rest };
}

/** The diagnostic for a method that does not exist. */
export function unknownMethod(name: string, raw: string, place?: Place): Diagnostic {
  const near = nearest(name, methodNames);
  return errorAt("selection-method", `"${name}" is not a method of selection (in "${raw}")`, place, {
    help: near ? `did you mean "${near}:"?` : `methods: ${methodNames.join(", ")}`,
  });
}

/** dbt guesses by shape: a separator makes a path, an ending of ours a file, all else is a name. */
function defaultMethod(value: string): MethodName {
  if (/[/\\]/.test(value)) return "path";
  return /\.(sql|py|csv)$/i.test(value) ? "file" : "fqn";
}

function depth(digits: string | undefined): number {
  return digits === undefined || digits === "" ? Number.POSITIVE_INFINITY : Number(digits);
}
