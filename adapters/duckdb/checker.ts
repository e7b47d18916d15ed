// Asks DuckDB's binder about queries, in a process of its own: the engine is native code, so what makes it crash or never
// end must cost one verdict and not the program. The process holds an empty database in memory and can reach nothing else.

import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { EmptyRelation, QueryChecker, Verdict } from "../../src/adapter/query-checker.ts";
import { packageFolder } from "../../src/base/package-folder.ts";
import type { DuckDBCredentials } from "./credentials.ts";

/** What the process is told first. */
export interface CheckerSetup {
  readonly kind: "setup";
  /** The database that names without one mean. */
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly extensions: readonly string[];
}

export interface CheckerQuestion {
  readonly kind: "question";
  readonly sql: string;
  readonly relations: readonly EmptyRelation[];
}

interface Waiting {
  readonly question: CheckerQuestion;
  readonly settle: (verdict: Verdict) => void;
}

export interface CheckerOptions {
  /** How long one query may take. */
  readonly deadlineMs?: number;
  /** The program of the process, which the build makes. */
  readonly program?: string;
}

/** A thousand times what a large query takes. */
const DEADLINE_MS = 10_000;
/** Loading the engine takes 0.2 s; on a machine under load it may take long. */
const START_MS = 60_000;
/** An engine that breaks down more often is not started again. */
const MOST_LOSSES = 3;

export class ProcessChecker implements QueryChecker {
  readonly key: string;
  readonly #setup: CheckerSetup;
  readonly #deadlineMs: number;
  readonly #program: string;
  readonly #queue: Waiting[] = [];
  #child: ChildProcess | undefined;
  #hasAnswered = false;
  #losses = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { database, settings, configOptions, extensions }: DuckDBCredentials,
    { deadlineMs = DEADLINE_MS, program }: CheckerOptions = {},
  ) {
    this.#setup = {
      kind: "setup",
      database,
      settings: { ...configOptions, ...settings },
      extensions: extensions.map(({ name }) => name),
    };
    this.#deadlineMs = deadlineMs;
    this.#program = program ?? join(packageFolder(), "dist", "duckdb-checker.mjs");
    const driver: { readonly version?: string } = createRequire(import.meta.url)(
      "@duckdb/node-api/package.json",
    );
    // A hash, because settings may be secrets and the key is kept on disk.
    this.key = createHash("sha256")
      .update(JSON.stringify([driver.version, this.#setup]))
      .digest("base64");
  }

  check(sql: string, relations: readonly EmptyRelation[]): Promise<Verdict> {
    return new Promise((settle) => {
      const question: CheckerQuestion = { kind: "question", sql, relations };
      if (this.#losses >= MOST_LOSSES) return settle({ kind: "unsure" });
      this.#queue.push({ question, settle });
      if (this.#child === undefined) this.#start();
      else this.#child.send(question);
      if (this.#queue.length === 1) this.#watch();
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    clearTimeout(this.#timer);
    for (const { settle } of this.#queue.splice(0)) settle({ kind: "unsure" });
    child?.kill("SIGKILL");
  }

  #start(): void {
    const child = fork(this.#program, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    this.#child = child;
    this.#hasAnswered = false;
    // Waiting for it must not keep a program alive that has ended otherwise.
    child.unref();
    child.on("message", (verdict: Verdict) => {
      if (this.#child !== child) return;
      this.#hasAnswered = true;
      this.#queue.shift()?.settle(verdict);
      this.#watch();
    });
    child.on("error", () => this.#lose(child, "the engine could not be started"));
    child.on("exit", () => this.#lose(child, "the engine broke down"));
    child.send(this.#setup);
    for (const { question } of this.#queue) child.send(question);
  }

  /** Gives the first question its time. */
  #watch(): void {
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    if (this.#queue.length === 0) {
      child.channel?.unref();
      return;
    }
    child.channel?.ref();
    const time = this.#hasAnswered ? this.#deadlineMs : START_MS;
    this.#timer = setTimeout(() => this.#lose(child, "the engine takes too long"), time);
  }

  /** Gives up the question at the head of the queue; the others go to a new process. */
  #lose(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#losses += 1;
    clearTimeout(this.#timer);
    child.kill("SIGKILL");
    this.#queue.shift()?.settle({ kind: "lost", reason });
    if (this.#losses >= MOST_LOSSES)
      for (const { settle } of this.#queue.splice(0)) settle({ kind: "unsure" });
    if (this.#queue.length > 0) this.#start();
    this.#watch();
  }
}
