// The edges of a folded graph: those between the same two boxes are added up. An edge that leaves an open folder runs
// in pieces: within the folder to a port at its border, outside from border to border, within the other folder from
// its port. All edges between the same two folders share the piece outside, which bundles them.

import type { FolderTree } from "./folder-tree.ts";
import type { LayoutEdge } from "./graph.ts";

/** A box on screen: a node (`leaf`), or a folder that is open or closed. The number is the node or the folder. */
export type Box =
  | { readonly kind: "leaf"; readonly leaf: number }
  | { readonly kind: "folder"; readonly folder: number; readonly open: boolean };

/** An edge between two boxes that are not open folders. */
export interface FoldEdge {
  readonly from: number;
  readonly to: number;
  /** How many edges of the project it stands for. */
  readonly count: number;
  /** Its pieces in order, each an edge of the inside of a folder. */
  readonly pieces: readonly Piece[];
  /** Which of the pieces runs in the folder that holds both ends. */
  readonly meeting: number;
}

export interface Piece {
  readonly folder: number;
  readonly edge: number;
}

/** What is to be laid out within one open folder. */
export interface Inside {
  /** Indexes into the boxes. */
  readonly boxes: number[];
  /** Ports follow the boxes: a node `boxes.length + i` is port `i`. */
  readonly ports: { readonly entering: boolean; readonly name: string }[];
  readonly edges: LayoutEdge[];
}

export interface FoldedGraph {
  readonly boxes: readonly Box[];
  /** By folder; open ones (and the root) only. */
  readonly insides: ReadonlyMap<number, Inside>;
  readonly edges: readonly FoldEdge[];
}

/** @param open folders shown open; those within a closed one do not count */
export function foldGraph(
  tree: FolderTree,
  edges: readonly LayoutEdge[],
  open: ReadonlySet<number>,
): FoldedGraph {
  const { boxes, insides, boxOfFolder, boxOfLeaf } = visibleBoxes(tree, open);
  const folderAround = boxes.map((box) =>
    box.kind === "leaf" ? tree.folderOf[box.leaf]! : tree.folders[box.folder]!.parent,
  );
  const counts = new Map<number, number>();
  for (const [from, to] of edges) {
    if (boxOfLeaf[from] === boxOfLeaf[to]) continue;
    const key = boxOfLeaf[from]! * boxes.length + boxOfLeaf[to]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const nameOf = (box: number) => {
    const it = boxes[box]!;
    return it.kind === "leaf" ? `leaf ${it.leaf}` : `folder ${it.folder}`;
  };
  const pieces = new PieceBook(insides, nameOf);
  const pathOf = (box: number) => {
    const path = [box];
    for (let folder = folderAround[box]!; folder > 0; folder = tree.folders[folder]!.parent) {
      path.push(boxOfFolder.get(folder)!);
    }
    return path.reverse();
  };
  const folded = [...counts].map(([key, count]): FoldEdge => {
    const from = Math.floor(key / boxes.length);
    const to = key % boxes.length;
    return { from, to, count, ...pieces.between(pathOf(from), pathOf(to), folderAround) };
  });
  return { boxes, insides, edges: folded };
}

/** Boxes from the root down, and for each node the box it is in. */
function visibleBoxes(tree: FolderTree, open: ReadonlySet<number>) {
  const boxes: Box[] = [];
  const insides = new Map<number, Inside>();
  const boxOfFolder = new Map<number, number>();
  const boxOfLeaf = new Int32Array(tree.folderOf.length).fill(-1);
  const queue = [0];
  for (let at = 0; at < queue.length; at++) {
    const folder = tree.folders[queue[at]!]!;
    const inside: Inside = { boxes: [], ports: [], edges: [] };
    insides.set(folder.id, inside);
    for (const id of folder.folders) {
      const isOpen = open.has(id);
      boxOfFolder.set(id, boxes.length);
      inside.boxes.push(boxes.length);
      boxes.push({ kind: "folder", folder: id, open: isOpen });
      if (isOpen) queue.push(id);
    }
    for (const leaf of folder.leaves) {
      boxOfLeaf[leaf] = boxes.length;
      inside.boxes.push(boxes.length);
      boxes.push({ kind: "leaf", leaf });
    }
  }
  for (let leaf = 0; leaf < boxOfLeaf.length; leaf++) {
    if (boxOfLeaf[leaf] !== -1) continue;
    let folder = tree.folderOf[leaf]!;
    let closed = folder;
    for (; folder > 0; folder = tree.folders[folder]!.parent) if (!open.has(folder)) closed = folder;
    boxOfLeaf[leaf] = boxOfFolder.get(closed)!;
  }
  return { boxes, insides, boxOfFolder, boxOfLeaf };
}

/** Makes each piece and each port once, whoever asks for it. */
class PieceBook {
  readonly #made = new Map<string, number>();
  readonly #places = new Map<number, number>();

  /** @param nameOf what a box is called whatever else is open */
  constructor(
    private readonly insides: ReadonlyMap<number, Inside>,
    private readonly nameOf: (box: number) => string,
  ) {
    for (const { boxes } of insides.values()) {
      for (const [index, box] of boxes.entries()) this.#places.set(box, index);
    }
  }

  /** @param from,to boxes from the outermost folder to the end of the edge */
  between(
    from: readonly number[],
    to: readonly number[],
    folderAround: readonly number[],
  ): Pick<FoldEdge, "pieces" | "meeting"> {
    let shared = 0;
    while (from[shared] === to[shared]) shared++;
    const outside = `${this.nameOf(from[shared]!)} > ${this.nameOf(to[shared]!)}`;
    const pieces: Piece[] = [];
    for (let depth = from.length - 1; depth > shared; depth--) {
      const folder = folderAround[from[depth]!]!;
      pieces.push(this.#piece(folder, this.#places.get(from[depth]!)!, this.#port(folder, outside, false)));
    }
    const meeting = pieces.length;
    pieces.push(
      this.#piece(
        folderAround[from[shared]!]!,
        this.#places.get(from[shared]!)!,
        this.#places.get(to[shared]!)!,
      ),
    );
    for (let depth = shared + 1; depth < to.length; depth++) {
      const folder = folderAround[to[depth]!]!;
      pieces.push(this.#piece(folder, this.#port(folder, outside, true), this.#places.get(to[depth]!)!));
    }
    return { pieces, meeting };
  }

  #piece(folder: number, from: number, to: number): Piece {
    const { edges } = this.insides.get(folder)!;
    const edge = this.#once(`${folder}:${from}-${to}`, () => edges.push([from, to]) - 1);
    return { folder, edge };
  }

  #port(folder: number, outside: string, entering: boolean): number {
    const { boxes, ports } = this.insides.get(folder)!;
    const name = `${outside} ${entering ? "enters" : "leaves"}`;
    return this.#once(`${folder}:${name}`, () => boxes.length + ports.push({ entering, name }) - 1);
  }

  #once(key: string, make: () => number): number {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(key, made);
    return made;
  }
}
