// What the memories of nodes have in common (../memory/*-state.ts): where a watermark stands, what rows say about it, and
// the rows that are written in the transaction of the data.

import { createHash } from "node:crypto";
import type { Adapter } from "../../adapter/adapter.ts";
import type { Relation } from "../../adapter/relation.ts";
import type { QueryResult, ResultColumn } from "../../adapter/result.ts";
import { type Diagnostic, EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import type { WatermarkSettings } from "../../config/watermark-config.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { SharedScope } from "../../context/scope.ts";
import { toText } from "../../jinja/operations.ts";
import type { ManifestNode, NodeId, Resource } from "../../manifest/node.ts";
import { configPlace } from "../../project/config-place.ts";
import { relationCells } from "../../state/row-values.ts";
import type { StateStore } from "../../state/state-store.ts";
import { PUBLICATIONS, WATERMARKS } from "../../state/tables.ts";
import { canBeWatermark, compareMarks, type Watermark } from "../../state/watermark.ts";
import type { StateSessions } from "../memory/state-sessions.ts";

export interface NodeStateOptions {
  readonly shared: SharedScope;
  readonly resources: ReadonlyMap<NodeId, Resource>;
  readonly node: ManifestNode;
  /** Undefined where the state cannot be written: then the target itself tells the watermark. */
  readonly store: StateStore | undefined;
  readonly sessions: StateSessions;
  readonly settings: WatermarkSettings | null;
  /** Keep a row of the publication. */
  readonly history: boolean;
  readonly username: string;
}

/** The same for a node that has a watermark. */
export interface WatermarkOptions extends NodeStateOptions {
  readonly settings: WatermarkSettings;
}

/** Where a watermark stands: what the state says, else the greatest value of the target. */
export interface StandingMark {
  readonly mark: Watermark | null;
  /** The type of the column, where the mark or the target tells it. */
  readonly column: Pick<Watermark, "type" | "family"> | null;
}

/** @throws DatabaseError */
export async function readMark(options: WatermarkOptions, run: RunStatement): Promise<StandingMark> {
  const mark = await rememberedMark(options, run);
  if (!mark) return foundMark(options, run);
  const standing = { mark, column: mark };
  if (options.shared.adapter.capabilities.transactions === "ddl") return standing;
  // The mark is written after the rows and not with them: a run that ended in between has left rows beyond it.
  const found = await foundMark(options, run);
  return found.mark && compareMarks(found.mark, mark) > 0 ? found : standing;
}

async function rememberedMark(options: WatermarkOptions, run: RunStatement): Promise<Watermark | null> {
  const { store, sessions, settings, node, shared } = options;
  if (!store) return null;
  const [row] = await store.read(sessions.over(run), WATERMARKS, {
    where: { ...relationCells(node), column_name: settings.column },
    newestBy: ["committed_at"],
    limit: 1,
  });
  if (typeof row?.value !== "string" || typeof row.value_type !== "string") return null;
  const family = shared.adapter.types.family(row.value_type);
  return { value: row.value, type: row.value_type, family };
}

async function foundMark(options: WatermarkOptions, run: RunStatement): Promise<StandingMark> {
  const { sessions, settings, node, shared } = options;
  const { adapter, relations } = shared;
  const target = nodeRelation(node, shared);
  if (!relations.get(target.database, target.schema, node.alias)) return { mark: null, column: null };
  const value = new RelationValue(target, adapter);
  const { rows, columns } = await run(
    await sessions.macro("watermark_facts", [value, settings.column]),
    true,
  );
  const [greatest, column] = [rows[0]?.[3], columns[3]];
  if (greatest === null || greatest === undefined || !column) return { mark: null, column: column ?? null };
  return { mark: { value: String(greatest), type: column.type, family: column.family }, column };
}

/** The watermark's column among those of the model's query. @throws EtlError(watermark-invalid) */
export function markColumn(options: WatermarkOptions, columns: readonly ResultColumn[]): ResultColumn {
  return orderedColumn(options, options.settings.column, columns);
}

/** A column whose values have an order. @throws EtlError(watermark-invalid) */
export function orderedColumn(
  options: NodeStateOptions,
  name: string,
  columns: readonly ResultColumn[],
): ResultColumn {
  const { adapter } = options.shared;
  const wanted = adapter.foldIdentifier(name);
  const column = columns.find((one) => adapter.foldIdentifier(one.name) === wanted);
  if (column && canBeWatermark(column.family)) return column;
  const why = column
    ? `is of type ${column.type}, which has no order to follow`
    : "is not a column of its query";
  const names = columns.map((one) => one.name).join(", ");
  throw new EtlError([mistake(options, `the watermark "${name}" ${why}`, `columns: ${names}`)]);
}

export interface WatermarkFacts {
  readonly rows: number;
  readonly nulls: number;
  /** Null: not known, since there is no key to tell new rows by. */
  readonly late: number | null;
  readonly greatest: string | null;
  /** The greatest value lies after the watermark; null where there is none to compare with. */
  readonly isAfter: boolean | null;
}

/**
 * Asks what rows say, and tells of those without a value.
 * @param mark rows up to it are late when the target does not have their keys; null where none are counted
 * @throws EtlError(watermark-null) for rows that would be lost; DatabaseError
 */
export async function askFacts(
  options: WatermarkOptions,
  column: string,
  relation: Relation,
  mark: Watermark | null,
  run: RunStatement,
): Promise<WatermarkFacts> {
  const { sessions, shared, node } = options;
  const { adapter } = shared;
  const sql = await sessions.macro("watermark_facts", [
    new RelationValue(relation, adapter),
    column,
    mark ? markLiteral(adapter, mark) : null,
    new RelationValue(nodeRelation(node, shared), adapter),
    mark ? keysOf(node) : [],
  ]);
  const facts = factsOf(await run(sql, true));
  if (facts.nulls > 0) judgeNulls(options, facts.nulls);
  return facts;
}

function factsOf({ rows }: QueryResult): WatermarkFacts {
  const [all, nulls, late, greatest, after] = rows[0] ?? [];
  return {
    rows: Number(all ?? 0),
    nulls: Number(nulls ?? 0),
    late: late === null || late === undefined ? null : Number(late),
    greatest: greatest === null || greatest === undefined ? null : String(greatest),
    isAfter: after === null || after === undefined ? null : Number(after) === 1,
  };
}

function judgeNulls(options: WatermarkOptions, count: number): void {
  const { column, nulls } = options.settings;
  const rows = count === 1 ? "1 new row has" : `${count} new rows have`;
  const text = `${rows} no value in the watermark "${column}"`;
  if (nulls === "fail") {
    throw new EtlError([
      errorAt("watermark-null", `${text}, so they could be lost`, watermarkPlace(options), {
        help: "correct the rows, or set nulls: include or nulls: exclude in the config watermark",
      }),
    ]);
  }
  tell(options, text);
}

/** The columns of unique_key; empty without one. */
export function keysOf({ config }: ManifestNode): string[] {
  const key = config.get("unique_key");
  if (typeof key === "string") return [key];
  return Array.isArray(key) ? key.map(toText) : [];
}

/** A value as SQL, of its own type. */
export function markLiteral(adapter: Adapter, { value, type }: Pick<Watermark, "value" | "type">): string {
  return `cast(${adapter.literal(value)} as ${type})`;
}

/** Writes down that a node published its relation, where runs are remembered. */
export async function keepPublication(
  { store, sessions, history, node, shared }: NodeStateOptions,
  code: string,
  run: RunStatement,
): Promise<void> {
  if (!store || !history) return;
  await store.append(sessions.over(run), PUBLICATIONS, [
    {
      run_id: shared.invocation.id,
      node_id: node.id,
      ...relationCells(node),
      code_hash: createHash("sha256").update(code).digest("hex"),
      committed_at: shared.host.now(),
    },
  ]);
}

/** Tells people something about a node while it runs. */
export function tell({ node, shared }: NodeStateOptions, text: string): void {
  shared.host.emit({ kind: "message", level: "info", text: `${node.name}: ${text}`, node: node.id });
}

/** A mistake in the watermark of a node, at the place of the config. */
export function mistake(options: NodeStateOptions, message: string, help: string): Diagnostic {
  return errorAt("watermark-invalid", `${options.node.name}: ${message}`, watermarkPlace(options), { help });
}

function watermarkPlace({ node, shared }: NodeStateOptions): Place {
  return configPlace(node, "watermark", shared) ?? node.place;
}
