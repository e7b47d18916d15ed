// What `--state` brings: the manifest of another run, in the shapes of its JSON, and the results of its nodes.
// Selection compares with it, `--defer` takes relations from it.

import type { Dict } from "../jinja/value.ts";
import type { NodeId } from "./node.ts";

export interface PreviousManifest {
  /** Nodes, sources, exposures, metrics, semantic models, saved queries, unit tests and functions as they stand in manifest.json. */
  readonly resources: ReadonlyMap<NodeId, Dict>;
  /** Text of every macro. */
  readonly macros: ReadonlyMap<string, string>;
}

export interface SourceFreshnessState {
  /** Sources whose freshness was measured, to max_loaded_at in ISO 8601. */
  readonly loadedAt: ReadonlyMap<NodeId, string>;
  /** Sources whose check failed. */
  readonly failed: ReadonlySet<NodeId>;
}

export interface PreviousState {
  readonly manifest?: PreviousManifest;
  /** unique_id to dbt's status, from run_results.json. */
  readonly results?: ReadonlyMap<NodeId, string>;
  /** sources.json of the state folder and of the current target folder. */
  readonly sources?: { readonly before?: SourceFreshnessState; readonly now?: SourceFreshnessState };
}
