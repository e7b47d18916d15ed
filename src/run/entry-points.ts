// The signatures of what this folder offers to the pipeline; each function lives in the file named beside it.

import type { CatalogRelation } from "../adapter/adapter.ts";
import type { QueryResult } from "../adapter/result.ts";
import type { RunDeps } from "../compile/deps.ts";
import type { Dict } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Source } from "../manifest/node.ts";
import type { Plan, RunCommand } from "./plan.ts";
import type { RunReport } from "./report.ts";

/** plan-run.ts: pure. Empty plan: nothing selected; the caller says so aloud. */
export type PlanRun = (manifest: Manifest, selection: ReadonlySet<NodeId>, request: PlanRequest) => Plan;

export interface PlanRequest {
  readonly command: RunCommand;
  /** Batches to run again by model, from the run_results.json that is retried. */
  readonly retryBatches?: ReadonlyMap<NodeId, readonly (readonly [string, string])[]>;
}

/** execute-plan.ts: emits run-started, node-started, node-finished, hook-finished, statement; never throws for what a node does. */
export type ExecutePlan = (plan: Plan, deps: RunDeps) => Promise<RunReport>;

/** run-operation.ts: `macro` as typed ("name" or "package.name"). */
export type RunOperation = (
  request: { readonly macro: string; readonly args: Dict },
  deps: RunDeps,
) => Promise<RunReport>;

/** show-query.ts */
export type ShowQuery = (
  request: { readonly node: NodeId } | { readonly inline: string },
  limit: number | null,
  deps: RunDeps,
) => Promise<ShowResult>;

export interface ShowResult {
  readonly report: RunReport;
  /** The compiled SQL without the limit; undefined when it did not compile. */
  readonly compiledCode: string | undefined;
  /** Undefined when it failed. */
  readonly rows: QueryResult | undefined;
}

/** check-freshness.ts */
export type CheckFreshness = (selection: ReadonlySet<NodeId>, deps: RunDeps) => Promise<FreshnessReport>;

export interface FreshnessReport {
  readonly generatedAt: Date;
  readonly seconds: number;
  readonly results: readonly FreshnessResult[];
  readonly interrupted: boolean;
  readonly success: boolean;
}

export interface FreshnessResult {
  readonly source: Source;
  readonly status: "pass" | "warn" | "error" | "runtime error";
  readonly maxLoadedAt?: Date;
  readonly snapshottedAt?: Date;
  readonly message: string | null;
  readonly seconds: number;
}

/** read-catalog.ts */
export type ReadCatalog = (deps: RunDeps) => Promise<CatalogReport>;

export interface CatalogReport {
  readonly generatedAt: Date;
  readonly nodes: ReadonlyMap<NodeId, CatalogRelation>;
  readonly sources: ReadonlyMap<NodeId, CatalogRelation>;
  readonly errors: readonly string[];
}
