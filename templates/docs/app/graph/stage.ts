// The canvas and its frames: it holds what is shown (scene, colours, camera, what is lit) and draws it when something
// changed, on the way from one scene to the next included. Nothing is drawn while nothing changes.

import { Backdrop } from "./backdrop.ts";
import { type Camera, fitCamera, type Insets, type Rect, toWorld, type Viewport } from "./camera.ts";
import { type Hit, hitScene } from "./hit.ts";
import type { Look } from "./look.ts";
import { type Overlay, paintOverlay } from "./paint-overlay.ts";
import { beginDrawing, finish, paintScene, paintTrail, useCamera } from "./paint-scene.ts";
import { makeScene, type Scene, type Trail } from "./scene.ts";
import { cameraBetween, canMove, eased, sceneBetween, TWEEN_MS } from "./tween.ts";

/** Boxes and lines above which a drawing is kept as a picture. */
const HEAVY = 2500;

interface Movement {
  readonly begun: number;
  readonly scene: { readonly before: Scene; readonly origin: string | undefined } | undefined;
  readonly from: Camera;
  readonly to: Camera;
}

export interface StageEvents {
  /** The camera came to rest somewhere else. */
  onRest(): void;
  /** A drawing is on screen. */
  onDrawn(scene: Scene, camera: Camera, view: Viewport): void;
}

export class Stage {
  view: Viewport = { w: 1, h: 1 };
  camera: Camera = { x: 0, y: 0, zoom: 1 };
  scene: Scene = makeScene([], [], 0);
  overlay: Overlay = { chosen: undefined, hovered: undefined, lines: [], lit: undefined };
  trail: Trail | undefined;
  /** What is to be left free around what is fitted into the view. */
  insets: Insets = { left: 16, top: 16, right: 16, bottom: 16 };
  #look: Look;
  #subject: object = {};
  #ratio = 1;
  #frame = 0;
  #movement: Movement | undefined;
  #restTimer = 0;
  readonly #backdrop = new Backdrop();
  readonly #context: CanvasRenderingContext2D;

  constructor(
    readonly canvas: HTMLCanvasElement,
    look: Look,
    private readonly events: StageEvents,
  ) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser has no canvas");
    this.#context = context;
    this.#look = look;
  }

  get look(): Look {
    return this.#look;
  }

  set look(look: Look) {
    this.#look = look;
    this.#subject = {};
    this.draw();
  }

  /** Takes the size of the element; keeps the middle. @returns whether there was none before */
  resize(): boolean {
    const { width: w, height: h } = this.canvas.getBoundingClientRect();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const isFirst = this.view.w <= 1 && w > 1;
    if (w === this.view.w && h === this.view.h && ratio === this.#ratio) return false;
    this.view = { w: Math.max(1, w), h: Math.max(1, h) };
    this.#ratio = ratio;
    this.canvas.width = Math.round(w * ratio);
    this.canvas.height = Math.round(h * ratio);
    this.#backdrop.clear();
    this.draw();
    return isFirst;
  }

  /**
   * Shows another scene.
   *
   * @param camera where to look then
   * @param origin key of the box that new ones come from
   */
  show(scene: Scene, camera: Camera, origin?: string): void {
    const before = this.scene;
    this.scene = scene;
    this.trail = undefined;
    this.#subject = {};
    const moves = canMove(before, scene);
    this.#backdrop.clear();
    this.#move(camera, moves, moves ? { before, origin } : undefined);
  }

  /** Looks elsewhere, with a short movement. */
  lookAt(camera: Camera): void {
    this.#move(camera, canMove(this.scene, makeScene([], [], 0)), undefined);
  }

  /** Looks elsewhere at once: the reader's own hand moves the camera. */
  steer(camera: Camera): void {
    this.#movement = undefined;
    this.camera = camera;
    this.#rest();
    this.draw();
  }

  fit(rect: Rect): Camera {
    return fitCamera(rect, this.view, this.insets);
  }

  /** What stands at a point of the canvas, in pixels of the page. */
  hit(px: number, py: number): Hit | undefined {
    const { x, y } = toWorld(this.camera, this.view, px, py);
    return hitScene(this.scene, this.overlay.lines, x, y, this.camera.zoom);
  }

  /** Asks for a frame. */
  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#drawFrame());
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#restTimer);
    this.#backdrop.clear();
  }

  #move(to: Camera, slowly: boolean, scene: Movement["scene"]): void {
    if (slowly) this.#movement = { begun: performance.now(), scene, from: this.camera, to };
    else {
      this.#movement = undefined;
      this.camera = to;
    }
    this.#rest();
    this.draw();
  }

  #rest(): void {
    clearTimeout(this.#restTimer);
    this.#restTimer = window.setTimeout(() => this.events.onRest(), 350);
  }

  #drawFrame(): void {
    this.#frame = 0;
    const scene = this.#advance();
    const isHeavy = scene.boxes.length + scene.edges.length > HEAVY;
    const more = isHeavy ? this.#drawHeavy(scene) : this.#drawLight(scene);
    paintOverlay(this.#context, scene, this.#look, this.camera.zoom, this.overlay);
    if (more || this.#movement) this.draw();
    else this.events.onDrawn(this.scene, this.camera, this.view);
  }

  /** Moves camera and boxes to where they are by now. */
  #advance(): Scene {
    const movement = this.#movement;
    if (movement === undefined) return this.scene;
    const t = Math.min(1, (performance.now() - movement.begun) / TWEEN_MS);
    this.camera = cameraBetween(movement.from, movement.to, eased(t));
    if (t === 1) this.#movement = undefined;
    if (movement.scene === undefined || t === 1) return this.scene;
    return sceneBetween(movement.scene.before, this.scene, movement.scene.origin, eased(t));
  }

  #drawLight(scene: Scene): boolean {
    beginDrawing(this.#context, this.camera, this.view, this.#ratio, this.#look.palette.back);
    const quietEdges = this.overlay.lines.length > 0;
    finish(paintScene(this.#context, scene, this.#look, this.camera, this.view, this.trail, quietEdges));
    return false;
  }

  #drawHeavy(scene: Scene): boolean {
    beginDrawing(this.#context, this.camera, this.view, this.#ratio, this.#look.palette.back);
    const more = this.#backdrop.show(
      this.#context,
      this.#subject,
      (context, camera, view) => paintScene(context, scene, this.#look, camera, view),
      this.camera,
      this.view,
      this.#ratio,
      this.trail ? 0.25 : 1,
    );
    useCamera(this.#context, this.camera, this.view, this.#ratio);
    if (this.trail) paintTrail(this.#context, scene, this.#look, this.camera, this.view, this.trail);
    return more;
  }
}
