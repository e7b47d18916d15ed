// From the working shapes of a trace to its result: plain data, sorted, each fact once.

import type { CteEntry, Indirect } from "./env.ts";
import type { IndirectOrigin, NameProblem, QueryLineage, TracedColumn } from "./query-lineage.ts";
import type { Column, Rowset } from "./rowset.ts";
import type { Tracer } from "./tracer.ts";

export function lineageOf(
  { columns, unknown }: Rowset,
  indirect: Indirect,
  ctes: readonly CteEntry[],
  { problems, taken }: Pick<Tracer, "problems" | "taken">,
): QueryLineage {
  return {
    columns: columns.map(tracedColumn),
    unknown: [...new Set(unknown)],
    indirect: indirectOrigins(indirect),
    problems: withoutRepeats(problems),
    isUncertain: taken.isUncertain,
    unusedCtes: ctes.flatMap(({ isUsed, name }) => (isUsed ? [] : [{ name: name.text, at: name.at }])),
  };
}

function tracedColumn({ name, type, origins, computedAt }: Column): TracedColumn {
  const list = [...origins].flatMap(([{ relation, column }, kind]) =>
    relation === "" ? [] : [{ relation, column, kind }],
  );
  return { name, type, origins: list, computedAt };
}

function indirectOrigins(indirect: Indirect): IndirectOrigin[] {
  return [...indirect].flatMap(([{ relation, column }, uses]) =>
    relation === "" ? [] : [...uses].map((use) => ({ relation, column, use })),
  );
}

/** Expressions are traced several times (recursion, several readers), and tell of a problem each time. */
function withoutRepeats(problems: readonly NameProblem[]): NameProblem[] {
  const seen = new Set<string>();
  return problems.filter(({ kind, name, at }) => {
    const key = `${kind} ${at?.start ?? ""} ${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
