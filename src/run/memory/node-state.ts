// The memory of one node during one run: the window of its watermark, and the rows that are written in the transaction
// that publishes its data.

import type { Relation } from "../../adapter/relation.ts";
import type { ResultColumn } from "../../adapter/result.ts";
import { EtlError } from "../../base/diagnostic.ts";
import type { RunStatement, WatermarkBound } from "../../compile/node-memory.ts";
import { nodeRelation } from "../../compile/node-relation.ts";
import { relationCells } from "../../state/row-values.ts";
import { LATE_ROWS, WATERMARKS } from "../../state/tables.ts";
import { hasClock, lowered, lowest, momentText, type Watermark } from "../../state/watermark.ts";
import { watermarkRow } from "../../state/watermark-row.ts";
import type { StateOfNode } from "../run-context.ts";
import { type LateRows, lateRowsOf } from "../watermark/late-rows.ts";
import { filterWord } from "../watermark/watermark-filter.ts";
import {
  askFacts,
  keepPublication,
  markColumn,
  markLiteral,
  mistake,
  type NodeStateOptions,
  readMark,
  type StandingMark,
  tell,
  type WatermarkFacts,
  type WatermarkOptions,
} from "../watermark/watermark-work.ts";

export class NodeState implements StateOfNode {
  #written = false;
  /** What the rows say that this run adds; undefined when it builds the whole table. */
  #added: WatermarkFacts | undefined;
  #late: readonly LateRows[] = [];
  #code = "";
  /** Undefined: not read yet. */
  #standing: StandingMark | undefined;
  #column: ResultColumn | undefined;

  constructor(private readonly options: NodeStateOptions) {}

  restart(): void {
    this.#written = false;
    this.#added = undefined;
    this.#late = [];
    this.#standing = undefined;
  }

  async watermark(bound: WatermarkBound, run: RunStatement, of: Relation | null): Promise<string | null> {
    const options = this.#watermarked();
    if (!options) throw new EtlError([mistake(this.options, "the model has no watermark", EXAMPLE)]);
    if (bound === "column" || bound === "nulls") return filterWord(options, bound, of);
    const { settings, shared } = options;
    const { mark, column } = await this.#current(options, run);
    if (!column) {
      throw new EtlError([
        mistake(
          options,
          "watermark() has no value yet: this run builds the whole table",
          "ask for it inside of {% if is_incremental() %}",
        ),
      ]);
    }
    if (bound === "lower") {
      if (mark) return markLiteral(shared.adapter, lowered(mark, settings.lookback));
      // A number of its own type might not reach so low.
      const value = lowest(column.family);
      return hasClock(column.family) || column.family === "text"
        ? markLiteral(shared.adapter, { ...column, value })
        : value;
    }
    return hasClock(column.family) ? this.#end(options, column) : null;
  }

  async newRows(relation: Relation, run: RunStatement): Promise<void> {
    const options = this.#watermarked();
    const column = this.#column;
    if (!options || !column) return;
    const { mark } = await this.#current(options, run);
    this.#added = await askFacts(options, column.name, relation, mark, run);
    const { late } = this.#added;
    if (!mark || late === null || late === 0) return;
    tell(options, `${late === 1 ? "1 row" : `${late} rows`} came late, within the lookback`);
    this.#late = await lateRowsOf(options, { column, relation, mark }, run);
  }

  async windowed(code: string, describe: (sql: string) => Promise<readonly ResultColumn[]>): Promise<string> {
    this.#code = code;
    const options = this.#watermarked();
    if (!options) return code;
    const column = markColumn(options, await describe(code));
    this.#column = column;
    const drops = options.settings.nulls === "exclude";
    if (!hasClock(column.family) && !drops) return code;
    const end = hasClock(column.family) ? this.#end(options, column) : null;
    return options.sessions.macro("watermark_window", [code, column.name, end, drops]);
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    if (this.#written) return;
    this.#written = true;
    const options = this.#watermarked();
    if (options) await this.#advance(options, run);
    await keepPublication(this.options, this.#code, run);
  }

  async #advance(options: WatermarkOptions, run: RunStatement): Promise<void> {
    const { store, sessions, settings, node, shared, username } = options;
    const column = this.#column;
    if (!column) return;
    const added = this.#added;
    const target = nodeRelation(node, shared);
    const facts = added ?? (await askFacts(options, column.name, target, null, run));
    if (!store) return;
    // A table that was built whole and is empty has no watermark, whatever is remembered of the one before.
    if (facts.greatest === null && (added || !(await readMark(options, run)).mark)) return;
    const reached =
      facts.greatest === null ? null : { value: facts.greatest, type: column.type, family: column.family };
    const previous = added ? (await this.#current(options, run)).mark : null;
    // Rows of the lookback alone do not move it backwards.
    const next = previous && !facts.isAfter ? previous : reached;
    const session = sessions.over(run);
    const at = shared.host.now();
    const runId = shared.invocation.id;
    await store.append(session, WATERMARKS, [
      watermarkRow(node, settings.column, next, {
        previous: previous?.value ?? null,
        newRows: facts.rows,
        nullRows: facts.nulls,
        lateRows: facts.late,
        action: added ? "advance" : "rebuild",
        runId,
        username,
        at,
      }),
    ]);
    await store.append(
      session,
      LATE_ROWS,
      this.#late.map(({ lag, rows }) => ({
        node_id: node.id,
        ...relationCells(node),
        column_name: settings.column,
        outcome: "taken",
        lag,
        late_rows: rows,
        run_id: runId,
        committed_at: at,
      })),
    );
  }

  /** The end of the window, inclusive: the start of the run. */
  #end({ shared, settings }: WatermarkOptions, { type, family }: Pick<Watermark, "type" | "family">): string {
    const value = momentText(shared.invocation.startedAt, family, settings.timeZone);
    return markLiteral(shared.adapter, { value, type });
  }

  async #current(options: WatermarkOptions, run: RunStatement): Promise<StandingMark> {
    this.#standing ??= await readMark(options, run);
    return this.#standing;
  }

  #watermarked(): WatermarkOptions | null {
    const { settings } = this.options;
    return settings && { ...this.options, settings };
  }
}

const EXAMPLE = "write watermark: {column: updated_at, lookback: 3 hours, nulls: fail}";
