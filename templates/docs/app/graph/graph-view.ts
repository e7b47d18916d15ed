// The graph on the page: it holds the view's state, turns what the reader does into another state, and shows each
// state. Everything that can be shown follows from the state and the data, so an address always brings back the same
// view.

import type { GraphOptions } from "../../../../src/docs/site-data.ts";
import { say } from "../downloads.ts";
import { buildScene, isFolded, MOST_UNFOLDED } from "./build-scene.ts";
import { type Camera, overlap, showing, toScreen, zoomAt } from "./camera.ts";
import { ColumnPaths } from "./column-paths.ts";
import type { Frame } from "./frame.ts";
import type { GraphModel } from "./graph-model.ts";
import type { ViewState } from "./graph-state.ts";
import { Look } from "./look.ts";
import { rowKey } from "./paint-overlay.ts";
import { readPalette } from "./palette.ts";
import { describeNode, showPanel } from "./panel.ts";
import { boundsOf, folderKey, leafKey, nearTrail, type Scene, type SceneBox, trailOf } from "./scene.ts";
import { Stage } from "./stage.ts";
import { needsColumns, type Resolved, resolveAtOnce, resolveWithColumns } from "./wishes.ts";

/** How a change of the view moves the camera: all of it in sight, or a box where it is on the screen. */
type Aim = { readonly fit: true } | { readonly keep: string | undefined };

/** Width of the handles at both sides of a drawing. */
const HANDLE_ROOM = 44;

export class GraphView {
  readonly stage: Stage;
  readonly paths: ColumnPaths;
  /** Key of the box that keys act on: the chosen node, or a folder. */
  cursor: string | undefined;
  #ticket = 0;
  #layoutMs = 0;
  #resolved: Resolved;

  constructor(
    readonly model: GraphModel,
    readonly options: GraphOptions,
    readonly frame: Frame,
    public view: ViewState,
  ) {
    this.paths = new ColumnPaths(model, options);
    this.#resolved = resolveAtOnce(model, view, undefined);
    this.stage = new Stage(frame.canvas, this.#makeLook(), {
      onRest: () => this.#rest(),
      onDrawn: (scene, camera, view) => {
        frame.minimap.show(scene, this.stage.look, camera, view);
        Object.assign(window, {
          __dag: {
            nodes: scene.nodeCount,
            edges: edgeCount(scene),
            layoutMs: Math.round(this.#layoutMs * 10) / 10,
          },
        });
      },
    });
  }

  /** Another state, and what follows from it. */
  change(part: Partial<ViewState>, aim: Aim = { keep: undefined }): void {
    this.view = { ...this.view, ...part, camera: undefined };
    if ("fit" in aim) this.#report();
    this.refresh(aim);
  }

  /** Shows the state as it is now. */
  refresh(aim: Aim): void {
    const ticket = ++this.#ticket;
    const anchor = "keep" in aim ? this.#nodeOf(aim.keep) : undefined;
    if (!needsColumns(this.view)) {
      this.#show(resolveAtOnce(this.model, this.view, anchor), aim);
      return;
    }
    resolveWithColumns(this.model, this.paths, this.view, anchor).then(
      (resolved) => ticket === this.#ticket && this.#show(resolved, aim),
      (problem: unknown) => say(`The columns could not be read: ${problem}`),
    );
  }

  #nodeOf(key: string | undefined): number | undefined {
    const box = key === undefined ? undefined : this.boxOf(key);
    return box?.kind === "leaf" ? box.node : undefined;
  }

  #show(resolved: Resolved, aim: Aim): void {
    this.#resolved = resolved;
    const before = this.stage.scene;
    const begun = performance.now();
    const scene = buildScene(this.model, resolved.wish, before.boxes.length > 0 ? before : undefined);
    this.#layoutMs = performance.now() - begun;
    const origin = "keep" in aim ? aim.keep : undefined;
    this.stage.overlay = { ...this.stage.overlay, lines: [], lit: undefined, hovered: undefined };
    this.frame.showTip(0, 0, undefined);
    this.stage.show(scene, this.#cameraFor(scene, before, aim), origin);
    if (resolved.wish.columns.size > 0) this.#showLines(scene);
    this.describe();
  }

  #showLines(scene: Scene): void {
    this.paths.linesOf(scene).then(
      (lines) => {
        if (this.stage.scene !== scene) return;
        this.stage.overlay = { ...this.stage.overlay, lines, lit: this.pathRows(scene) };
        this.describe();
      },
      (problem: unknown) => say(`The columns could not be read: ${problem}`),
    );
  }

  /** The rows of the pinned path. */
  pathRows(scene: Scene = this.stage.scene, path = this.#resolved.path): ReadonlySet<string> | undefined {
    if (path === undefined) return undefined;
    const rows = new Set<string>();
    scene.boxes.forEach((box, index) => {
      if (box.kind !== "leaf") return;
      const names = path.columns.get(box.node);
      box.columns?.forEach(({ name }, row) => {
        if (names?.has(name)) rows.add(rowKey(index, row));
      });
    });
    return rows;
  }

  #cameraFor(scene: Scene, before: Scene, aim: Aim): Camera {
    const { stage, view } = this;
    if (view.camera) return view.camera;
    const kept = "keep" in aim && aim.keep !== undefined ? aim.keep : undefined;
    if (kept === undefined || before.boxes.length === 0) return this.fitted(scene);
    const [old, box] = [before.boxes[before.byKey.get(kept) ?? -1], scene.boxes[scene.byKey.get(kept) ?? -1]];
    if (old === undefined || box === undefined) return this.fitted(scene);
    const moved = { ...stage.camera, x: stage.camera.x + box.x - old.x, y: stage.camera.y + box.y - old.y };
    const fresh = scene.boxes.filter(({ key }) => !before.byKey.has(key));
    if (fresh.length === 0) return moved;
    const { x, y, w, h } = boundsOf([box, ...fresh]);
    const wanted = { x: x - HANDLE_ROOM, y, w: w + 2 * HANDLE_ROOM, h };
    return showing(moved, stage.view, wanted, this.frame.insets(false)) ?? this.fitted(scene);
  }

  /** All in sight, with the handles at its sides, and nothing under the panel. */
  fitted(scene: Scene): Camera {
    const hasHandles = scene.boxes.some(
      (box) => box.kind === "leaf" && box.hidden.parents + box.hidden.children > 0,
    );
    const { x, y, w, h } = scene.bounds;
    const room = hasHandles ? HANDLE_ROOM : 0;
    const all = { x: x - room, y, w: w + 2 * room, h };
    const { stage, frame } = this;
    stage.insets = frame.insets(false);
    const camera = stage.fit(all);
    const covered = this.view.node === undefined ? undefined : frame.panelRect(camera);
    if (covered === undefined || !scene.boxes.some((box) => overlap(box, covered))) return camera;
    stage.insets = frame.insets(true);
    return stage.fit(all);
  }

  /** Words around the drawing: tools, legend, panel, notes, listing. */
  describe(): void {
    const { wish, problems } = this.#resolved;
    const node = this.chosenNode();
    this.cursor ??= node === undefined ? undefined : leafKey(node);
    this.stage.overlay = { ...this.stage.overlay, chosen: this.cursor };
    const hasColumns = node !== undefined && wish.columns.has(node);
    showPanel(this.frame.panel, this.model, this.options.compact ? undefined : node, hasColumns, {
      onOpen: (chosen) => this.options.onOpen(this.model.nodes[chosen]!.id),
      onFocus: (chosen) => this.focus(chosen),
      onColumns: (chosen) => this.toggleColumns(chosen),
      onClose: () => {
        this.choose(undefined);
        this.frame.canvas.focus();
      },
    });
    this.frame.describe(this, wish.members, problems, this.canUnfold());
    this.stage.draw();
  }

  /** Lays out anew what has grown step by step. */
  arrange(): void {
    this.stage.scene = { ...this.stage.scene, stands: undefined };
    this.refresh({ fit: true });
  }

  canUnfold(): boolean {
    return this.#resolved.wish.members.length > MOST_UNFOLDED;
  }

  isFolded(): boolean {
    return isFolded(this.#resolved.wish);
  }

  get members(): readonly number[] {
    return this.#resolved.wish.members;
  }

  boxOf(key: string | undefined): SceneBox | undefined {
    return this.stage.scene.boxes[key === undefined ? -1 : (this.stage.scene.byKey.get(key) ?? -1)];
  }

  chosenNode(): number | undefined {
    return this.view.node === undefined ? undefined : this.model.byId.get(this.view.node);
  }

  /** Chooses a box, and says what it is. */
  choose(key: string | undefined): void {
    this.cursor = key;
    const box = this.boxOf(key);
    const node = box?.kind === "leaf" ? box.node : undefined;
    this.view = { ...this.view, node: node === undefined ? undefined : this.model.nodes[node]!.id };
    if (node !== undefined)
      this.frame.announce(`${this.model.nodes[node]!.label}, ${describeNode(this.model, node)}`);
    else if (box?.kind === "folder") this.frame.announce(`folder ${box.label}, ${this.stage.look.note(box)}`);
    this.light(key);
    this.describe();
    this.#report();
  }

  /** Lights what leads to a node and what it leads to; of a folder, where nearly all would be, its neighbours. */
  light(key: string | undefined): void {
    const { scene } = this.stage;
    const index = key === undefined ? undefined : scene.byKey.get(key);
    const box = index === undefined ? undefined : scene.boxes[index];
    if (index === undefined || box === undefined || (box.kind === "folder" && box.open)) {
      this.stage.trail = undefined;
    } else this.stage.trail = box.kind === "folder" ? nearTrail(scene, index) : trailOf(scene, index);
    this.stage.draw();
  }

  /** One hop to each side of a node, and nothing else. */
  focus(node: number): void {
    const id = this.model.nodes[node]!.id;
    this.cursor = leafKey(node);
    this.change({ select: `1+${this.wordFor(node)}+1`, everything: false, node: id }, { fit: true });
  }

  /** Adds the parents or children of a node to the selection; what is on screen stays. */
  grow(node: number, side: "parents" | "children"): void {
    const word = side === "parents" ? `1+${this.wordFor(node)}` : `${this.wordFor(node)}+1`;
    const [wanted = "", ...excluded] = this.view.select.split(/(?=\s--exclude\s)/);
    const select = `${wanted} ${word}${excluded.join("")}`;
    this.change({ select }, { keep: leafKey(node) });
    this.#report();
  }

  /** A node in the words of the selector: its name, if no other has it. */
  wordFor(node: number): string {
    const { label, id } = this.model.nodes[node]!;
    const isPlain = /^[\w.-]+$/.test(label);
    const isOnly = this.model.nodes.every((other, index) => index === node || other.label !== label);
    return isPlain && isOnly ? label : id;
  }

  toggleFolder(folder: string): void {
    const box = this.boxOf(folderKey(folder));
    if (box?.kind !== "folder") return;
    const now = this.view.open ?? openFolders(this.stage.scene);
    const open = box.open
      ? now.filter((key) => key !== folder && !key.startsWith(`${folder}/`))
      : [...now, folder];
    this.change({ open }, { keep: folderKey(folder) });
    this.#report();
  }

  toggleColumns(node: number): void {
    const { id } = this.model.nodes[node]!;
    const isOpen = this.#resolved.wish.columns.has(node);
    const columns = isOpen ? this.view.columns.filter((other) => other !== id) : [...this.view.columns, id];
    this.change({ columns, pinned: undefined }, { keep: leafKey(node) });
    this.#report();
  }

  pin(node: number, column: string): void {
    const { id } = this.model.nodes[node]!;
    const isSame = this.view.pinned?.node === id && this.view.pinned.column === column;
    this.change({ pinned: isSame ? undefined : { node: id, column } }, { keep: leafKey(node) });
    this.#report();
  }

  /** Colours again: another scheme, or another meaning. */
  recolour(): void {
    this.stage.look = this.#makeLook();
    this.describe();
  }

  #makeLook(): Look {
    return new Look(readPalette(this.frame.element), this.model.nodes, this.view.colour);
  }

  zoomBy(factor: number): void {
    const { camera, view } = this.stage;
    this.stage.lookAt(zoomAt(camera, view, view.w / 2, view.h / 2, factor));
  }

  /** Brings a box into sight. */
  reveal(key: string): void {
    const box = this.boxOf(key);
    if (box === undefined) return;
    const { camera, view } = this.stage;
    const { x, y } = toScreen(camera, view, box.x + box.w / 2, box.y + box.h / 2);
    if (x > 60 && y > 40 && x < view.w - 60 && y < view.h - 40) return;
    this.stage.lookAt({ ...camera, x: box.x + box.w / 2, y: box.y + box.h / 2 });
  }

  /** The camera came to rest: the address tells where, unless all is in sight anyway. */
  #rest(): void {
    if (this.options.compact) return;
    const { camera } = this.stage;
    const whole = this.fitted(this.stage.scene);
    const isWhole =
      Math.abs(camera.zoom / whole.zoom - 1) < 0.02 &&
      Math.hypot(camera.x - whole.x, camera.y - whole.y) * camera.zoom < 4;
    this.view = { ...this.view, camera: isWhole ? undefined : camera };
    this.#report();
  }

  #report(): void {
    this.frame.report(this.view);
  }
}

function edgeCount(scene: Scene): number {
  return scene.edges.reduce((sum, { count }) => sum + count, 0);
}

export function openFolders(scene: Scene): string[] {
  return scene.boxes.flatMap((box) => (box.kind === "folder" && box.open ? [box.folder] : []));
}
