// The memory of one node during one run: the window of its watermark, and the rows that are written in the transaction
// that publishes its data.

import { createHash } from "node:crypto";
import type { Relation } from "../adapter/relation.ts";
import type { QueryResult, ResultColumn } from "../adapter/result.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { RunStatement } from "../compile/node-memory.ts";
import { nodeRelation } from "../compile/node-relation.ts";
import type { WatermarkSettings } from "../config/watermark-config.ts";
import { RelationValue } from "../context/relation-value.ts";
import type { SharedScope } from "../context/scope.ts";
import { toText } from "../jinja/operations.ts";
import type { ManifestNode } from "../manifest/node.ts";
import { configPlace } from "../project/config-place.ts";
import type { StateStore } from "../state/state-store.ts";
import { PUBLICATIONS, WATERMARKS } from "../state/tables.ts";
import {
  canBeWatermark,
  compareMarks,
  hasClock,
  lowered,
  lowest,
  momentText,
  type Watermark,
} from "../state/watermark.ts";
import { watermarkRow } from "../state/watermark-row.ts";
import type { StateOfNode } from "./run-context.ts";
import type { StateSessions } from "./state-sessions.ts";

export interface NodeStateOptions {
  readonly shared: SharedScope;
  readonly node: ManifestNode;
  /** Undefined where the state cannot be written: then the target itself tells the watermark. */
  readonly store: StateStore | undefined;
  readonly sessions: StateSessions;
  readonly settings: WatermarkSettings | null;
  /** Keep a row of the publication. */
  readonly history: boolean;
  readonly username: string;
}

export class NodeState implements StateOfNode {
  #written = false;
  /** What the rows say that this run adds; undefined when it builds the whole table. */
  #added: WatermarkFacts | undefined;
  #code = "";
  /** Undefined: not read yet; null: there is none. */
  #mark: Watermark | null | undefined;
  #column: ResultColumn | undefined;
  /** The watermark's column in a target that was asked for its greatest value. */
  #targetColumn: ResultColumn | undefined;

  constructor(private readonly options: NodeStateOptions) {}

  /** A node that is run again begins anew. */
  restart(): void {
    this.#written = false;
    this.#added = undefined;
    this.#mark = undefined;
  }

  async watermark(bound: "lower" | "upper", run: RunStatement): Promise<string | null> {
    const { settings, shared } = this.options;
    if (!settings) throw new EtlError([this.#mistake("the model has no watermark", EXAMPLE)]);
    const mark = await this.#current(run);
    const column = mark ?? this.#targetColumn;
    if (!column) {
      throw new EtlError([
        this.#mistake(
          "watermark() has no value yet: this run builds the whole table",
          "ask for it inside of {% if is_incremental() %}",
        ),
      ]);
    }
    if (bound === "lower") {
      if (mark) return this.#literal(lowered(mark, settings.lookback));
      // A number of its own type might not reach so low.
      const value = lowest(column.family);
      return hasClock(column.family) || column.family === "text"
        ? this.#literal({ ...column, value })
        : value;
    }
    if (!hasClock(column.family)) return null;
    const start = shared.invocation.startedAt;
    return this.#literal({ ...column, value: momentText(start, column.family, settings.timeZone) });
  }

  async newRows(relation: Relation, run: RunStatement): Promise<void> {
    const { settings, node } = this.options;
    if (!settings) return;
    const key = node.config.get("unique_key");
    const keys = typeof key === "string" ? [key] : Array.isArray(key) ? key.map(toText) : [];
    this.#added = await this.#facts(relation, await this.#current(run), keys, run);
  }

  /**
   * The query that is run for a compiled model: one with a watermark by the clock takes no rows of the future.
   * @param describe names and types of a query's columns
   */
  async windowed(code: string, describe: (sql: string) => Promise<readonly ResultColumn[]>): Promise<string> {
    this.#code = code;
    const { settings, sessions, shared } = this.options;
    if (!settings) return code;
    const { adapter, invocation } = shared;
    const columns = await describe(code);
    const wanted = adapter.foldIdentifier(settings.column);
    const column = columns.find(({ name }) => adapter.foldIdentifier(name) === wanted);
    if (!column || !canBeWatermark(column.family)) {
      const why = column
        ? `is of type ${column.type}, which has no order to follow`
        : "is no column of its query";
      const names = columns.map(({ name }) => name).join(", ");
      throw new EtlError([this.#mistake(`the watermark "${settings.column}" ${why}`, `columns: ${names}`)]);
    }
    this.#column = column;
    if (!hasClock(column.family)) return code;
    const value = momentText(invocation.startedAt, column.family, settings.timeZone);
    const upper = this.#literal({ value, type: column.type });
    return sessions.macro("watermark_window", [code, column.name, upper]);
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    if (this.#written) return;
    this.#written = true;
    const { store, sessions, history, node, shared } = this.options;
    await this.#advance(run);
    if (!store || !history) return;
    const { host, invocation } = shared;
    await store.append(sessions.over(run), PUBLICATIONS, [
      {
        run_id: invocation.id,
        node_id: node.id,
        schema_name: node.schema,
        identifier: node.alias,
        code_hash: createHash("sha256").update(this.#code).digest("hex"),
        committed_at: host.now(),
      },
    ]);
  }

  async #advance(run: RunStatement): Promise<void> {
    const { store, sessions, settings, node, shared, username } = this.options;
    const column = this.#column;
    if (!settings || !column) return;
    const added = this.#added;
    const facts = added ?? (await this.#facts(this.#target(), null, [], run));
    if (facts.greatest === null || !store) return;
    const reached = { value: facts.greatest, type: column.type, family: column.family };
    const previous = added ? await this.#current(run) : null;
    // Rows of the lookback alone do not move it backwards.
    const next = previous && compareMarks(reached, previous) < 0 ? previous : reached;
    await store.append(sessions.over(run), WATERMARKS, [
      watermarkRow(node, settings.column, next, {
        previous: previous?.value ?? null,
        newRows: facts.rows,
        nullRows: facts.nulls,
        lateRows: facts.late,
        action: added ? "advance" : "rebuild",
        runId: shared.invocation.id,
        username,
        at: shared.host.now(),
      }),
    ]);
  }

  /** Asks what rows say, and tells it. @throws EtlError for rows that would be lost */
  async #facts(
    relation: Relation,
    mark: Watermark | null,
    keys: readonly string[],
    run: RunStatement,
  ): Promise<WatermarkFacts> {
    const { sessions, settings, shared } = this.options;
    const sql = await sessions.macro("watermark_facts", [
      new RelationValue(relation, shared.adapter),
      this.#column?.name ?? settings?.column ?? "",
      mark ? this.#literal(mark) : null,
      new RelationValue(this.#target(), shared.adapter),
      [...keys],
    ]);
    const facts = factsOf(await run(sql, true));
    if (settings && facts.nulls > 0) this.#judgeNulls(facts.nulls, settings);
    if (facts.late !== null && facts.late > 0)
      this.#tell(`${facts.late === 1 ? "1 row" : `${facts.late} rows`} came late, within the lookback`);
    return facts;
  }

  #judgeNulls(count: number, { column, nulls }: WatermarkSettings): void {
    const rows = count === 1 ? "1 new row has" : `${count} new rows have`;
    const text = `${rows} no value in the watermark "${column}"`;
    if (nulls === "fail") {
      throw new EtlError([
        errorAt("watermark-null", `${text}, so they could be lost`, this.#place(), {
          help: "mend the rows, or set nulls: include or nulls: exclude in the config watermark",
        }),
      ]);
    }
    this.#tell(text);
  }

  #tell(text: string): void {
    const { node, shared } = this.options;
    const { host } = shared;
    host.emit({ kind: "message", level: "info", text: `${node.name}: ${text}`, node: node.id });
  }

  /** Where the watermark stands: what the state says, else the greatest value of the target. */
  async #current(run: RunStatement): Promise<Watermark | null> {
    if (this.#mark === undefined) this.#mark = (await this.#remembered(run)) ?? (await this.#found(run));
    return this.#mark;
  }

  async #remembered(run: RunStatement): Promise<Watermark | null> {
    const { store, sessions, settings, node, shared } = this.options;
    if (!store || !settings) return null;
    const [row] = await store.read(sessions.over(run), WATERMARKS, {
      where: { schema_name: node.schema, identifier: node.alias, column_name: settings.column },
      newestBy: ["committed_at"],
      limit: 1,
    });
    if (typeof row?.value !== "string" || typeof row.value_type !== "string") return null;
    const family = shared.adapter.types.family(row.value_type);
    return { value: row.value, type: row.value_type, family };
  }

  async #found(run: RunStatement): Promise<Watermark | null> {
    const { sessions, settings, node, shared } = this.options;
    const { adapter, relations } = shared;
    const target = this.#target();
    if (!settings || !relations.get(target.database, target.schema, node.alias)) return null;
    const value = new RelationValue(target, adapter);
    const { rows, columns } = await run(
      await sessions.macro("watermark_facts", [value, settings.column]),
      true,
    );
    const greatest = rows[0]?.[3];
    const column = columns[3];
    this.#targetColumn = column;
    if (greatest === null || greatest === undefined || !column) return null;
    return { value: String(greatest), type: column.type, family: column.family };
  }

  #target(): Relation {
    const { node, shared } = this.options;
    return nodeRelation(node, shared);
  }

  #literal({ value, type }: { readonly value: string; readonly type: string }): string {
    return `cast(${this.options.shared.adapter.literal(value)} as ${type})`;
  }

  #place() {
    const { node, shared } = this.options;
    const { config, host } = shared;
    return configPlace(node, "watermark", { config, files: host.files }) ?? node.place;
  }

  #mistake(message: string, help: string) {
    return errorAt("watermark-invalid", `${this.options.node.name}: ${message}`, this.#place(), { help });
  }
}

const EXAMPLE = "write watermark: {column: updated_at, lookback: 3 hours, nulls: fail}";

interface WatermarkFacts {
  readonly rows: number;
  readonly nulls: number;
  /** Null: not known, since there is no key to tell new rows by. */
  readonly late: number | null;
  readonly greatest: string | null;
}

function factsOf({ rows }: QueryResult): WatermarkFacts {
  const [all, nulls, late, greatest] = rows[0] ?? [];
  return {
    rows: Number(all ?? 0),
    nulls: Number(nulls ?? 0),
    late: late === null || late === undefined ? null : Number(late),
    greatest: greatest === null || greatest === undefined ? null : String(greatest),
  };
}
