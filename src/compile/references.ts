// What `ref`, `source`, `function` and `metric` give while a node is compiled and run: relations. Refs to ephemeral
// models give the name of a CTE and remember that it has to be injected.

import type { Relation } from "../adapter/relation.ts";
import { cteName } from "../adapter/relation.ts";
import { didYouMean } from "../base/nearest.ts";
import { fail } from "../context/fail.ts";
import { MetricValue } from "../context/metric-value.ts";
import { EVENT_TIME_FILTER, RelationValue } from "../context/relation-value.ts";
import type { References, SharedScope } from "../context/scope.ts";
import type { Value } from "../jinja/value.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type NameIndex, type RefName, refText } from "../manifest/name-index.ts";
import type { NodeId, Refable, Resource } from "../manifest/node.ts";
import { semanticToValue } from "../manifest/semantic-json.ts";
import { type Deferral, deferredRelation } from "./defer.ts";
import { eventTimeCondition, type TimeWindow } from "./event-time.ts";
import { cteRelation, isEphemeral, nodeRelation, sourceRelation } from "./node-relation.ts";

export interface ReferenceOptions {
  readonly shared: SharedScope;
  readonly manifest: Manifest;
  /** Of the manifest. */
  readonly index: NameIndex;
  /** Name for messages, and the package from which names are looked up. */
  readonly node: { readonly id: NodeId; readonly name: string; readonly packageName: string };
  /** Parents that parsing found; undefined where any may be used (operations, hooks, inline queries). */
  readonly known?: ReadonlySet<NodeId>;
  readonly deferral?: Deferral;
  /** --empty: relations give no rows. */
  readonly empty: boolean;
  /** What a ref to one node gives in the place of its relation. */
  readonly instead?: Instead;
  /** Only rows of this window are read of relations that have an event time. */
  readonly window?: TimeWindow;
  /** Called for each ephemeral model that the query reads; undefined where none may be. */
  readonly onEphemeral?: (id: NodeId) => void;
}

export interface Instead {
  readonly id: NodeId;
  readonly relation: Relation;
}

/** The references of a node that is about to run; mistakes end the template at the place of the call. */
export function runReferences(options: ReferenceOptions): References {
  const { shared, manifest, index, node } = options;
  return {
    ref(call) {
      const target = index.findRef(call, node.packageName);
      if (!target) return unknownRef(options, call);
      if (options.known && !options.known.has(target.id)) return undeclared(node.name, refText(call));
      if (options.instead?.id === target.id)
        return new RelationValue(options.instead.relation, shared.adapter);
      if (isEphemeral(target)) return ephemeral(options, target);
      const own = nodeRelation(target, shared);
      return relationValue(options, deferredRelation(target.id, own, options.deferral), target);
    },
    source({ source, table }) {
      const target = index.findSource(source, table, node.packageName);
      if (!target) return unknownSource(options, source, table);
      return relationValue(options, sourceRelation(target, shared), target);
    },
    function({ name, packageName }) {
      const target = index.findFunction(name, packageName, node.packageName);
      if (!target) return fail("CompilationError", `function "${name}" does not exist or is disabled`);
      const own = nodeRelation(target, shared);
      // No warehouse lists functions among its relations: what is not built now is taken from elsewhere, as in dbt.
      const isBuilt = options.deferral?.selected.has(target.id);
      const relation = isBuilt ? own : deferredRelation(target.id, own, options.deferral);
      return new RelationValue(relation, shared.adapter);
    },
    metric(call) {
      const [name = "", packageName = null] = [...call].reverse();
      const target = index.findMetric(name, packageName, node.packageName);
      if (!target)
        return fail("CompilationError", `metric "${call.join(".")}" does not exist or is disabled`);
      return new MetricValue(target.name, target.packageName, semanticToValue(target, manifest));
    },
  };
}

function ephemeral({ shared, onEphemeral, ...options }: ReferenceOptions, target: Refable): Value {
  if (!onEphemeral) {
    return fail(
      "CompilationError",
      `ephemeral model "${target.name}" has no relation that an operation or a hook could read`,
      "build it as a view or a table",
    );
  }
  onEphemeral(target.id);
  return relationValue({ shared, ...options }, cteRelation(cteName(target.alias)), target);
}

function relationValue(
  { shared, empty, window }: ReferenceOptions,
  relation: Relation,
  target: Resource,
): RelationValue {
  const { adapter } = shared;
  const condition = window && eventTimeCondition(target, window, adapter);
  const limited = empty ? { ...relation, limit: 0 } : relation;
  return new RelationValue(
    condition === undefined
      ? limited
      : { ...limited, options: { ...limited.options, [EVENT_TIME_FILTER]: condition } },
    adapter,
  );
}

function unknownRef({ index, node }: ReferenceOptions, call: RefName): never {
  return fail(
    "CompilationError",
    `"${node.name}" refers to "${call.name}"${call.version === null ? "" : `, version ${call.version}`}, which does not exist or is disabled`,
    didYouMean(call.name, index.refNames()),
  );
}

function unknownSource({ index, node }: ReferenceOptions, source: string, table: string): never {
  return fail(
    "CompilationError",
    `"${node.name}" refers to source "${source}.${table}", which does not exist or is disabled`,
    didYouMean(`${source}.${table}`, index.sourceNames()),
  );
}

/** A ref that parsing did not reach, so that the order of the run does not know of it (dbt's RefBadContextError). */
function undeclared(name: string, ref: string): never {
  return fail(
    "CompilationError",
    `${ref} of "${name}" was not reached when the project was parsed, so it is not known that "${name}" must wait for it`,
    `put this line at the top of the file: -- depends_on: {{ ${ref} }}`,
  );
}
