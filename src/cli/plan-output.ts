// What `--dry-run` prints: the plan that the command would perform, one line a step in the order in which one worker
// would take them.

import type { SchemaName } from "../adapter/relation.ts";
import { visibleLine } from "../base/visible-text.ts";
import { counted, kindOf, shownName } from "../report/words.ts";
import type { Plan, Step } from "../run/plan.ts";

/** At most so many of the steps that a step waits for are named. */
const NAMED = 3;

/** @returns lines without ends; hooks and schemas first, then the steps */
export function planLines(plan: Plan): readonly string[] {
  const { steps, schemas, onRunStart, onRunEnd } = plan;
  const names = new Map(steps.map((step) => [step.id, visibleLine(step.facts.name)]));
  const kinds = steps.map(howOf);
  const shown = steps.map(({ facts }) => shownName(facts));
  const kindWidth = widest(kinds);
  const nameWidth = Math.min(60, widest(shown));
  const digits = String(steps.length).length;
  return [
    ...(schemas.length > 0 ? [`schemas: ${schemas.map(schemaText).join(", ")}`] : []),
    ...onRunStart.map(({ name }) => `before: hook ${visibleLine(name)}`),
    ...steps.map((step, i) =>
      [
        String(i + 1).padStart(digits),
        (kinds[i] as string).padEnd(kindWidth),
        (shown[i] as string).padEnd(nameWidth),
        waiting(step, names),
      ]
        .join("  ")
        .trimEnd(),
    ),
    ...onRunEnd.map(({ name }) => `after: hook ${visibleLine(name)}`),
  ];
}

/** How a step would be done: the materialization of what is built, what the command does with the others. */
function howOf({ action, facts, batches }: Step): string {
  const kind = kindOf(facts);
  if (action === "clone") return `clone of ${kind}`;
  if (action === "none") return `${kind} (named only)`;
  return batches === undefined ? kind : `${kind} (${counted(batches.failed.length, "batch", "batches")})`;
}

function waiting({ waitsFor }: Step, names: ReadonlyMap<string, string>): string {
  if (waitsFor.length === 0) return "";
  const parents = waitsFor.map(({ id }) => names.get(id) ?? id);
  const more = parents.length - NAMED;
  const named = more > 1 ? [...parents.slice(0, NAMED), `${more} more`] : parents;
  return `after ${named.join(", ")}`;
}

function schemaText({ database, schema }: SchemaName): string {
  return visibleLine(database === null ? (schema ?? "") : `${database}.${schema ?? ""}`);
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
