// The column lineage of a project: its nodes in the order of the graph, each traced with the columns of those before it.
// It reads nothing and writes nothing; the parser is lent.

import type { QueryChecker } from "../adapter/query-checker.ts";
import { topologicalOrder } from "../base/dag.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Model, NodeId, Resource, Snapshot } from "../manifest/node.ts";
import type { Name, SqlDialect, SqlTree } from "../sql/query-tree.ts";
import { askEngine, isPlainQuery, type ReadRelation } from "./ask-engine.ts";
import {
  declaredColumns,
  isTraceable,
  mayHaveKey,
  relationParents,
  rootRelation,
  type Schemas,
  withSnapshotColumns,
} from "./known-relations.ts";
import {
  type CachedNode,
  hashOf,
  isCurrent,
  type LineageCache,
  meaningOf,
  type NameRead,
} from "./lineage-cache.ts";
import type { LineageGraph } from "./lineage-graph.ts";
import { type NodeLineage, nodeLineage, untraced, withUnresolved } from "./node-lineage.ts";
import { graphOf } from "./observed-columns.ts";
import type { KnownRelation } from "./query-lineage.ts";
import { type RelationAddress, RelationIndex } from "./relation-index.ts";
import { traceQuery } from "./trace-query.ts";

export interface LineageRequest {
  readonly manifest: Manifest;
  readonly dialect: SqlDialect;
  /** SQL of models and snapshots; those that could not be compiled are missing. */
  readonly compiled: ReadonlyMap<NodeId, string>;
  /**
   * Nodes whose templates asked the warehouse while they were compiled: their columns can depend on what is built
   * there, so nothing is said of names that seem wrong in them or in what reads them.
   */
  readonly introspected: ReadonlySet<NodeId>;
  readonly addresses: readonly RelationAddress[];
  readonly schemas: Schemas;
  readonly parse: (sql: string) => Promise<SqlTree>;
  readonly cache?: LineageCache;
  /** Settles types of columns and what is wrong; absent where the engine is not asked. */
  readonly checker?: QueryChecker;
}

/** A query that could not be read, so that its node has no column lineage. */
export interface UnreadQuery {
  readonly id: NodeId;
  readonly reason: string;
  /** Offset in the compiled SQL. */
  readonly at: number | null;
}

export interface ProjectLineage {
  readonly graph: LineageGraph;
  /** The same by node, with what is wrong with the names of its query. */
  readonly nodes: ReadonlyMap<NodeId, NodeLineage>;
  readonly unread: readonly UnreadQuery[];
  /** Nodes over whose queries the engine broke down or ran out of time, with the reason. */
  readonly lost: ReadonlyMap<NodeId, string>;
  /** To be kept for the next run. */
  readonly cache: LineageCache;
  /** How many nodes were traced anew. */
  readonly traced: number;
}

/** Traces all sources, seeds, models, snapshots and exposures. */
export async function traceLineage(request: LineageRequest): Promise<ProjectLineage> {
  const tracing = new Tracing(request);
  const { order } = topologicalOrder(request.manifest.parents);
  const pending = tracing.startParsing(order);
  for (const id of order) {
    const resource = request.manifest.resources.get(id);
    if (resource !== undefined) await tracing.add(resource, pending.get(id));
    pending.delete(id);
  }
  return tracing.result();
}

class Tracing {
  private readonly index: RelationIndex;
  private readonly injected: ReadonlySet<string>;
  private readonly relations = new Map<NodeId, KnownRelation>();
  private readonly meanings = new Map<NodeId, string>();
  private readonly hashes = new Map<NodeId, string>();
  private readonly done = new Map<NodeId, NodeLineage>();
  private readonly kept = new Map<NodeId, CachedNode>();
  private readonly unread: UnreadQuery[] = [];
  private readonly lost = new Map<NodeId, string>();
  private traced = 0;

  constructor(private readonly request: LineageRequest) {
    this.index = new RelationIndex(request.addresses);
    this.injected = new Set(request.addresses.flatMap(({ cte }) => cte ?? []));
  }

  /** Has those queries parsed that the cache does not know at all, so that the parser works while others are traced. */
  startParsing(order: readonly NodeId[]): Map<NodeId, Promise<SqlTree>> {
    const { compiled, cache, parse, manifest } = this.request;
    const pending = new Map<NodeId, Promise<SqlTree>>();
    for (const id of order) {
      const sql = compiled.get(id);
      const resource = manifest.resources.get(id);
      if (sql === undefined || resource === undefined || !isTraceable(resource)) continue;
      const hash = hashOf(sql);
      this.hashes.set(id, hash);
      if (cache?.get(id)?.sql !== hash) pending.set(id, parse(sql));
    }
    return pending;
  }

  async add(resource: Resource, pending: Promise<SqlTree> | undefined): Promise<void> {
    switch (resource.resourceType) {
      case "source":
      case "seed":
        return this.addRoot(resource);
      case "exposure":
        return this.finish(this.tableLevel(resource, "an exposure has no columns of its own"));
      case "model":
      case "snapshot":
        return this.addQuery(resource, pending);
    }
  }

  private addRoot(resource: Parameters<typeof rootRelation>[0]): void {
    const relation = rootRelation(resource, this.request.schemas, this.request.dialect);
    this.relations.set(resource.id, relation);
    const columns = relation.columns.map(({ name, type }) => ({ name, type }));
    const status = relation.isComplete
      ? ({ kind: "traced" } as const)
      : ({ kind: "table-level", reason: "only the columns are known that its properties declare" } as const);
    this.done.set(resource.id, untraced({ id: resource.id, columns, status }));
  }

  private async addQuery(resource: Model | Snapshot, pending: Promise<SqlTree> | undefined): Promise<void> {
    const sql = this.request.compiled.get(resource.id);
    if (sql === undefined) {
      const reason =
        resource.language === "python" ? "it is written in Python" : "its SQL could not be compiled";
      return this.finish(this.tableLevel(resource, reason));
    }
    const near = new Set([resource.id, ...relationParents(resource.id, this.request.manifest)]);
    const cached = this.request.cache?.get(resource.id);
    const sqlHash = this.hashes.get(resource.id) ?? hashOf(sql);
    if (cached?.sql === sqlHash && isCurrent(cached, (name) => this.meaning(this.index.find(name, near)))) {
      this.kept.set(resource.id, cached);
      return this.finish(cached.lineage);
    }
    const tree = await (pending ?? this.request.parse(sql));
    this.traced += 1;
    const reads = new Map<string, NameRead>();
    const lineage = await this.trace(resource, sql, tree, near, reads);
    this.finish(lineage);
    if (tree.kind === "query" && !this.lost.has(resource.id))
      this.kept.set(resource.id, { sql: sqlHash, reads: [...reads.values()], lineage });
  }

  private async trace(
    resource: Model | Snapshot,
    sql: string,
    tree: SqlTree,
    near: ReadonlySet<NodeId>,
    reads: Map<string, NameRead>,
  ): Promise<NodeLineage> {
    const { id } = resource;
    if (tree.kind !== "query") {
      const reason = tree.kind === "statement" ? `it is a ${tree.name} statement` : tree.reason;
      // What other materializations take need not be a query at all.
      if (isPlainQuery(resource))
        this.unread.push({ id, reason, at: tree.kind === "unparsed" ? tree.at : null });
      const unread = this.tableLevel(resource, reason);
      return tree.kind === "statement" ? unread : this.ask(resource, sql, unread, this.parentsOf(id));
    }
    const inputs = new Map<string, ReadRelation>();
    const find = (name: readonly Name[]): KnownRelation | undefined => {
      const found = this.index.find(name, near);
      const parts = name.map(({ text }) => text);
      reads.set(parts.join("\0"), { name: parts, meaning: this.meaning(found) });
      if (found === undefined) return undefined;
      const relation = this.relations.get(found) ?? { id: found, columns: [], isComplete: false };
      inputs.set(parts.join("\0"), { name: parts, relation });
      return relation;
    };
    const isInjected = (name: Name) => this.injected.has(name.text);
    const lineage = traceQuery(tree, this.request.dialect, {
      find,
      isInjected,
      mayHaveKey: (relation) => mayHaveKey(this.request.manifest.resources.get(relation)),
    });
    const isNode = (relation: string) => this.request.manifest.resources.has(relation);
    const own = nodeLineage({ id, sql, dialect: this.request.dialect, isNode }, lineage);
    const asked = await this.ask(resource, sql, own, [...inputs.values()]);
    const parents = relationParents(id, this.request.manifest);
    const traced = isPlainQuery(resource) ? withUnresolved(asked, parents) : asked;
    return resource.resourceType === "snapshot" ? withSnapshotColumns(resource, traced) : traced;
  }

  /** What a query reads that could not be looked into: all that its template named. */
  private parentsOf(id: NodeId): ReadRelation[] {
    const parents = new Set(relationParents(id, this.request.manifest));
    return this.request.addresses.flatMap(({ id: parent, path }) => {
      const relation = parents.has(parent) && path.length > 0 ? this.relations.get(parent) : undefined;
      return relation === undefined ? [] : [{ name: path, relation }];
    });
  }

  /** What the engine makes of the query; the lineage as it is where it is not asked or cannot tell. */
  private async ask(
    resource: Model | Snapshot,
    sql: string,
    own: NodeLineage,
    inputs: readonly ReadRelation[],
  ): Promise<NodeLineage> {
    const { checker, introspected } = this.request;
    if (checker === undefined || introspected.has(resource.id) || !isPlainQuery(resource)) return own;
    const answer = await askEngine({ resource, sql, own, inputs }, checker);
    if (answer.lost !== undefined) this.lost.set(resource.id, answer.lost);
    return answer.lineage;
  }

  private meaning(id: NodeId | undefined): string {
    if (id === undefined) return "";
    const known = this.meanings.get(id) ?? meaningOf(this.relations.get(id));
    if (this.relations.has(id)) this.meanings.set(id, known);
    return known;
  }

  private finish(lineage: NodeLineage): void {
    const { id, columns } = lineage.node;
    const isUncertain = this.isOpen(id) || lineage.isUncertain;
    this.done.set(id, this.isOpen(id) ? { ...lineage, problems: [], isUncertain } : lineage);
    const isComplete = lineage.isComplete && columns.length > 0;
    this.relations.set(id, { id, columns, isComplete, isUncertain });
  }

  /**
   * Whether the compiled SQL of a node is not all that decides on its columns: its template asked the warehouse, or a
   * materialization that is not dbt's may fill in what stands in it (as dbt-utils' insert_by_period does) and add to it.
   */
  private isOpen(id: NodeId): boolean {
    const resource = this.request.manifest.resources.get(id);
    const isModel = resource?.resourceType === "model";
    return this.request.introspected.has(id) || (isModel && !isPlainQuery(resource));
  }

  private tableLevel(resource: Resource, reason: string): NodeLineage {
    const { id } = resource;
    const columns = isTraceable(resource)
      ? (this.request.schemas.get(id) ?? declaredColumns(resource, this.request.dialect))
      : [];
    const tables = relationParents(id, this.request.manifest).map((from) => ({ from, to: id }));
    return untraced({ id, columns, status: { kind: "table-level", reason } }, tables);
  }

  result(): ProjectLineage {
    return {
      graph: graphOf(this.done.values()),
      nodes: this.done,
      unread: this.unread,
      lost: this.lost,
      cache: this.kept,
      traced: this.traced,
    };
  }
}
