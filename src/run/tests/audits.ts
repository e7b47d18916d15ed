// Audit before publish (config `audit: true`): the data tests of a node are run in its own transaction before its new rows
// can be seen. One that fails takes everything back, so no reader ever sees a bad row; those that pass are not run again by
// the build. A relation that is built beside the old one is tested under the name that it has there, since readers wait
// from the rename on; everything else is tested right before the COMMIT.

import type { Relation } from "../../adapter/relation.ts";
import { type Diagnostic, EtlError, errorAt } from "../../base/diagnostic.ts";
import { hookValues } from "../../compile/node-scope.ts";
import { truth } from "../../jinja/operations.ts";
import { NativeFunction, type Value } from "../../jinja/value.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { DataTest, ManifestNode, NodeId } from "../../manifest/node.ts";
import { NodeProgress, type Outcome } from "../outcome.ts";
import type { Plan } from "../plan.ts";
import type { AuditsOfRun, RunContext, Work } from "../run-context.ts";
import { runTest } from "./run-test.ts";

/** Failing rows are not kept: their table would belong to the transaction that is taken back. */
const KEEP_NOTHING: ReadonlyMap<string, Value> = new Map([
  ["should_store_failures", new NativeFunction("should_store_failures", () => false)],
]);

export class Audits implements AuditsOfRun {
  readonly #outcomes = new Map<NodeId, Outcome>();
  readonly #testsOf: ReadonlyMap<NodeId, readonly DataTest[]>;

  constructor(manifest: Manifest, plan: Plan) {
    const audited = plan.steps.filter(
      ({ resource, action }) =>
        action === "run" && "config" in resource && resource.config.get("audit") === true,
    );
    this.#testsOf = testsByNode(
      manifest,
      plan,
      audited.map(({ id }) => id),
    );
  }

  testsOf(node: ManifestNode): readonly DataTest[] {
    return node.config.get("audit") === true ? (this.#testsOf.get(node.id) ?? []) : [];
  }

  /**
   * Runs the tests of a node whose new data are visible in the session of `work` only.
   * @param rows where they lie, when not under the name of the node
   * @throws EtlError(audit-failed) with what each failing test says
   */
  async check(context: RunContext, node: ManifestNode, work: Work, rows?: Relation): Promise<void> {
    const failed: Diagnostic[] = [];
    const tests = this.testsOf(node);
    for (const test of tests) {
      const progress = new NodeProgress(context.deps.shared.host);
      const instead = rows && { id: node.id, relation: rows };
      const ended = await runTest(context, test, work, progress, { names: KEEP_NOTHING, instead });
      if (ended.status === "fail") failed.push(...ended.diagnostics);
      else this.#outcomes.set(test.id, ended);
    }
    if (failed.length === 0) return;
    const text = `${node.resourceType} "${node.name}" is not published: ${failed.length} of ${tests.length} tests failed on its new rows`;
    throw new EtlError([
      errorAt("audit-failed", text, node.place, { help: "the relation is as it was before this run" }),
      ...failed,
    ]);
  }

  /** What an audit has found out about a test, so that it need not run again. */
  outcomeOf(test: DataTest): Outcome | undefined {
    return this.#outcomes.get(test.id);
  }
}

/** The audit of one node, for the answerer of its requests: the first COMMIT of each attempt publishes. */
export interface NodeAudit {
  readonly answers: {
    readonly audit?: () => Promise<void>;
    readonly unpublished?: (relation: Relation) => Promise<void>;
  };
  /** Told of the work of each attempt before it begins. */
  begin(work: Work): void;
}

/** @param isFinal whether the rows of a relation that is built are those that will be published: nothing takes some out */
export function auditOf(context: RunContext, node: ManifestNode, isFinal: boolean): NodeAudit {
  const { audits } = context;
  if (!audits || audits.testsOf(node).length === 0) return { answers: {}, begin: () => {} };
  let pending: Work | undefined;
  const audit = async (rows?: Relation): Promise<void> => {
    const work = pending;
    pending = undefined;
    if (work) await audits.check(context, node, work, rows);
  };
  // Hooks may change the rows, too.
  const isEarly = isFinal && !truth(hookValues(node.config, "post-hook"));
  return {
    answers: { audit: () => audit(), ...(isEarly ? { unpublished: audit } : {}) },
    begin: (work) => {
      pending = work;
    },
  };
}

/**
 * Tests that can be run when a node is about to be published: all else that they read is built before it, or not at all.
 * @param ids the nodes that are asked for
 */
export function testsByNode(
  { resources }: Manifest,
  plan: Plan,
  ids: readonly NodeId[],
): ReadonlyMap<NodeId, readonly DataTest[]> {
  const found = new Map<NodeId, DataTest[]>();
  if (ids.length === 0) return found;
  const planned = new Set(plan.steps.map(({ id }) => id));
  const ancestors = new Map(ids.map((id) => [id, ancestorsOf(id, resources)]));
  for (const test of resources.values()) {
    if (test.resourceType !== "test") continue;
    for (const id of test.dependsOnNodes) {
      const before = ancestors.get(id);
      if (!before) continue;
      const isReady = test.dependsOnNodes.every(
        (other) => other === id || before.has(other) || !planned.has(other),
      );
      if (isReady) found.set(id, [...(found.get(id) ?? []), test]);
    }
  }
  return found;
}

function ancestorsOf(id: NodeId, resources: Manifest["resources"]): ReadonlySet<NodeId> {
  const seen = new Set<NodeId>();
  const visit = (one: NodeId) => {
    const resource = resources.get(one);
    for (const parent of resource && "dependsOnNodes" in resource ? resource.dependsOnNodes : []) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      visit(parent);
    }
  };
  visit(id);
  return seen;
}
