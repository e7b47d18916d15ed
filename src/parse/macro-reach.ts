// Which templates a change of macros can reach. A macro is called by a name, and the name stands as a word in the
// template, or in a macro that a word of it names, and so on: following words finds every caller, and some that call
// nothing. Only names that are computed would be missed, so a template that can compute names counts as a caller.

import { addTo } from "../base/groups.ts";
import type { Macro, MacroId } from "../manifest/manifest.ts";

/** Macros that parsing calls by itself, and names that it looks at in every template. */
const IMPLICIT = [
  "generate_schema_name",
  "generate_database_name",
  "generate_alias_name",
  "ref",
  "source",
  "config",
];

/** Ways to reach a macro by a name that is computed. */
const COMPUTED = /\bcontext\b|\bdispatch\s*\(\s*(?!(?:macro_name\s*=\s*)?['"])/;

const WORD = /[A-Za-z_]\w*/g;

export class MacroReach {
  /** Names under which what changed, or what calls it, is called. */
  private readonly names = new Set<string>();

  /** True when all templates must be looked at again. */
  readonly isEverywhere: boolean;

  /** @param before the macros of the last parse; @param now those of this one */
  constructor(before: readonly Macro[], now: readonly Macro[]) {
    const callers = new Map<string, Macro[]>();
    const changed: Macro[] = [];
    const gone = new Map<MacroId, Macro>(before.map((macro) => [macro.id, macro]));
    for (const macro of now) {
      const old = gone.get(macro.id);
      if (old && isSame(old, macro)) gone.delete(macro.id);
      else changed.push(macro);
      noteCaller(macro, callers);
    }
    this.follow([...changed, ...gone.values()], callers);
    this.isEverywhere =
      packagesOf(before) !== packagesOf(now) || IMPLICIT.some((name) => this.names.has(name));
  }

  /** True when a template can call something that changed. */
  reaches(template: string): boolean {
    if (this.names.size === 0) return false;
    if (COMPUTED.test(template)) return true;
    return (template.match(WORD) ?? []).some((word) => this.names.has(word));
  }

  private follow(changed: readonly Macro[], callers: ReadonlyMap<string, readonly Macro[]>): void {
    const queue = changed.length === 0 ? [] : [...changed, ...(callers.get(ANY) ?? [])];
    for (let macro = queue.pop(); macro; macro = queue.pop()) {
      for (const name of namesOf(macro)) {
        if (this.names.has(name)) continue;
        this.names.add(name);
        queue.push(...(callers.get(name) ?? []));
      }
    }
  }
}

/** Stands for all names that a macro could compute. */
const ANY = "";

function noteCaller(macro: Macro, callers: Map<string, Macro[]>): void {
  const { text } = macro.block;
  for (const word of new Set([...(text.match(WORD) ?? []), ...(COMPUTED.test(text) ? [ANY] : [])]))
    addTo(callers, word, macro);
}

/** Its name, and those by which `dispatch` finds it: what stands behind the name of an adapter or a package. */
function namesOf({ name }: Macro): string[] {
  const parts = name.split("__");
  return parts.map((_, index) => parts.slice(index).join("__"));
}

/** The packages that have macros, which templates can look into. */
function packagesOf(macros: readonly Macro[]): string {
  return [...new Set(macros.map(({ packageName }) => packageName))].sort().join("\n");
}

/** Places count: calls in a macro are told at them. */
function isSame(a: Macro, b: Macro): boolean {
  return (
    a.block.text === b.block.text &&
    a.place.file === b.place.file &&
    a.place.line === b.place.line &&
    a.block.kind === b.block.kind
  );
}
