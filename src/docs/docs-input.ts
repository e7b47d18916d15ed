// What the docs are made of: the manifest and whatever else is known. Everything but the manifest may be missing, and
// the site says so where it matters.

import type { CatalogRelation } from "../adapter/adapter.ts";
import type { LineageGraph } from "../lineage/lineage-graph.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";
import type { LastRun } from "./last-run.ts";
import type { PastResult } from "./node-details.ts";
import type { SourceAge } from "./source-ages.ts";

export interface DocsInput {
  readonly manifest: Manifest;
  /** Relations of the warehouse, by node and source. */
  readonly catalog: ReadonlyMap<NodeId, CatalogRelation>;
  /** Compiled SQL. */
  readonly compiled: ReadonlyMap<NodeId, string>;
  readonly run: LastRun | undefined;
  /** Results of earlier runs, where they are remembered. */
  readonly past: ReadonlyMap<NodeId, readonly PastResult[]>;
  readonly ages: ReadonlyMap<NodeId, SourceAge>;
  readonly lineage: LineageGraph | undefined;
  readonly generatedAt: Date;
  /** How the warehouse compares identifiers. */
  fold(name: string): string;
}
