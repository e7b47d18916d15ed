// From the state of the view to what is to be shown: which nodes, with which columns. A pinned column shows its path:
// the columns on it and no others.

import type { Wish } from "./build-scene.ts";
import type { ColumnPath, ColumnPaths } from "./column-paths.ts";
import type { GraphModel } from "./graph-model.ts";
import type { ViewState } from "./graph-state.ts";
import type { ColumnRow } from "./scene.ts";
import { selectNodes } from "./selector.ts";

export interface Resolved {
  readonly wish: Wish;
  /** Of the pinned column. */
  readonly path: ColumnPath | undefined;
  readonly problems: readonly string[];
}

/** The nodes that the selector names; all, where there is none or it names nothing. */
export function membersOf(
  model: GraphModel,
  select: string,
): { readonly members: readonly number[]; readonly selected: boolean; readonly problems: readonly string[] } {
  const all = () => model.nodes.map((_, index) => index);
  if (select === "") return { members: all(), selected: false, problems: [] };
  const { nodes, problems } = selectNodes(model, select);
  if (nodes.size === 0) return { members: all(), selected: false, problems };
  return { members: [...nodes].sort((a, b) => a - b), selected: true, problems };
}

/** Whether columns have to be asked for first; otherwise the view can be shown at once. */
export function needsColumns(view: ViewState): boolean {
  return view.columns.length > 0 || view.pinned !== undefined;
}

export function resolveAtOnce(model: GraphModel, view: ViewState, anchor: number | undefined): Resolved {
  const { members, selected, problems } = membersOf(model, view.select);
  const open = view.open === undefined ? undefined : new Set(view.open);
  const wish = { members, selected, everything: view.everything, open, columns: new Map(), anchor };
  return { wish, path: undefined, problems };
}

export async function resolveWithColumns(
  model: GraphModel,
  paths: ColumnPaths,
  view: ViewState,
  anchor: number | undefined,
): Promise<Resolved> {
  const { wish, problems } = resolveAtOnce(model, view, anchor);
  const within = new Set(wish.members);
  const pinned = view.pinned && model.byId.get(view.pinned.node);
  const isPinned = view.pinned !== undefined && pinned !== undefined && within.has(pinned);
  const path = isPinned ? await paths.trace({ node: pinned, column: view.pinned.column }, within) : undefined;
  const shown = path
    ? [...path.columns.keys()]
    : view.columns.flatMap((id) => model.byId.get(id) ?? []).filter((node) => within.has(node));
  const rows = await Promise.all(shown.map((node) => paths.rowsOf(node, path?.columns.get(node))));
  const columns = new Map(shown.map((node, i): [number, readonly ColumnRow[]] => [node, rows[i]!]));
  return { wish: { ...wish, columns }, path, problems };
}
