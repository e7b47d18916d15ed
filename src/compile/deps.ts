// What compiling and running need besides the node: the same object for every entry point, made once by the pipeline.

import type { Warehouse } from "../adapter/adapter.ts";
import type { SharedScope } from "../context/scope.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";
import type { DeferredRelation } from "./defer.ts";

/** Opens the warehouse when the first statement must run; later calls give the same one. Throws EtlError. */
export type OpenWarehouse = () => Promise<Warehouse>;

export interface RunDeps {
  readonly shared: SharedScope;
  readonly manifest: Manifest;
  readonly openWarehouse: OpenWarehouse;
  /** unique_ids that the user selected, for `selected_resources` and --favor-state. */
  readonly selected: ReadonlySet<NodeId>;
  /** Relations of the manifest given by --defer, by id; undefined without --defer. */
  readonly deferred?: ReadonlyMap<NodeId, DeferredRelation>;
}
