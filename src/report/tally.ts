// What has happened so far in a run, gathered from events: what the live display, the closing summary and the CI
// summary count. Nothing else remembers events.

import {
  type EtlEvent,
  isFailure,
  type NodeFacts,
  type NodeFinished,
  type SlowerNode,
} from "../base/events.ts";
import { visibleLine } from "../base/visible-text.ts";

export interface RunningNode {
  readonly node: NodeFacts;
  /** Monotonic milliseconds. */
  readonly since: number;
}

export interface Counts {
  readonly built: number;
  readonly reused: number;
  readonly passed: number;
  readonly warned: number;
  readonly failed: number;
  readonly skipped: number;
}

export class Tally {
  command = "";
  total = 0;
  /** Monotonic milliseconds at run-started. */
  runSince: number | undefined;
  warnings = 0;
  errors = 0;
  hooksFailed = 0;
  /** Rows that went into quarantine, by the name of their node. */
  readonly quarantined = new Map<string, number>();
  slower: readonly SlowerNode[] = [];
  readonly running = new Map<string, RunningNode>();
  readonly finished: NodeFinished[] = [];

  /** @param elapsed the monotonic clock of the host */
  constructor(private readonly elapsed: () => number) {}

  add(event: EtlEvent): void {
    switch (event.kind) {
      case "command-started":
        this.command = event.command;
        break;
      case "run-started":
        this.total = event.total;
        this.runSince = this.elapsed();
        break;
      case "node-started":
        this.running.set(event.node.id, { node: event.node, since: this.elapsed() });
        break;
      case "node-finished":
        this.running.delete(event.node.id);
        this.finished.push(event);
        break;
      case "nodes-slower":
        this.slower = event.nodes;
        break;
      case "hook-finished":
        if (event.status === "error" || event.status === "fail") this.hooksFailed += 1;
        break;
      case "rows-quarantined":
        this.quarantined.set(event.name, (this.quarantined.get(event.name) ?? 0) + event.rows);
        break;
      case "diagnostic":
        if (event.diagnostic.severity === "warning") this.warnings += 1;
        else this.errors += 1;
        break;
      case "message":
      case "project-parsed":
      case "statement":
      case "command-finished":
        break;
    }
  }

  /** Milliseconds since the first node could start. */
  sinceStart(): number {
    return this.runSince === undefined ? 0 : this.elapsed() - this.runSince;
  }

  secondsOf(running: RunningNode): number {
    return (this.elapsed() - running.since) / 1000;
  }

  counts(): Counts {
    const counts = { built: 0, reused: 0, passed: 0, warned: 0, failed: 0, skipped: 0 };
    for (const { status } of this.finished) {
      if (status === "success") counts.built += 1;
      else if (status === "reused") counts.reused += 1;
      else if (status === "pass") counts.passed += 1;
      else if (status === "warn") counts.warned += 1;
      else if (status === "skipped") counts.skipped += 1;
      else if (status !== "no-op") counts.failed += 1;
    }
    return counts;
  }

  /** Rows that were written, where the engine told. */
  rows(): number {
    return this.finished.reduce((sum, { status, rows }) => sum + (status === "success" ? (rows ?? 0) : 0), 0);
  }

  /** Those that failed, in the order in which they ended. */
  failed(): readonly NodeFinished[] {
    return this.finished.filter(({ status }) => isFailure(status));
  }

  /** The slowest first; at most so many, and none that took no time worth telling. */
  slowest(count: number): readonly NodeFinished[] {
    return this.finished
      .filter(({ status, seconds }) => status !== "skipped" && seconds >= 0.01)
      .sort((a, b) => b.seconds - a.seconds || (a.node.id < b.node.id ? -1 : 1))
      .slice(0, count);
  }

  /** A node's name by its id, for "skipped because". */
  nameOf(id: string): string {
    return visibleLine(this.finished.find(({ node }) => node.id === id)?.node.name ?? id.split(".")[2] ?? id);
  }
}

/** True for commands that build nothing. */
export function isCompiling({ command }: Tally): boolean {
  return command === "compile" || command === "docs generate";
}
