// The events of a run in OpenLineage's form: one run for the command, and below it one for each node that was begun. Made
// of what the program knows anyway; sending them is the work of `event-sender.ts`.
// https://openlineage.io/spec/2-0-2/OpenLineage.json

import { version } from "../../package.json";
import { isFailure } from "../base/events.ts";
import type { SharedScope } from "../context/scope.ts";
import type { ColumnEdge, IndirectEdge, LineageGraph } from "../lineage/lineage-graph.ts";
import { columnLineageFacet, schemaFacet } from "../lineage/open-lineage.ts";
import { EVENT_SCHEMAS, type Facet, facet, PRODUCER } from "../lineage/open-lineage-facets.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId, Resource } from "../manifest/node.ts";
import type { NodeResult } from "../run/report.ts";
import { gitCommit } from "../state/git-commit.ts";
import { DatasetNames } from "./dataset-names.ts";
import { jobFacets } from "./job-facets.ts";
import { assertionOf } from "./test-assertion.ts";

export type EventType = "START" | "COMPLETE" | "FAIL" | "ABORT";

/** A RunEvent; `runId` tells which events must be sent in order. */
export interface RunEvent {
  readonly eventType: EventType;
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Facet>> };
  readonly job: JobName & { readonly facets: Readonly<Record<string, Facet>> };
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
}

interface JobName {
  readonly namespace: string;
  readonly name: string;
}

/** The column lineage of the project by node, without ephemeral models. */
export interface KnownLineage {
  readonly columns: ReadonlyMap<NodeId, LineageGraph["nodes"][number]["columns"]>;
  readonly edges: ReadonlyMap<NodeId, readonly ColumnEdge[]>;
  readonly indirect: ReadonlyMap<NodeId, readonly IndirectEdge[]>;
}

export interface RunEventOptions {
  readonly shared: SharedScope;
  readonly manifest: Manifest;
  readonly command: string;
  /** Of the jobs. */
  readonly namespace: string;
  /** The run that started this one. */
  readonly parent: (JobName & { readonly runId: string }) | undefined;
}

export class RunEvents {
  readonly names: DatasetNames;
  readonly #job: JobName;
  readonly #commit: string | undefined;

  constructor(private readonly options: RunEventOptions) {
    const { shared, manifest, namespace, command } = options;
    this.names = new DatasetNames(shared, manifest);
    this.#commit = gitCommit(shared.config.folder, shared.host.files);
    this.#job = { namespace, name: `${manifest.projectName}.${command}` };
  }

  /** An event of the whole command, whose run has the id of the invocation. */
  ofCommand(eventType: EventType, at: Date, message?: string): RunEvent {
    const { parent, shared } = this.options;
    const { id } = shared.invocation;
    const facets = { ...this.#engine(), ...parentFacet(parent), ...failure(message) };
    const job = { ...this.#job, facets: { jobType: jobType("JOB") } };
    return { ...this.#frame(eventType, at), run: { runId: id, facets }, job, inputs: [], outputs: [] };
  }

  /** The beginning of a node's run. */
  started(resource: Resource, runId: string, at: Date): RunEvent {
    return this.#ofNode("START", resource, runId, at, {});
  }

  /** The end of a node's run. @param lineage undefined where it could not be told */
  ended(result: NodeResult, runId: string, at: Date, lineage: KnownLineage | undefined): RunEvent {
    const { status, resource, message, diagnostics } = result;
    const failed = isFailure(status);
    const isAborted = status === "skipped" || (status === "error" && message === "interrupted");
    const words = failed ? (message ?? diagnostics[0]?.message ?? "") : undefined;
    return this.#ofNode(isAborted ? "ABORT" : failed ? "FAIL" : "COMPLETE", resource, runId, at, {
      result,
      ...(words === undefined ? {} : { message: words }),
      ...(lineage ? { lineage } : {}),
    });
  }

  /** A node whose end nobody has seen. */
  aborted(resource: Resource, runId: string, at: Date): RunEvent {
    return this.#ofNode("ABORT", resource, runId, at, {});
  }

  #ofNode(
    eventType: EventType,
    resource: Resource,
    runId: string,
    at: Date,
    known: { readonly result?: NodeResult; readonly message?: string; readonly lineage?: KnownLineage },
  ): RunEvent {
    const { shared, manifest } = this.options;
    const { result, message, lineage } = known;
    const parent = { ...this.#job, runId: shared.invocation.id };
    const run = { runId, facets: { ...this.#engine(), ...parentFacet(parent), ...failure(message) } };
    const code = result?.compiledCode ?? null;
    const facets = {
      jobType: jobType(resource.resourceType.toUpperCase()),
      ...jobFacets(resource, manifest, shared.config.folder, this.#commit),
      ...(code === null ? {} : { sql: facet("sql", { query: code, dialect: shared.adapter.dialect }) }),
    };
    const job = { namespace: this.#job.namespace, name: resource.id, facets };
    const { inputs, outputs } = this.#datasets(resource, result, lineage);
    return { ...this.#frame(eventType, at), run, job, inputs, outputs };
  }

  #datasets(
    resource: Resource,
    result: NodeResult | undefined,
    lineage: KnownLineage | undefined,
  ): Pick<RunEvent, "inputs" | "outputs"> {
    const tested = resource.resourceType === "test" ? assertionOf(resource, result) : undefined;
    const ids = this.names.inputsOf(resource.id);
    const inputs = ids.map((id) => ({
      ...this.#dataset(id, lineage, false),
      ...(tested && id === (tested.node ?? ids[0])
        ? { inputFacets: { dataQualityAssertions: tested.facet } }
        : {}),
    }));
    if (this.names.of(resource.id) === undefined || resource.resourceType === "test")
      return { inputs, outputs: [] };
    const rows = result?.rows;
    const output = {
      ...this.#dataset(resource.id, lineage, true),
      ...(rows === undefined
        ? {}
        : { outputFacets: { outputStatistics: facet("outputStatistics", { rowCount: rows }) } }),
    };
    return { inputs, outputs: [output] };
  }

  /** @param isMade it is what the job makes, so its origins are told */
  #dataset(id: NodeId, lineage: KnownLineage | undefined, isMade: boolean): object {
    const name = this.names.of(id);
    const resource = this.options.manifest.resources.get(id);
    const facets: Record<string, Facet> = {};
    if (name && /^\w[\w+.-]*:\/\//.test(name.namespace))
      facets.dataSource = facet("dataSource", {
        name: name.namespace,
        uri: encodeURI(name.namespace),
      });
    const columns = lineage?.columns.get(id) ?? [];
    const declared =
      resource && "columns" in resource && resource.columns instanceof Map ? resource.columns : null;
    const describe = (column: string): string => declared?.get(column)?.description ?? "";
    if (columns.length > 0) facets.schema = schemaFacet(columns, describe);
    if (resource && "description" in resource && resource.description)
      facets.documentation = facet("documentation", { description: resource.description });
    const edges = lineage?.edges.get(id) ?? [];
    const indirect = lineage?.indirect.get(id) ?? [];
    if (isMade && edges.length + indirect.length > 0)
      facets.columnLineage = columnLineageFacet(id, { edges, indirect }, this.names.orId);
    return { ...name, facets };
  }

  #frame(eventType: EventType, at: Date) {
    return { eventType, eventTime: at.toISOString(), producer: PRODUCER, schemaURL: EVENT_SCHEMAS.run };
  }

  #engine(): Record<string, Facet> {
    return { processing_engine: facet("processing_engine", { version, name: "etl" }) };
  }
}

function parentFacet(parent: RunEventOptions["parent"]): Record<string, Facet> {
  if (!parent) return {};
  const { runId, namespace, name } = parent;
  return { parent: facet("parent", { run: { runId }, job: { namespace, name } }) };
}

function failure(message: string | undefined): Record<string, Facet> {
  if (message === undefined) return {};
  return { errorMessage: facet("errorMessage", { message, programmingLanguage: "SQL" }) };
}

function jobType(type: string): Facet {
  return facet("jobType", { processingType: "BATCH", integration: "ETL", jobType: type });
}
