// What cells of the state's tables mean: a text, a number, a moment; and which rows speak of the same relation.

import type { Cell } from "../adapter/result.ts";

/** A cell as text; null where there is none. */
export function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

/** A cell as a number; null where there is none. */
export function numberOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}

/** A cell with a time as people read it, to the second; null where there is none. */
export function momentOf(cell: Cell | undefined): string | null {
  return textOf(cell)?.slice(0, 19) ?? null;
}

/** The name of a node's relation, as the tables have it. */
export function relationCells({ schema, alias }: { readonly schema: string; readonly alias: string }): {
  readonly schema_name: string;
  readonly identifier: string;
} {
  return { schema_name: schema, identifier: alias };
}

/** A key for maps of relations of one database. */
export function relationKey(schema: Cell | undefined, identifier: Cell | undefined): string {
  return JSON.stringify([textOf(schema), textOf(identifier)]);
}
