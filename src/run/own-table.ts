// What parts of an incremental model must know before they are built: whether its table is there to be added to, and
// whether its query reads that table, so that the parts depend on each other.

import { nodeRelation } from "../compile/node-relation.ts";
import type { SharedScope } from "../context/scope.ts";
import { readsName } from "../jinja/walk.ts";
import type { Model } from "../manifest/node.ts";
import type { RunContext } from "./run-context.ts";

/** Whether the model's table is there and is added to. @throws DatabaseError */
export async function isAdding({ deps }: RunContext, model: Model): Promise<boolean> {
  const { relations, config } = deps.shared;
  const own = nodeRelation(model, deps.shared);
  await relations.ensure([{ database: model.database, schema: model.schema }]);
  if (relations.get(own.database, own.schema, own.identifier ?? "")?.kind !== "table") return false;
  return !isFullRefresh(config, model);
}

/** The config full_refresh; without it the flag. */
export function isFullRefresh({ flags }: SharedScope["config"], model: Model): boolean {
  const own = model.config.get("full_refresh");
  return typeof own === "boolean" ? own : flags.boolean("full_refresh");
}

/** The config concurrent_batches; without it, whether the model does not read its own table. */
export function isConcurrent({ deps }: RunContext, model: Model): boolean {
  const wanted = model.config.get("concurrent_batches");
  if (typeof wanted === "boolean") return wanted;
  const { file, line, column } = model.rawPlace;
  const template = deps.shared.environment.parse({ file, text: model.rawCode, line, column });
  return !readsName(template.body, "this");
}
