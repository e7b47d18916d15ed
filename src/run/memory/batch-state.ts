// The memory of one batch of a microbatch model: its interval is written down in the transaction of its rows, so that
// `etl gaps` knows which batches were built.

import { EtlError } from "../../base/diagnostic.ts";
import { pythonTime, type TimeWindow } from "../../compile/event-time.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { toText } from "../../jinja/operations.ts";
import { relationCells } from "../../state/row-values.ts";
import { INTERVALS } from "../../state/tables.ts";
import type { StateOfNode } from "../run-context.ts";
import { keepPublication, mistake, type NodeStateOptions } from "../watermark/watermark-work.ts";

export class BatchState implements StateOfNode {
  #written = false;
  #code = "";

  constructor(
    private readonly options: NodeStateOptions,
    private readonly window: TimeWindow,
  ) {}

  restart(): void {
    this.#written = false;
  }

  async watermark(): Promise<never> {
    const help = "read its sources with ref() and source(): they give the rows of the batch";
    throw new EtlError([mistake(this.options, "a microbatch model has batches and no watermark", help)]);
  }

  async newRows(): Promise<void> {}

  async windowed(code: string): Promise<string> {
    this.#code = code;
    return code;
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    if (this.#written) return;
    this.#written = true;
    const { store, sessions, node, shared } = this.options;
    if (!store) return;
    await store.append(sessions.over(run), INTERVALS, [
      {
        node_id: node.id,
        ...relationCells(node),
        column_name: toText(node.config.get("event_time") ?? ""),
        range_from: pythonTime(this.window.start),
        range_to: pythonTime(this.window.end),
        action: "batch",
        run_id: shared.invocation.id,
        committed_at: shared.host.now(),
      },
    ]);
    await keepPublication(this.options, this.#code, run);
  }
}
