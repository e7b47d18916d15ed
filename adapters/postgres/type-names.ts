// Types that are not built in (enums, domains, composites, those of extensions) are known by number only until the
// catalog is asked, once for each.

import type { Family } from "../../src/adapter/result.ts";
import { builtinTypes, type TypeFacts } from "./types.ts";

/** Runs a query; gives the texts of its cells. */
export type ReadTypes = (sql: string) => Promise<readonly (readonly (string | null)[])[]>;

export class TypeNames {
  readonly #known = new Map<number, TypeFacts>();

  /** The facts of each type, in order. @param read asks on the session that knows the types, be they not committed yet */
  async of(oids: readonly number[], read: ReadTypes): Promise<readonly TypeFacts[]> {
    const missing = oids.filter((oid) => !builtinTypes.has(oid) && !this.#known.has(oid));
    if (missing.length > 0) await this.#ask([...new Set(missing)], read);
    return oids.map((oid) => builtinTypes.get(oid) ?? this.#known.get(oid) ?? UNKNOWN);
  }

  async #ask(oids: readonly number[], read: ReadTypes): Promise<void> {
    const rows = await read(
      `SELECT oid, format_type(oid, NULL), typtype, typcategory FROM pg_catalog.pg_type WHERE oid IN (${oids.join(", ")})`,
    );
    for (const [oid, name, kind, category] of rows)
      this.#known.set(Number(oid), { name: name ?? "unknown", family: familyOf(kind, category) });
  }
}

const UNKNOWN: TypeFacts = { name: "unknown", family: "other" };

/** Enums and the texts of extensions are text to templates; so are ranges, domains over text and arrays of the user's types. */
function familyOf(kind: string | null | undefined, category: string | null | undefined): Family {
  return kind === "e" || category === "S" ? "text" : "other";
}
