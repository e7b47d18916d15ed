// One node to SQL: its template rendered with everything that running knows, and the ephemeral models that it reads
// injected as CTEs. Each ephemeral model is rendered once for all that read it.

import { cteName } from "../adapter/relation.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import { warningPolicy } from "../config/warning-policy.ts";
import { createGlobals, type NodeGlobals } from "../context/globals.ts";
import type { WarehouseRequest } from "../context/requests.ts";
import type { NodeScope, References } from "../context/scope.ts";
import { TEST_ARGUMENTS } from "../context/test-argument.ts";
import { driveAsync } from "../jinja/drive.ts";
import { raise } from "../jinja/errors.ts";
import type { UndefinedUse } from "../jinja/run.ts";
import type { Value } from "../jinja/value.ts";
import { NameIndex } from "../manifest/name-index.ts";
import type { CompilableNode, ManifestNode, Model, NodeId } from "../manifest/node.ts";
import { bareScope } from "./bare-scope.ts";
import { compiledParts } from "./compiled-parts.ts";
import type { RunDeps } from "./deps.ts";
import { intersect, sampleWindow, type TimeWindow } from "./event-time.ts";
import { type Cte, injectCtes, type PlacedSql } from "./inject-ctes.ts";
import { nodeRelation } from "./node-relation.ts";
import { GraphValue, nodeScope, thisOf, withTargets } from "./node-scope.ts";
import { QueryComments } from "./query-comment.ts";
import { type Instead, runReferences } from "./references.ts";
import type { RenderWatch } from "./render-watch.ts";
import { SqlPlaces } from "./sql-places.ts";
import { targetPath, writeTargetFile } from "./target-files.ts";
import { testArguments } from "./test-arguments.ts";
import { undefinedName } from "./undefined-name.ts";

/** Answers the requests of templates: RequestAnswerer, or something that refuses (--no-introspect). */
export type Answer = (request: unknown) => unknown;

export interface CompileOptions {
  readonly answer: Answer;
  /** The batch of a microbatch model. */
  readonly window?: TimeWindow;
  /** Tells the files of batches apart. */
  readonly suffix?: string;
  /** Names that the template finds besides those of every node: results and schemas of on-run-end. */
  readonly extra?: ReadonlyMap<string, Value>;
  /** Further keys of `model`: batch. */
  readonly modelKeys?: ReadonlyMap<string, Value>;
  /** What a ref to a node gives in the place of its relation. */
  readonly instead?: Instead;
  /** False for queries that are nobody's file (hooks, inline SQL). */
  readonly write?: boolean;
  /** Told of what can be different the next time. */
  readonly watch?: RenderWatch;
}

export interface ScopeOptions {
  readonly instead?: Instead;
  /** Names of this scope only; those that every node has are added to it. */
  readonly extra: Map<string, Value>;
  /** The node once it is compiled, which `model` shows. */
  readonly compiled?: CompiledNode;
  /** Further keys of `model`. */
  readonly modelKeys?: ReadonlyMap<string, Value>;
  readonly window?: TimeWindow;
  readonly watch?: RenderWatch;
}

export interface CompiledNode {
  /** As parsed, but for foreign keys, which name relations. */
  readonly node: CompilableNode;
  readonly code: string;
  readonly places: SqlPlaces;
  /** Absolute path of the file below target/compiled; undefined when none was written. */
  readonly path: string | undefined;
  /** Ephemeral models in the SQL. */
  readonly ctes: readonly Cte[];
  readonly globals: NodeGlobals;
}

/** Made once for an invocation. */
export class Compiler {
  readonly index: NameIndex;
  readonly graph: GraphValue;
  readonly comments: QueryComments;
  /** --sample, relative to the start of the invocation. */
  readonly sample: TimeWindow | undefined;
  private readonly empty: boolean;
  /** Templates may ask the warehouse while they are compiled. */
  private readonly introspect: boolean;
  private readonly ephemerals = new Map<NodeId, Promise<RenderedEphemeral>>();

  /** @throws EtlError(sample-window) */
  constructor(readonly deps: RunDeps) {
    const { config, invocation } = deps.shared;
    this.index = new NameIndex(deps.manifest.resources.values(), deps.manifest.projectName);
    this.graph = new GraphValue(deps.manifest);
    this.comments = new QueryComments(deps.shared, deps.manifest, (name, names) =>
      bareScope(this, name, undefined, names),
    );
    this.sample = sampleWindow(config.flags.get("sample"), invocation.startedAt);
    this.empty = config.flags.boolean("empty");
    this.introspect = config.flags.get("introspect") !== false;
  }

  /**
   * Renders a node and writes target/compiled/<package>/<path>.
   * @throws JinjaError, DatabaseError, EtlError (a ref of an unknown name, a query that the warehouse refuses ...),
   *   EphemeralFailure when the mistake is in an ephemeral model that is read
   */
  async compile(node: CompilableNode, options: CompileOptions): Promise<CompiledNode> {
    const { watch } = options;
    const introspecting = this.introspect ? options.answer : listingOnly(options.answer);
    const answer = watch ? watch.watched(introspecting) : introspecting;
    const { rendered, ephemerals, globals, references } = await this.render(node, { ...options, answer });
    const ctes = await this.collect(ephemerals, introspecting, watch);
    const { text, pieces } = injectCtes(rendered, ctes);
    const path = options.write === false ? undefined : this.write(node, text, options.suffix);
    const shown = node.resourceType === "model" ? withTargets(node, references) : node;
    return { node: shown, code: text, places: new SqlPlaces(pieces), path, ctes, globals };
  }

  /** A node as `compile` shows it, for one whose SQL is known already. */
  shown(node: CompilableNode): CompilableNode {
    if (node.resourceType !== "model") return node;
    return withTargets(node, this.scope(node, { extra: new Map() }).references);
  }

  /** The scope of a node's own templates; `onEphemeral` hears of each ephemeral model that is referred to. */
  scope(node: ManifestNode, options: ScopeOptions, onEphemeral?: (id: NodeId) => void): NodeScope {
    const { manifest, deferred, selected } = this.deps;
    const { watch } = options;
    const shared = watch?.shared ?? this.deps.shared;
    const own = nodeRelation(node, shared);
    const operation = node.resourceType === "operation" || node.resourceType === "sql_operation";
    const window = this.windowOf(node, options.window);
    const references = runReferences({
      shared,
      manifest,
      index: this.index,
      node,
      ...(operation ? {} : { known: new Set(node.dependsOnNodes) }),
      ...(deferred
        ? {
            deferral: {
              relations: deferred,
              selected,
              cache: shared.relations,
              favorState: shared.config.flags.boolean("favor_state"),
            },
          }
        : {}),
      empty: this.empty,
      ...(options.instead ? { instead: options.instead } : {}),
      ...(window ? { window } : {}),
      ...(onEphemeral ? { onEphemeral } : {}),
    });
    const other = deferred?.get(node.id);
    return nodeScope({
      shared,
      manifest,
      graph: () => {
        watch?.note();
        return this.graph.get();
      },
      resource: node,
      config: node.config,
      references,
      relation: thisOf(node, own),
      extra: options.extra,
      ...(options.compiled ? { compiled: compiledParts(options.compiled, shared.config.folder) } : {}),
      ...(options.modelKeys ? { model: options.modelKeys } : {}),
      ...(other ? { deferred: other } : {}),
    });
  }

  /** Injects what a query refers to; `ids` in the order of the references. */
  private async collect(
    ids: Iterable<NodeId>,
    answer: Answer,
    watch: RenderWatch | undefined,
  ): Promise<readonly Cte[]> {
    const found = new Map<NodeId, Cte>();
    for (const id of ids) {
      const { ctes, isRepeatable } = await this.ephemeral(id, answer, watch);
      for (const cte of ctes) if (!found.has(cte.id)) found.set(cte.id, cte);
      if (!isRepeatable) watch?.note();
    }
    return [...found.values()];
  }

  private ephemeral(id: NodeId, answer: Answer, watch: RenderWatch | undefined): Promise<RenderedEphemeral> {
    let rendered = this.ephemerals.get(id);
    if (!rendered) {
      rendered = this.renderEphemeral(this.modelOf(id), answer, watch?.another());
      // One that failed is tried again by the next node that reads it, so that each tells the mistake.
      rendered.catch(() => this.ephemerals.delete(id));
      this.ephemerals.set(id, rendered);
    }
    return rendered;
  }

  private modelOf(id: NodeId): Model {
    const node = this.deps.manifest.resources.get(id);
    if (node?.resourceType !== "model") throw new Error(`${id} is no model`);
    return node;
  }

  private async renderEphemeral(
    node: Model,
    answer: Answer,
    watch: RenderWatch | undefined,
  ): Promise<RenderedEphemeral> {
    const options = watch ? { answer: watch.watched(answer), watch } : { answer };
    const { rendered, ephemerals } = await this.render(node, options).catch((error: unknown) => {
      throw new EphemeralFailure(node, { cause: error });
    });
    const ctes = await this.collect(ephemerals, answer, watch);
    this.write(node, injectCtes(rendered, ctes).text);
    const { text: sql, pieces } = rendered;
    return {
      ctes: [...ctes, { id: node.id, name: cteName(node.alias), sql, pieces }],
      isRepeatable: watch?.isRepeatable ?? false,
    };
  }

  private async render(node: CompilableNode, options: CompileOptions): Promise<Rendering> {
    if (node.language === "python" && node.resourceType === "model") throw pythonModel(node);
    const { environment } = this.deps.shared;
    const ephemerals = new Set<NodeId>();
    const extra = new Map<string, Value>(options.extra);
    const scope = this.scope(
      node,
      { ...options, extra },
      node.resourceType === "operation" ? undefined : (id) => void ephemerals.add(id),
    );
    const onUndefined = (use: UndefinedUse): void => {
      options.watch?.note();
      this.warnOfUndefined(node, use);
    };
    const globals = createGlobals({ ...scope, onUndefined });
    if (node.resourceType === "test" && node.testMetadata) {
      const values = await driveAsync(testArguments(node, environment, globals), options.answer);
      extra.set(TEST_ARGUMENTS, values);
    }
    const { file, line, column } = node.rawPlace;
    const template = environment.compile({ file, text: node.rawCode, line, column });
    const { text, map } = await driveAsync(template.render(globals), options.answer);
    return {
      rendered: { text, pieces: [{ start: 0, end: text.length, map, from: 0 }] },
      ephemerals,
      globals,
      references: scope.references,
    };
  }

  private warnOfUndefined(node: CompilableNode, use: UndefinedUse): void {
    const { shared, manifest } = this.deps;
    if (node.packageName !== manifest.projectName) return;
    const diagnostic = undefinedName(node, use, shared.config.project.packagesInstallPath);
    if (diagnostic) warningPolicy(shared.config.flags).tell([diagnostic], shared.host.emit);
  }

  private windowOf(node: ManifestNode, batch: TimeWindow | undefined): TimeWindow | undefined {
    if (node.resourceType !== "model" && node.resourceType !== "snapshot") return undefined;
    return batch && this.sample ? intersect(batch, this.sample) : (batch ?? this.sample);
  }

  private write(node: CompilableNode, text: string, suffix?: string): string | undefined {
    if (node.resourceType === "snapshot") return undefined;
    const { host, config } = this.deps.shared;
    return writeTargetFile(host, config.targetFolder, "compiled", targetPath(node, suffix), text);
  }
}

/**
 * --no-introspect: templates may look at the list of relations, as `is_incremental()` does, and send no query. dbt lends
 * compiling nodes no connection then, but fills its cache of relations before.
 */
function listingOnly(answer: Answer): Answer {
  return (request) =>
    (request as WarehouseRequest).kind === "cache"
      ? answer(request)
      : raise("CompilationError", "--no-introspect: no query is sent while a node is compiled");
}

/** An ephemeral model cannot be compiled; `cause` is what is wrong with it. */
export class EphemeralFailure extends Error {
  constructor(
    readonly node: Model,
    options: { readonly cause: unknown },
  ) {
    super(`ephemeral model ${node.id} failed`, options);
    this.name = "EphemeralFailure";
  }
}

interface Rendering {
  readonly rendered: PlacedSql;
  readonly ephemerals: ReadonlySet<NodeId>;
  readonly globals: NodeGlobals;
  readonly references: References;
}

interface RenderedEphemeral {
  /** First those that it reads itself. */
  readonly ctes: readonly Cte[];
  /** See RenderWatch. */
  readonly isRepeatable: boolean;
}

function pythonModel(node: CompilableNode): EtlError {
  return new EtlError([
    errorAt("python-model", `model "${node.name}" is written in Python, which cannot be run`, node.place, {
      help: "write it in SQL, or disable it: config(enabled=false)",
    }),
  ]);
}
