// The memory of a run that takes rows out of quarantine: it reads what the model's query gives now for those rows, and
// leaves the watermark where it is, since that has passed them already.

import type { Relation } from "../../adapter/relation.ts";
import type { ResultColumn } from "../../adapter/result.ts";
import { EtlError } from "../../base/diagnostic.ts";
import type { RunStatement } from "../../compile/node-memory.ts";
import { RelationValue } from "../../context/relation-value.ts";
import { type Model, materialization } from "../../manifest/node.ts";
import { isFullRefresh } from "../own-table.ts";
import type { Step } from "../plan.ts";
import { uniqueKeyOf } from "../quarantine/node-quarantine.ts";
import type { RunContext, StateOfNode } from "../run-context.ts";
import type { ModelVariant } from "../run-model.ts";
import { keepPublication, mistake, type NodeStateOptions } from "../watermark/watermark-work.ts";
import { AS_WHOLE } from "../whole-query.ts";

class ReplayState implements StateOfNode {
  #written = false;
  #code = "";

  /** @param quarantine the table of the rows */
  constructor(
    private readonly options: NodeStateOptions,
    private readonly quarantine: Relation,
  ) {}

  restart(): void {
    this.#written = false;
  }

  async watermark(): Promise<never> {
    const help = "ask for it inside of {% if is_incremental() %}";
    throw new EtlError([mistake(this.options, "rows that come out of quarantine have no window", help)]);
  }

  async newRows(): Promise<void> {}

  async windowed(code: string, describe: (sql: string) => Promise<readonly ResultColumn[]>): Promise<string> {
    const { sessions, node, shared } = this.options;
    const columns = (await describe(code)).map(({ name }) => name);
    const quarantine = new RelationValue(this.quarantine, shared.adapter);
    this.#code = await sessions.macro("quarantine_replay", [quarantine, code, uniqueKeyOf(node), columns]);
    return this.#code;
  }

  async beforeCommit(run: RunStatement): Promise<void> {
    if (this.#written) return;
    this.#written = true;
    await keepPublication(this.options, this.#code, run);
  }
}

/** How the rows of an incremental model come out of quarantine; undefined where the whole relation is built anew. */
export function replayOf(
  context: RunContext,
  { replay }: Step,
  model: Model,
): { readonly memory: StateOfNode; readonly variant: ModelVariant } | undefined {
  if (!replay || materialization(model) !== "incremental") return undefined;
  const { shared } = context.deps;
  const there = shared.relations.get(model.database, model.schema, model.alias)?.kind === "table";
  const options = context.state?.optionsOf(model);
  const quarantine = context.state?.quarantineOf(context, model, { isReplay: true });
  if (isFullRefresh(shared.config, model) || !there || !options || !quarantine) return undefined;
  return { memory: new ReplayState(options, quarantine.relation), variant: { extra: AS_WHOLE } };
}
