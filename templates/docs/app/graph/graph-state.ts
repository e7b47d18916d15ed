// What the address holds of the graph, as a typed value. Whatever it says is checked here: addresses come from mails
// and old sites, so names that are gone are dropped without a word.

import type { GraphState } from "../../../../src/docs/site-data.ts";

export const colourings = ["kind", "status", "time", "freshness", "folder"] as const;

export type Colouring = (typeof colourings)[number];

export interface ViewState {
  /** The selector as typed; empty for all. */
  readonly select: string;
  /** Everything without folds. */
  readonly everything: boolean;
  /** Keys of open folders; undefined until the reader opened or closed one. */
  readonly open: readonly string[] | undefined;
  readonly colour: Colouring;
  /** Unique id of the chosen node. */
  readonly node: string | undefined;
  /** Unique ids of nodes that show their columns. */
  readonly columns: readonly string[];
  /** The column whose path is pinned. */
  readonly pinned: { readonly node: string; readonly column: string } | undefined;
  /** Middle of the view and zoom; undefined while all fits. */
  readonly camera: { readonly x: number; readonly y: number; readonly zoom: number } | undefined;
  readonly listing: boolean;
}

/** What an address says of the graph; the first look where it says nothing. */
export function readState(state: GraphState): ViewState {
  const [pinnedNode, pinnedColumn] = splitList(state.column ?? "");
  const [x, y, zoom] = (state.at ?? "").split(",").map(Number);
  const hasCamera = [x, y, zoom].every((value) => Number.isFinite(value)) && zoom! > 0;
  return {
    select: state.select ?? "",
    everything: state.view === "all",
    open: state.open === undefined ? undefined : splitList(state.open),
    colour: colourings.find((name) => name === state.colour) ?? "kind",
    node: state.node,
    columns: splitList(state.columns ?? ""),
    pinned: pinnedNode && pinnedColumn ? { node: pinnedNode, column: pinnedColumn } : undefined,
    camera: hasCamera ? { x: x!, y: y!, zoom: zoom! } : undefined,
    listing: state.list === "1",
  };
}

/** Only what differs from the first look, so that addresses stay short. */
export function writeState(view: ViewState): GraphState {
  const { camera } = view;
  const all: Record<string, string | undefined> = {
    select: view.select || undefined,
    view: view.everything ? "all" : undefined,
    open: view.open === undefined ? undefined : joinList(view.open),
    colour: view.colour === "kind" ? undefined : view.colour,
    node: view.node,
    columns: view.columns.length > 0 ? joinList(view.columns) : undefined,
    column: view.pinned ? joinList([view.pinned.node, view.pinned.column]) : undefined,
    at: camera ? `${Math.round(camera.x)},${Math.round(camera.y)},${camera.zoom.toFixed(3)}` : undefined,
    list: view.listing ? "1" : undefined,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Names may hold any character, so commas in them are escaped. */
function joinList(names: readonly string[]): string {
  return names.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

function splitList(text: string): string[] {
  if (text === "") return [];
  return text.split(",").map((name) => name.replaceAll("%2C", ",").replaceAll("%25", "%"));
}
