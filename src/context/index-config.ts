// `adapter.parse_index`: one entry of the config `indexes`, with the name that its index gets.

import { createHash } from "node:crypto";
import { toText, typeName } from "../jinja/operations.ts";
import { PyObject, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { hostFunction } from "./host-function.ts";
import { RelationValue } from "./relation-value.ts";

class IndexConfig extends PyObject {
  override readonly typeName = "IndexConfig";

  constructor(
    readonly columns: readonly string[],
    readonly unique: boolean,
    readonly type: string | null,
    private readonly salt: string,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    switch (name) {
      case "columns":
        return [...this.columns];
      case "unique":
        return this.unique;
      case "type":
        return this.type;
      case "render":
        return hostFunction(name, ["relation"], (relation) => this.name(relation));
      default:
        return undefined;
    }
  }

  /** A name that differs from run to run: the table that is being replaced still has the index of the run before. */
  private name(relation: Value): string {
    const table = relation instanceof RelationValue ? relation.render() : toText(relation);
    const parts = [...this.columns, table, this.unique ? "True" : "False", this.type ?? "None", this.salt];
    return createHash("md5").update(parts.join("_")).digest("hex");
  }
}

/**
 * @param salt what makes the index's name differ from that of the run before
 * @throws JinjaError when the entry is no dictionary with a list of columns
 */
export function parseIndex(raw: Value, salt: string): Value {
  if (raw === null) return null;
  const help = "write {'columns': ['id'], 'unique': true}";
  if (!(raw instanceof Map))
    return fail("CompilationError", `an index must be a dictionary, not ${typeName(raw)}`, help);
  const columns = raw.get("columns");
  const unique = raw.get("unique") ?? false;
  const type = raw.get("type") ?? null;
  if (!Array.isArray(columns))
    return fail("CompilationError", 'an index needs "columns", a list of names', help);
  if (typeof unique !== "boolean")
    return fail("CompilationError", `"unique" of an index must be true or false`, help);
  return new IndexConfig(
    columns.map((column) => toText(column)),
    unique,
    type === null ? null : toText(type),
    salt,
  );
}
