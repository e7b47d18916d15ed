// A run that OpenLineage events are told of. Beginnings are sent when nodes begin; ends when the run has ended, since the
// columns that a node's columns come from are known when all SQL is compiled; the times are those of the nodes.

import { DatabaseError } from "../adapter/database-error.ts";
import { EtlError } from "../base/diagnostic.ts";
import type { EtlEvent } from "../base/events.ts";
import { groupBy } from "../base/groups.ts";
import type { RunDeps } from "../compile/deps.ts";
import { withFlags } from "../config/flags.ts";
import { contractLineage } from "../lineage/contract-lineage.ts";
import type { LineageGraph } from "../lineage/lineage-graph.ts";
import type { NodeId } from "../manifest/node.ts";
import { compiledCode, type RunReport } from "../run/report.ts";
import { EventSender } from "./event-sender.ts";
import { loadLineage } from "./lineage-json.ts";
import { type KnownLineage, RunEvents } from "./run-events.ts";

/** How long the end of a command may wait for a server. */
const DEADLINE_MS = 10_000;

interface Begun {
  readonly runId: string;
  endedAt?: Date;
}

export class ToldRun {
  readonly #begun = new Map<NodeId, Begun>();

  private constructor(
    private readonly events: RunEvents,
    private readonly sender: EventSender,
    private readonly deps: RunDeps,
  ) {
    this.sender.send(events.ofCommand("START", deps.shared.invocation.startedAt));
  }

  /** Tells that a run begins. @returns undefined when nobody asked for events */
  static start(deps: RunDeps, command: string): ToldRun | undefined {
    const { shared, manifest } = deps;
    const { openLineage, folder, secrets } = shared.config;
    if (!openLineage) return undefined;
    const { target, namespace = manifest.projectName, parent } = openLineage;
    const events = new RunEvents({ shared, manifest, command, namespace, parent });
    return new ToldRun(events, new EventSender({ target, host: shared.host, folder, secrets }), deps);
  }

  /**
   * Performs the run.
   * @param run is given what it needs, with an ear in it
   * @throws what `run` throws, once that is told
   */
  async watch(run: (deps: RunDeps) => Promise<RunReport>): Promise<RunReport> {
    const { shared } = this.deps;
    const emit = (event: EtlEvent): void => {
      shared.host.emit(event);
      this.#hear(event);
    };
    try {
      return await run({ ...this.deps, shared: { ...shared, host: { ...shared.host, emit } } });
    } catch (error) {
      await this.#close("FAIL", shared.host.now(), error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Tells how all ended, and warns where events were lost. */
  async end(report: RunReport): Promise<void> {
    const graph = report.interrupted ? undefined : await this.#lineageOf(report);
    const lineage = graph && this.#known(graph);
    for (const result of report.results) {
      const begun = this.#begun.get(result.resource.id);
      if (!begun) continue;
      this.#begun.delete(result.resource.id);
      this.sender.send(this.events.ended(result, begun.runId, begun.endedAt ?? report.generatedAt, lineage));
    }
    await this.#close(
      report.interrupted ? "ABORT" : report.success ? "COMPLETE" : "FAIL",
      report.generatedAt,
      report.success ? undefined : report.interrupted ? "interrupted" : "not all nodes were built",
    );
  }

  /** The columns as they are now; a run does not fail because they cannot be told. */
  async #lineageOf({ results }: RunReport): Promise<LineageGraph | undefined> {
    const { shared } = this.deps;
    // What was not run is compiled for its columns: nothing of that is the user's concern, and no query is sent for it.
    const flags = withFlags(shared.config.flags, { introspect: false });
    const host = { ...shared.host, emit: () => {} };
    try {
      const deps = { ...this.deps, shared: { ...shared, host, config: { ...shared.config, flags } } };
      return (await loadLineage(deps, compiledCode(results))).graph;
    } catch (error) {
      if (error instanceof EtlError || error instanceof DatabaseError) return undefined;
      throw error;
    }
  }

  async #close(type: "COMPLETE" | "FAIL" | "ABORT", at: Date, message: string | undefined): Promise<void> {
    for (const [id, { runId }] of this.#begun) {
      const resource = this.deps.manifest.resources.get(id);
      if (resource) this.sender.send(this.events.aborted(resource, runId, at));
    }
    this.sender.send(this.events.ofCommand(type, at, message));
    for (const diagnostic of await this.sender.close(DEADLINE_MS))
      this.deps.shared.host.emit({ kind: "diagnostic", diagnostic });
  }

  #hear(event: EtlEvent): void {
    const { host } = this.deps.shared;
    if (event.kind === "node-started") {
      const resource = this.deps.manifest.resources.get(event.node.id);
      // An exposure is somebody else's work.
      if (!resource || resource.resourceType === "exposure") return;
      const runId = host.uuid();
      this.#begun.set(resource.id, { runId });
      this.sender.send(this.events.started(resource, runId, host.now()));
    } else if (event.kind === "node-finished") {
      const begun = this.#begun.get(event.node.id);
      if (begun) begun.endedAt = host.now();
    }
  }

  #known(graph: LineageGraph): KnownLineage {
    const { edges, indirect } = contractLineage(graph, (id) => this.events.names.of(id) === undefined);
    return {
      columns: new Map(graph.nodes.map(({ id, columns }) => [id, columns])),
      edges: groupBy(edges, ({ to }) => to.node),
      indirect: groupBy(indirect, ({ to }) => to),
    };
  }
}
