// What happens while a command runs, as one union of plain facts. `report` renders them (console, JSON lines,
// log file, JUnit, CI annotations); results are returned by the stages, never rebuilt from events.

import type { Diagnostic } from "./diagnostic.ts";

/** What subscribers need to know of a node in order to speak about it. */
export interface NodeFacts {
  readonly id: string;
  readonly name: string;
  /** dbt's resource type: model, seed, snapshot, test, unit_test, operation, source ... */
  readonly resourceType: string;
  readonly packageName: string;
  /** Materialization, test kind or the like; empty where there is none. */
  readonly materialized: string;
  /** schema.alias as users read it; empty for nodes without a relation. */
  readonly relation: string;
  /** Where the user wrote it, relative to the project. */
  readonly file: string;
}

/** dbt's node statuses (run_results v6) plus "reused". */
export type NodeStatus =
  | "success"
  | "error"
  | "skipped"
  | "pass"
  | "fail"
  | "warn"
  | "runtime error"
  | "partial success"
  | "no-op"
  | "reused";

/** True for the statuses that make the command end with 1. */
export function isFailure(status: NodeStatus): boolean {
  return (
    status === "error" || status === "fail" || status === "runtime error" || status === "partial success"
  );
}

export interface NodeFinished {
  readonly kind: "node-finished";
  readonly node: NodeFacts;
  /** 1-based number of the node and how many there are, in the order in which nodes started. */
  readonly index: number;
  readonly total: number;
  readonly status: NodeStatus;
  readonly seconds: number;
  /** dbt's message, e.g. "CREATE TABLE", "INSERT 100", "Got 3 results, configured to fail if != 0". */
  readonly message: string;
  /** Rows written or, for tests, failing rows; undefined where it is not known. */
  readonly rows?: number;
  readonly failures?: number;
  readonly diagnostics: readonly Diagnostic[];
  /** The first failing rows of a test, to be shown below its line. */
  readonly sample?: ResultSample;
  /** Why a node was skipped: the node that failed before it. */
  readonly because?: string;
}

/** A few rows to show to a person; cells are already text, null is SQL null. */
export interface ResultSample {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** How many rows there are in all; undefined when not known. */
  readonly total?: number;
}

export interface SlowerNode {
  readonly node: string;
  readonly name: string;
  readonly seconds: number;
  /** Median of earlier runs. */
  readonly usual: number;
}

export type EtlEvent =
  | {
      readonly kind: "command-started";
      readonly command: string;
      readonly invocationId: string;
      readonly version: string;
      readonly at: Date;
    }
  | {
      readonly kind: "project-parsed";
      readonly counts: Readonly<Record<string, number>>;
      readonly seconds: number;
      readonly cached: boolean;
    }
  | {
      readonly kind: "run-started";
      readonly total: number;
      readonly threads: number;
      readonly adapter: string;
      readonly target: string;
    }
  | {
      readonly kind: "node-started";
      readonly node: NodeFacts;
      readonly index: number;
      readonly total: number;
    }
  | NodeFinished
  | {
      readonly kind: "hook-finished";
      readonly name: string;
      readonly index: number;
      readonly total: number;
      readonly status: NodeStatus;
      readonly seconds: number;
      readonly message: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** Told at the end of a run whose history is kept: the nodes that took far longer than usual, the worst first. */
  | { readonly kind: "nodes-slower"; readonly nodes: readonly SlowerNode[] }
  | {
      readonly kind: "statement";
      readonly node: string;
      readonly sql: string;
      readonly milliseconds: number;
      readonly rows?: number;
      readonly error?: string;
    }
  /** Rows of a node that broke a test went into quarantine; the others are published. */
  | {
      readonly kind: "rows-quarantined";
      readonly node: string;
      readonly name: string;
      readonly rows: number;
    }
  | { readonly kind: "diagnostic"; readonly diagnostic: Diagnostic }
  /** A `{{ log(...) }}` or `{{ print(...) }}` of a template, or a sentence of our own. */
  | {
      readonly kind: "message";
      readonly level: "debug" | "info";
      readonly text: string;
      readonly node?: string;
      readonly print?: boolean;
    }
  | {
      readonly kind: "command-finished";
      readonly command: string;
      readonly exitCode: number;
      readonly seconds: number;
    };
