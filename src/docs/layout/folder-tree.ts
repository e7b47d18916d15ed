// The folders of a project as boxes that a graph can fold into. Folders that hold nothing but one folder are skipped,
// and a folder with hundreds of files is divided by what its names begin with (stg_stripe__, stg_shopify__ ...), so
// that opening a box never shows more than one can look at.

/** A box that can be closed. The root holds everything and is never shown itself. */
export interface Folder {
  /** Index into the tree's folders. */
  readonly id: number;
  /** Path, unique in the tree and the same for the same project: names joined by "/". */
  readonly key: string;
  readonly label: string;
  /** -1 for the root. */
  readonly parent: number;
  readonly folders: readonly number[];
  /** Nodes directly in it. */
  readonly leaves: readonly number[];
  /** All nodes below it. */
  readonly count: number;
}

export interface FolderTree {
  /** The root first, parents before children. */
  readonly folders: readonly Folder[];
  /** The folder of each node. */
  readonly folderOf: Int32Array;
}

/** Files that a folder may hold before it is divided by names. */
const DIVIDE_FROM = 120;
/** Size to divide into where names do not help. */
const RANGE_SIZE = 60;

interface Draft {
  readonly key: string;
  readonly label: string;
  readonly folders: Draft[];
  leaves: number[];
}

/**
 * @param paths names of the folders of each node, from outside to inside
 * @param labels names of the nodes, to divide large folders by
 */
export function buildFolderTree(
  paths: readonly (readonly string[])[],
  labels: readonly string[],
): FolderTree {
  const root: Draft = { key: "", label: "", folders: [], leaves: [] };
  const known = new Map<string, Draft>([["", root]]);
  paths.forEach((path, leaf) => {
    let at = root;
    for (const name of path) {
      const key = at.key === "" ? name : `${at.key}/${name}`;
      let next = known.get(key);
      if (next === undefined) {
        next = { key, label: name, folders: [], leaves: [] };
        known.set(key, next);
        at.folders.push(next);
      }
      at = next;
    }
    at.leaves.push(leaf);
  });
  for (const draft of known.values()) divideByName(draft, labels);
  return flatten(withoutSingles(root), paths.length);
}

/** Skips folders that hold one folder and nothing else; the label keeps the last two names. */
function withoutSingles(draft: Draft): Draft {
  const only = draft.folders.length === 1 && draft.leaves.length === 0 ? draft.folders[0]! : undefined;
  if (only === undefined) return { ...draft, folders: draft.folders.map(withoutSingles) };
  const label = draft.label === "" ? only.label : `${draft.label} / ${only.label}`;
  const merged = withoutSingles({ ...only, label });
  return draft.key === "" ? { ...merged, key: "", label: "" } : merged;
}

function divideByName(draft: Draft, labels: readonly string[]): void {
  if (draft.leaves.length < DIVIDE_FROM) return;
  const label = (leaf: number) => labels[leaf]!;
  const sorted = draft.leaves.toSorted((a, b) =>
    label(a) < label(b) ? -1 : label(a) > label(b) ? 1 : a - b,
  );
  const parts = byPrefix(sorted, label) ?? byRange(sorted, label);
  draft.leaves = [];
  for (const [name, leaves] of parts) {
    draft.folders.push({ key: `${draft.key}/${name}`, label: name, folders: [], leaves });
  }
}

/** Parts by the first one, two or three words of names, if that makes a number of parts worth looking at. */
function byPrefix(
  sorted: readonly number[],
  label: (leaf: number) => string,
): Map<string, number[]> | undefined {
  for (const words of [1, 2, 3]) {
    const parts = new Map<string, number[]>();
    for (const leaf of sorted) {
      const prefix = `${label(leaf).split(/_+/).slice(0, words).join("_")}…`;
      const part = parts.get(prefix);
      if (part) part.push(leaf);
      else parts.set(prefix, [leaf]);
    }
    const largest = Math.max(...[...parts.values()].map((part) => part.length));
    if (parts.size >= 4 && parts.size <= 60 && largest <= sorted.length / 2) return parts;
  }
  return undefined;
}

/** Parts of the alphabet, named by their first and last node. */
function byRange(sorted: readonly number[], label: (leaf: number) => string): Map<string, number[]> {
  const parts = new Map<string, number[]>();
  const count = Math.ceil(sorted.length / RANGE_SIZE);
  const size = Math.ceil(sorted.length / count);
  for (let at = 0; at < sorted.length; at += size) {
    const part = sorted.slice(at, at + size);
    parts.set(`${label(part[0]!)} – ${label(part.at(-1)!)}`, part);
  }
  return parts;
}

function flatten(root: Draft, leafCount: number): FolderTree {
  const folderOf = new Int32Array(leafCount);
  const rows: { draft: Draft; parent: number; folders: number[]; count: number }[] = [];
  const queue = [{ draft: root, parent: -1 }];
  for (let at = 0; at < queue.length; at++) {
    const { draft, parent } = queue[at]!;
    if (parent >= 0) rows[parent]!.folders.push(at);
    rows.push({ draft, parent, folders: [], count: draft.leaves.length });
    for (const leaf of draft.leaves) folderOf[leaf] = at;
    for (const folder of draft.folders) queue.push({ draft: folder, parent: at });
  }
  for (let id = rows.length - 1; id > 0; id--) rows[rows[id]!.parent]!.count += rows[id]!.count;
  const folders = rows.map(({ draft, parent, folders: below, count }, id) => ({
    id,
    key: draft.key,
    label: draft.label,
    parent,
    folders: below,
    leaves: draft.leaves,
    count,
  }));
  return { folders, folderOf };
}
