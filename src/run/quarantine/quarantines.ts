// Which tests put rows into quarantine rather than fail (config `quarantine: true` of a test, or of its model for all of its
// tests that fail a build), node by node.

import type { Manifest } from "../../manifest/manifest.ts";
import { type ManifestNode, materialization, type NodeId, type Resource } from "../../manifest/node.ts";
import type { Plan } from "../plan.ts";
import type { QuarantinesOfRun, QuarantineTest } from "../run-context.ts";
import { testsByNode } from "../tests/audits.ts";

/** Materializations whose rows are those of their query; a view has none of its own, a snapshot those of its past. */
const WITHOUT_ROWS: ReadonlySet<string> = new Set(["view", "materialized_view", "ephemeral", "snapshot"]);

export class Quarantines implements QuarantinesOfRun {
  readonly #testsOf: ReadonlyMap<NodeId, readonly QuarantineTest[]>;

  constructor(manifest: Manifest, plan: Plan) {
    const steps = plan.steps.filter(({ resource, action }) => action === "run" && canQuarantine(resource));
    // Most projects have none, and pay nothing for it.
    const asked = [...manifest.resources.values()].some(
      (one) => "config" in one && one.config.get("quarantine") === true,
    );
    this.#testsOf = asked
      ? testsOf(
          manifest,
          plan,
          steps.map(({ id }) => id),
        )
      : new Map();
  }

  testsOf(node: ManifestNode): readonly QuarantineTest[] {
    return this.#testsOf.get(node.id) ?? [];
  }

  /** Whether a node's rows may go aside. */
  has(id: NodeId): boolean {
    return this.#testsOf.has(id);
  }

  get isEmpty(): boolean {
    return this.#testsOf.size === 0;
  }
}

/** Whether rows of a resource can be put aside. */
function canQuarantine(resource: Resource): resource is ManifestNode {
  const { resourceType } = resource;
  return (
    (resourceType === "model" || resourceType === "seed") && !WITHOUT_ROWS.has(materialization(resource))
  );
}

function testsOf(
  manifest: Manifest,
  plan: Plan,
  ids: readonly NodeId[],
): ReadonlyMap<NodeId, readonly QuarantineTest[]> {
  const found = new Map<NodeId, readonly QuarantineTest[]>();
  for (const [id, tests] of testsByNode(manifest, plan, ids)) {
    const node = manifest.resources.get(id);
    const ofAll = node && "config" in node && node.config.get("quarantine") === true;
    const wanted = tests.flatMap((test): QuarantineTest[] => {
      if ((test.attachedNode ?? test.dependsOnNodes[0]) !== id) return [];
      const own = test.config.get("quarantine");
      if (own === true) return [{ test, isExplicit: true }];
      const fails = String(test.config.get("severity") ?? "error").toLowerCase() === "error";
      return ofAll && own !== false && fails ? [{ test, isExplicit: false }] : [];
    });
    if (wanted.length > 0) found.set(id, wanted);
  }
  return found;
}
