// One process at a time builds a relation, where the engine lets several write. dbt has no such thing: two of its runs at
// once read the same "newest row" and both add what comes after it.

import type { Lease } from "../adapter/lease.ts";
import type { Relation } from "../adapter/relation.ts";
import type { NodeId } from "../manifest/node.ts";
import type { RunContext, Work } from "./run-context.ts";

/** How often a holder shows that it is alive within the time after which it is taken for stopped. */
const BEATS = 4;

/**
 * Runs `use` while this process alone builds `relation`.
 * @param use told whether another one built it before
 * @param waits called once while another one does
 * @throws DatabaseError when another one does and the flag `on_conflict` is "fail"; what `use` throws
 */
export async function withLease<T>(
  context: RunContext,
  work: Work,
  node: { readonly id: NodeId; readonly name: string },
  relation: Relation,
  use: (waited: boolean) => Promise<T>,
  waits?: () => Promise<void>,
): Promise<T> {
  const { host, config, adapter } = context.deps.shared;
  if (!adapter.capabilities.sharedWrites) return use(false);
  const session = await work.session.get();
  const lease = await session.lease?.(relation, {
    wait: config.flags.text("on_conflict") !== "fail",
    expiresAfterSeconds: Number(config.flags.get("lease_seconds")),
    onWait: async (holder) => {
      host.emit({ kind: "message", level: "info", text: `${node.name}: waits for ${holder}`, node: node.id });
      await waits?.();
    },
  });
  if (!lease) return use(false);
  try {
    await lookAgain(context, work, relation, lease);
    return await use(lease.waited);
  } finally {
    await lease.release();
  }
}

/**
 * The same for work that uses sessions of its own and leaves this one idle, as batches do: a statement now and then shows
 * that the holder is alive, where one that stands still would lose its lease.
 */
export function withBeatingLease<T>(
  context: RunContext,
  work: Work,
  node: { readonly id: NodeId; readonly name: string },
  relation: Relation,
  use: () => Promise<T>,
): Promise<T> {
  const { config, adapter } = context.deps.shared;
  if (!adapter.capabilities.sharedWrites) return use();
  return withLease(context, work, node, relation, async () => {
    const session = await work.session.get();
    let beat: Promise<unknown> = Promise.resolve();
    const timer = setInterval(
      () => {
        // A lost connection is met by whoever writes next.
        beat = session.execute("select 1", { fetch: false }).catch(() => {});
      },
      (Number(config.flags.get("lease_seconds")) * 1000) / BEATS,
    );
    try {
      return await use();
    } finally {
      clearInterval(timer);
      await beat;
    }
  });
}

/** The list of relations was read when the run began; another run may have made or replaced this one since. */
async function lookAgain(
  { deps }: RunContext,
  { session }: Work,
  relation: Relation,
  lease: Lease,
): Promise<void> {
  const { relations, adapter } = deps.shared;
  const { database, schema } = relation;
  const name = relation.identifier ?? "";
  if (!lease.waited && (relations.get(database, schema, name)?.kind ?? null) === lease.kind) return;
  const warehouse = await session.warehouse();
  const wanted = adapter.foldIdentifier(name);
  const there = (await warehouse.listRelations([{ database, schema }])).find(
    ({ identifier }) => adapter.foldIdentifier(identifier ?? "") === wanted,
  );
  if (there) relations.add(there);
  else relations.drop(relation);
}
