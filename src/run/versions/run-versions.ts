// The versions of one run: what the relations of its nodes were when it began, and a keeper for each node. Views are read
// then, all with one query, since a table that is rebuilt may take the views on it along before their own turn comes.

import type { Relation } from "../../adapter/relation.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import { readKeepVersions } from "../../config/keep-versions.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { SharedScope } from "../../context/scope.ts";
import { isRefable, type ManifestNode, materialization, type NodeId } from "../../manifest/node.ts";
import { relationKey } from "../../state/row-values.ts";
import type { StateStore } from "../../state/state-store.ts";
import type { StateSessions } from "../memory/state-sessions.ts";
import type { Plan, Step } from "../plan.ts";
import { type Before, NodeVersions } from "./node-versions.ts";

/** Materializations that tell all that they do to a relation. Others may still keep tables by the macros for it. */
const TELLING: ReadonlySet<string> = new Set([
  "view",
  "table",
  "incremental",
  "seed",
  "snapshot",
  "materialized_view",
]);

export class RunVersions {
  readonly #before = new Map<NodeId, Before>();
  readonly #keepers = new Map<NodeId, NodeVersions>();

  constructor(
    private readonly shared: SharedScope,
    private readonly sessions: StateSessions,
  ) {}

  /** Looks at what the plan's nodes of one database are now. @throws DatabaseError */
  async look(plan: Plan, database: string | null, run: RunStatement): Promise<void> {
    const nodes = plan.steps.flatMap((step) =>
      keepsVersions(step) && step.resource.database === database ? [step.resource] : [],
    );
    const { relations, adapter } = this.shared;
    await relations.ensure(nodes.map(({ schema }) => ({ database, schema })));
    const views = new Map<string, NodeId>();
    const asked: RelationValue[] = [];
    for (const node of nodes) {
      const found = relations.get(database, node.schema, node.alias);
      this.#before.set(node.id, { was: kindOf(found), script: null });
      if (!found || (found.kind !== "view" && found.kind !== "materialized_view")) continue;
      if (!TELLING.has(materialization(node))) continue;
      views.set(relationKey(found.schema, found.identifier), node.id);
      asked.push(new RelationValue({ ...nodeRelation(node, this.shared), ...found }, adapter));
    }
    if (asked.length === 0) return;
    const { rows } = await run(await this.sessions.macro("view_definitions", [asked]), true);
    for (const [schema, name, script] of rows) {
      const id = views.get(relationKey(schema, name));
      const before = id === undefined ? undefined : this.#before.get(id);
      if (id !== undefined && before) this.#before.set(id, { ...before, script: String(script) });
    }
  }

  /** The keeper of a node, the same one for all of its batches; undefined where nothing is kept. */
  of(node: ManifestNode, store: StateStore | undefined): NodeVersions | undefined {
    const before = this.#before.get(node.id);
    if (!before || !store) return undefined;
    let keeper = this.#keepers.get(node.id);
    if (!keeper) {
      const { shared, sessions } = this;
      const count = readKeepVersions(node.config.get("keep_versions")) ?? 0;
      keeper = new NodeVersions({ shared, node, store, sessions, before, count });
      this.#keepers.set(node.id, keeper);
    }
    return keeper;
  }
}

/** Whether a step changes a relation that is kept before. */
export function keepsVersions(step: Step): step is Step & { readonly resource: ManifestNode } {
  const { resource, action } = step;
  if (action !== "run" || !isRefable(resource)) return false;
  return (readKeepVersions(resource.config.get("keep_versions")) ?? 0) > 0;
}

function kindOf(relation: Relation | undefined): Before["was"] {
  const kind = relation?.kind;
  if (!relation) return null;
  return kind === "view" || kind === "materialized_view" ? kind : "table";
}
