// The state of one run: the tables are made when something needs them, each node gets its memory, the start and the end
// of the run are written down. A warehouse that lets nobody write it costs one warning, and the run goes on without.

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import type { Compiler } from "../../compile/compile-node.ts";
import type { RunDeps } from "../../compile/deps.ts";
import type { ManifestNode, NodeId } from "../../manifest/node.ts";
import { followedWatermark } from "../../project/node-watermark.ts";
import { codeOfRun } from "../../state/build-fingerprint.ts";
import { planRow } from "../../state/retry-facts.ts";
import { readSettings, type StateSettings, username } from "../../state/state-settings.ts";
import { StateStore } from "../../state/state-store.ts";
import { MEASURES, MIGRATIONS_TABLE, NODE_RESULTS, PLANS, RUN_ENDS, RUNS } from "../../state/tables.ts";
import { adopts } from "../adoption.ts";
import type { Plan } from "../plan.ts";
import { NodeQuarantine } from "../quarantine/node-quarantine.ts";
import type { Quarantines } from "../quarantine/quarantines.ts";
import type { RunReport } from "../report.ts";
import type {
  QuarantineOf,
  QuarantineOfNode,
  QuarantinesOfRun,
  RunContext,
  StateOfNode,
  StateOfRun,
  VersionsOfNode,
} from "../run-context.ts";
import { tellSlowerNodes } from "../slower-nodes.ts";
import { keepsVersions, RunVersions } from "../versions/run-versions.ts";
import type { NodeStateOptions } from "../watermark/watermark-work.ts";
import { Measures, takesMeasures } from "./measures.ts";
import { NodeState } from "./node-state.ts";
import { openStore, writeState } from "./open-state.ts";
import { relationBytes } from "./relation-bytes.ts";
import { builtNodes, endRow, isBuilt, resultRow, startRow } from "./result-rows.ts";
import { StateSessions } from "./state-sessions.ts";
import { withStateWork } from "./state-work.ts";

export class RunState implements StateOfRun {
  readonly #settings: StateSettings;
  readonly #sessions: StateSessions;
  /** By database; undefined where the state cannot be kept. */
  readonly #stores = new Map<string | null, StateStore | undefined>();
  readonly #statements = new Map<NodeId, number>();
  readonly #versions: RunVersions;
  #quarantines: QuarantinesOfRun | undefined;
  readonly #replays = new Set<NodeId>();
  /** Runs are remembered: on demand, and where one may have to be taken back. */
  #history: boolean;
  #code: string | undefined;
  readonly measures: Measures;

  constructor(
    private readonly deps: RunDeps,
    compiler: Compiler,
  ) {
    this.#settings = readSettings(deps.shared.config.flags);
    this.#sessions = new StateSessions(compiler);
    this.#versions = new RunVersions(deps.shared, this.#sessions);
    this.#history = this.#settings.history || adopts(deps.shared);
    this.measures = new Measures(deps.shared.invocation);
  }

  /** Makes what the plan's nodes need. @throws EtlError when the warehouse cannot be opened */
  async begin(plan: Plan, context: RunContext): Promise<void> {
    this.#quarantines = context.quarantines;
    for (const { id, replay } of plan.steps) if (replay) this.#replays.add(id);
    const keeps = plan.steps.some(keepsVersions);
    if (keeps) this.#history = true;
    const reads = plan.steps.every(({ action }) => action === "compile");
    for (const database of this.#databases(plan)) {
      const store = await (reads ? this.#known(database) : openStore(context, this.#sessions, database));
      this.#stores.set(database, store);
      if (!store || !keeps) continue;
      const { signal } = this.deps.shared.host;
      await withStateWork(context, { signal }, (run) => this.#versions.look(plan, database, run));
    }
    if (!reads && this.#history) await this.#writeStart(plan, context);
  }

  /** The databases whose states the plan needs. */
  #databases({ steps }: Plan): ReadonlySet<string | null> {
    const databases = new Set<string | null>();
    for (const { resource } of steps)
      if (isBuilt(resource) && this.#needs(resource)) databases.add(resource.database);
    const measures = steps.some(({ resource }) => takesMeasures(resource));
    if (this.#history || measures) databases.add(this.deps.shared.credentials.database);
    return databases;
  }

  async #writeStart(plan: Plan, context: RunContext): Promise<void> {
    const { shared } = this.deps;
    const store = this.#stores.get(shared.credentials.database);
    if (!store) return;
    const ids = plan.steps.map(({ id }) => id);
    await writeState(context, async (run) => {
      const session = this.#sessions.over(run);
      await store.append(session, RUNS, [startRow(shared, this.#settings.arguments, ids.length)]);
      await store.append(session, PLANS, [planRow(shared.invocation.id, ids, shared.config.flags)]);
    });
  }

  of(node: ManifestNode): StateOfNode | undefined {
    const options = this.optionsOf(node);
    return options && new NodeState(options);
  }

  optionsOf(node: ManifestNode): NodeStateOptions | undefined {
    if (!isBuilt(node) || !this.#needs(node)) return undefined;
    const { shared, manifest } = this.deps;
    return {
      shared,
      resources: manifest.resources,
      node,
      store: this.#stores.get(node.database),
      sessions: this.#sessions,
      settings: followedWatermark(node, manifest.resources),
      history: this.#history,
      username: username(shared.host.env),
    };
  }

  versionsOf(node: ManifestNode): VersionsOfNode | undefined {
    return this.#versions.of(node, this.#stores.get(node.database));
  }

  quarantineOf(context: RunContext, node: ManifestNode, of: QuarantineOf): QuarantineOfNode | undefined {
    const tests = context.quarantines?.testsOf(node) ?? [];
    if (tests.length === 0 && !of.isReplay) return undefined;
    const store = this.#stores.get(node.database);
    if (!store) throw new EtlError([nowhereToKeep(node)]);
    return new NodeQuarantine({ context, node, tests, store, sessions: this.#sessions, ...of });
  }

  get code(): string {
    const { shared, manifest } = this.deps;
    this.#code ??= codeOfRun(manifest, shared.config.flags, shared.config.profile.target);
    return this.#code;
  }

  countStatement(id: NodeId): void {
    this.#statements.set(id, (this.#statements.get(id) ?? 0) + 1);
  }

  /** Writes how the run ended. What the warehouse refuses is a warning: the nodes are what they are. */
  async end(report: RunReport, context: RunContext): Promise<void> {
    const { shared } = this.deps;
    const store = this.#stores.get(shared.credentials.database);
    if (!store) return;
    const { rows: measures } = this.measures;
    if (measures.length > 0)
      await writeState(context, (run) => store.append(this.#sessions.over(run), MEASURES, measures));
    if (!this.#history) return;
    const sizes = report.interrupted
      ? new Map<string, number>()
      : await relationBytes(context, this.#sessions, builtNodes(report));
    const { id } = shared.invocation;
    const rows = report.results.map((result) => resultRow(id, result, this.#statements, sizes));
    await writeState(context, async (run) => {
      const session = this.#sessions.over(run);
      await store.append(session, NODE_RESULTS, rows);
      await store.append(session, RUN_ENDS, [endRow(id, report, shared.host.now())]);
    });
    if (!report.interrupted) await tellSlowerNodes(context, store, this.#sessions);
  }

  #needs(node: ManifestNode): boolean {
    return (
      this.#history ||
      this.#quarantines?.has(node.id) ||
      this.#replays.has(node.id) ||
      followedWatermark(node, this.deps.manifest.resources) !== null
    );
  }

  /** The store of a command that writes nothing; undefined where there is none yet. */
  async #known(database: string | null): Promise<StateStore | undefined> {
    const { relations, adapter } = this.deps.shared;
    const { schema } = this.#settings;
    await relations.ensure([{ database, schema }]);
    const known = relations.get(database, schema, MIGRATIONS_TABLE.name) !== undefined;
    return known ? new StateStore(adapter, database, schema) : undefined;
  }
}

/** Whether anything in the project asks for a state, so that a run without it makes nothing and costs nothing. */
export function needsState(plan: Plan, { shared, manifest }: RunDeps, quarantines: Quarantines): boolean {
  if (!quarantines.isEmpty) return true;
  if (readSettings(shared.config.flags).history || adopts(shared)) return true;
  return plan.steps.some(
    (step) =>
      step.replay ||
      keepsVersions(step) ||
      takesMeasures(step.resource) ||
      followedWatermark(step.resource, manifest.resources) !== null,
  );
}

function nowhereToKeep(node: ManifestNode) {
  const text = `rows of ${node.resourceType} "${node.name}" cannot be put into quarantine, since the state cannot be kept`;
  return errorAt("state-unavailable", text, node.place, {
    help: "grant the right to create the schema of the state, or take quarantine out of the config",
  });
}
