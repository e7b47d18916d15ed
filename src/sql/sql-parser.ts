// SQL to trees, away from the main thread: the parser is WebAssembly that may trap or never end on odd input, which must
// cost one query and not the program. So it lives in a worker with a deadline for each query, and a new worker takes
// the rest when that passes.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { packageFolder } from "../base/package-folder.ts";
import type { SqlDialect, SqlTree } from "./query-tree.ts";

export interface SqlParserOptions {
  /** How long one query may take. */
  readonly deadlineMs?: number;
  /** The worker's file, which the build makes. */
  readonly workerFile?: string;
}

interface Request {
  readonly sql: string;
  readonly settle: (tree: SqlTree) => void;
}

/** A thousand times what a large query takes. */
const DEADLINE_MS = 10_000;
/** Starting takes 0.2 s; on a machine under load it may take long, but not for ever. */
const START_MS = 60_000;

export class SqlParser {
  private readonly queue: Request[] = [];
  private worker: Worker | undefined;
  private isReady = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly deadlineMs: number;
  private readonly workerFile: string;

  constructor(
    readonly dialect: SqlDialect,
    { deadlineMs = DEADLINE_MS, workerFile }: SqlParserOptions = {},
  ) {
    this.deadlineMs = deadlineMs;
    this.workerFile = workerFile ?? join(packageFolder(), "dist", "sql-parser-worker.mjs");
  }

  /** Begins to load the parser, so that it is there when the first query comes. */
  warmUp(): void {
    this.worker ??= this.start();
  }

  /** The tree of a text. What cannot be parsed is told in the tree: never throws. */
  parse(sql: string): Promise<SqlTree> {
    return new Promise((settle) => {
      this.warmUp();
      this.queue.push({ sql, settle });
      this.worker?.postMessage(sql);
      if (this.queue.length === 1) this.watch();
    });
  }

  /** Ends the worker; queries that wait are answered as not parsed. */
  async close(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    clearTimeout(this.timer);
    for (const { settle } of this.queue.splice(0)) settle(unparsed("the parser was closed"));
    // V8 compiles WebAssembly in threads of its own, and dies when its bytes go away meanwhile.
    if (worker && !this.isReady) await hasStarted(worker);
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.workerFile, {
      workerData: this.dialect,
      resourceLimits: { stackSizeMb: 16 },
    });
    worker.unref();
    this.isReady = false;
    worker.on("message", (text: string) => {
      if (this.worker !== worker) return;
      if (this.isReady) this.queue.shift()?.settle(JSON.parse(text));
      else this.isReady = true;
      this.watch();
    });
    // An error comes by a way of its own and may overtake the answers before it; the end comes after all of them.
    let reason = "the parser ended";
    worker.on("error", () => {
      reason = "the parser failed";
    });
    worker.on("exit", () => this.replace(worker, reason));
    // They wait in the worker until it is ready, whether this thread's event loop turns or not.
    for (const { sql } of this.queue) worker.postMessage(sql);
    return worker;
  }

  /** Gives the first query that waits its time. While one waits, the program does not end. */
  private watch(): void {
    clearTimeout(this.timer);
    const { worker } = this;
    if (worker === undefined) return;
    if (this.queue.length === 0) {
      worker.unref();
      return;
    }
    worker.ref();
    const time = this.isReady ? this.deadlineMs : START_MS;
    const [first] = this.queue;
    const giveUp = (): void => {
      if (this.queue[0] === first) this.replace(worker, "the parser takes too long");
    };
    // When this thread was busy for so long, answers have come that were not read yet.
    this.timer = setTimeout(() => setImmediate(giveUp), time);
  }

  /** Gives up the query at the head of the queue and has the others parsed by a new worker. */
  private replace(worker: Worker, reason: string): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    clearTimeout(this.timer);
    void worker.terminate();
    // A worker that does not even start fails on every query in the same way.
    const lost = this.isReady ? this.queue.splice(0, 1) : this.queue.splice(0);
    for (const { settle } of lost) settle(unparsed(reason));
    if (this.queue.length > 0) this.warmUp();
    this.watch();
  }
}

function hasStarted(worker: Worker): Promise<void> {
  worker.ref();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, START_MS);
    for (const event of ["message", "error", "exit"]) {
      worker.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

function unparsed(reason: string): SqlTree {
  return { kind: "unparsed", reason, at: null };
}
