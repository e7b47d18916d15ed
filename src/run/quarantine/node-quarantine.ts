// Puts the rows of one node that break a test aside, in the transaction that publishes the others: from the new rows of an
// incremental run before they are brought into the table, else from the table that was just built and that nobody sees yet.

import { createHash } from "node:crypto";
import { makeRelation, type Relation, type SchemaName } from "../../adapter/relation.ts";
import type { ResultColumn } from "../../adapter/result.ts";
import { eventTimeCondition } from "../../compile/event-time.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import { RelationValue } from "../../context/relation-value.ts";
import { toText } from "../../jinja/operations.ts";
import type { Value } from "../../jinja/value.ts";
import type { ManifestNode } from "../../manifest/node.ts";
import {
  type QuarantineAction,
  type Quarantined,
  quarantineRow,
  quarantineTable,
} from "../../state/quarantine.ts";
import { username } from "../../state/state-settings.ts";
import type { StateStore } from "../../state/state-store.ts";
import { QUARANTINE } from "../../state/tables.ts";
import type { StateSessions } from "../memory/state-sessions.ts";
import type { QuarantineOf, QuarantineOfNode, QuarantineTest, RunContext, Work } from "../run-context.ts";
import { type Fault, faultsOf, ROW_NUMBER } from "./blame-rows.ts";

export interface NodeQuarantineOptions extends QuarantineOf {
  readonly context: RunContext;
  readonly node: ManifestNode;
  readonly tests: readonly QuarantineTest[];
  readonly store: StateStore;
  readonly sessions: StateSessions;
}

/** What is done with the rows that are aside already: all of them go, or those that came again. */
type Former = "all" | "again";

export class NodeQuarantine implements QuarantineOfNode {
  /** Where the rows that are aside are. */
  readonly relation: Relation;
  /** Schemas whose cached relations may be wrong after a rollback. */
  readonly touches: readonly SchemaName[];
  #work: Work | undefined;
  /** The new rows were looked at before they were brought into the table. */
  #isDelta = false;
  #kept = 0;

  constructor(private readonly options: NodeQuarantineOptions) {
    const { node, store, context } = options;
    const { adapter } = context.deps.shared;
    const identifier = quarantineTable(node, adapter.capabilities.maxIdentifierBytes);
    const { database, schema } = store;
    this.relation = makeRelation({ database, schema, identifier }, { kind: "table" });
    this.touches = [{ database, schema }];
  }

  /** Told of the work of each attempt before it begins. */
  begin(work: Work): void {
    this.#work = work;
    this.#isDelta = false;
    this.#kept = 0;
  }

  async newRows(relation: Relation, run: RunStatement): Promise<void> {
    const { isReplay } = this.options;
    this.#isDelta = true;
    await this.#sort(relation, isReplay ? "all" : "again", run);
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    const { node, context } = this.options;
    if (this.#isDelta) return;
    const target = nodeRelation(node, context.deps.shared);
    // A macro may commit before it builds anything, and again after that.
    const { rows } = await this.#run(run, "is_built", [this.#value(target)], true);
    if (Number(rows[0]?.[0] ?? 0) > 0) await this.#sort(target, "all", run);
  }

  /** Says how many rows went aside; called once they have. */
  tell(): void {
    const { node, context } = this.options;
    if (this.#kept === 0) return;
    const { host } = context.deps.shared;
    host.emit({ kind: "rows-quarantined", node: node.id, name: node.name, rows: this.#kept });
  }

  async #sort(relation: Relation, former: Former, run: RunStatement): Promise<void> {
    const { context, node, tests } = this.options;
    const work = this.#work;
    if (!work) return;
    const rows = this.#temporary("rows", "view");
    const marks = this.#temporary("marks", "table");
    await this.#run(run, "quarantine_view", [rows, this.#value(relation)]);
    const faults = await faultsOf(context, node, tests, rows.relation, work);
    const marked = faults.length > 0;
    let bad = 0;
    if (marked) {
      await this.#run(run, "quarantine_marks", [marks, rows, faults.map(faultValue)]);
      bad = Number((await this.#run(run, "quarantine_marked", [marks], true)).rows[0]?.[0] ?? 0);
    }
    await this.#clear(rows, former, run);
    if (bad > 0) await this.#keep(rows, marks, relation, work);
    if (marked) await this.#run(run, "drop_table", [marks]);
    await this.#run(run, "drop_view", [rows]);
    this.#kept += bad;
    if (bad > 0) await this.#write("kept", bad, run);
  }

  /** Rows that do not count any more leave the quarantine. */
  async #clear(rows: RelationValue, former: Former, run: RunStatement): Promise<void> {
    const { node, context, isReplay } = this.options;
    const { relations } = context.deps.shared;
    const { database, schema, identifier } = this.relation;
    if (!relations.get(database, schema, identifier ?? "")) return;
    const keys = former === "all" ? null : uniqueKeyOf(node);
    const condition = former === "all" ? this.#ofOtherRuns() : await this.#rebuiltRows();
    if (keys === null && condition === null) return;
    const args = [this.#value(this.relation), rows, keys, condition];
    const { affected } = await this.#run(run, "quarantine_supersede", args);
    if (affected) await this.#write(isReplay ? "replayed" : "superseded", affected, run);
  }

  #ofOtherRuns(): string {
    const { adapter, invocation } = this.options.context.deps.shared;
    return `etl_run_id <> ${adapter.literal(invocation.id)}`;
  }

  /** Which rows are those of the batch or range that is built again, as SQL; null where they are told by key alone. */
  async #rebuiltRows(): Promise<string | null> {
    const { node, context, sessions, window, range } = this.options;
    const { adapter } = context.deps.shared;
    if (window) return eventTimeCondition(node, window, adapter) ?? null;
    if (!(range instanceof Map)) return null;
    return sessions.macro("watermark_in_range", [adapter.quote(toText(range.get("column") ?? "")), range]);
  }

  async #keep(rows: RelationValue, marks: RelationValue, relation: Relation, work: Work): Promise<void> {
    const { adapter, host, invocation, relations } = this.options.context.deps.shared;
    const { run } = work.answerer;
    const quarantine = this.#value(this.relation);
    await this.#run(run, "quarantine_create", [quarantine, this.#value(relation)]);
    const columns = (await this.#columns(rows.relation, work)).filter(({ name }) => name !== ROW_NUMBER);
    const known = new Set((await this.#columns(this.relation, work)).map(({ name }) => name));
    for (const { name, type } of columns)
      if (!known.has(name)) await this.#run(run, "quarantine_add_column", [quarantine, name, type]);
    await this.#run(run, "quarantine_keep", [
      quarantine,
      rows,
      marks,
      columns.map(({ name }) => name),
      adapter.literal(invocation.id),
      adapter.literal(host.now().toISOString().slice(0, 23).replace("T", " ")),
    ]);
    await this.#run(run, "quarantine_remove", [this.#value(relation), marks]);
    relations.add(this.relation);
  }

  #columns(relation: Relation, { answerer }: Work): Promise<readonly ResultColumn[]> {
    return answerer.describe(`select * from ${this.#value(relation).toText()}`);
  }

  async #write(action: QuarantineAction, rows: number, run: RunStatement): Promise<void> {
    const { node, store, sessions, context } = this.options;
    const { host, invocation } = context.deps.shared;
    const facts = { runId: invocation.id, username: username(host.env), at: host.now() };
    await store.append(sessions.over(run), QUARANTINE, [quarantineRow(this.name, action, rows, facts)]);
    this.#log(`${node.name}: ${rows} ${action} in quarantine`);
  }

  /** What is told of the table in the state. */
  get name(): Quarantined {
    const { id, schema, alias } = this.options.node;
    return { nodeId: id, schema, identifier: alias, table: this.relation.identifier ?? "" };
  }

  async #run(run: RunStatement, macro: string, args: readonly Value[], fetch = false) {
    return run(await this.options.sessions.macro(macro, args), fetch);
  }

  #log(text: string): void {
    const { node, context } = this.options;
    context.deps.shared.host.emit({ kind: "message", level: "debug", text, node: node.id });
  }

  #temporary(what: string, kind: "view" | "table"): RelationValue {
    const { node, context } = this.options;
    const hash = createHash("sha256").update(`${context.deps.shared.invocation.id} ${node.id}`).digest("hex");
    return this.#value(makeRelation({ identifier: `etl_${what}_${hash.slice(0, 12)}` }, { kind }));
  }

  #value(relation: Relation): RelationValue {
    return new RelationValue(relation, this.options.context.deps.shared.adapter);
  }
}

/** unique_key as the macros of strategies take it; null where there is none. */
export function uniqueKeyOf(node: ManifestNode): Value {
  const key = node.config.get("unique_key") ?? null;
  if (Array.isArray(key)) return key.length > 0 ? key.map(toText) : null;
  return typeof key === "string" && key !== "" ? key : null;
}

function faultValue(fault: Fault): Value {
  return new Map<Value, Value>(Object.entries(fault));
}
