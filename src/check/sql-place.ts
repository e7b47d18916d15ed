// From a part of a node's compiled SQL to the text that the user wrote.

import type { Note, Place } from "../base/diagnostic.ts";
import type { SqlPlaces } from "../compile/sql-places.ts";
import type { Resource } from "../manifest/node.ts";
import type { Span } from "../sql/query-tree.ts";

/**
 * The user's own text; for what a macro wrote, the call, with the macro as a note.
 * @param at in the compiled SQL; null: the node as a whole
 * @param places where the compiled SQL came from; undefined: the node as a whole
 */
export function placeIn(
  { place }: Resource,
  at: Span | null,
  places: SqlPlaces | undefined,
): { readonly place: Place; readonly notes: readonly Note[] } {
  const found = at === null ? undefined : places?.placeAt(at.start);
  if (!found || at === null) return { place, notes: [] };
  const outermost = found.calls.at(-1);
  if (!outermost?.place) return { place: { ...found.place, length: at.end - at.start }, notes: [] };
  return { place: outermost.place, notes: [{ message: "written here by a macro", place: found.place }] };
}
