// The columns of sources that are read from files (`external_location`), which no catalog lists: the engine is asked what a
// query of them would give.

import { DatabaseError } from "../adapter/database-error.ts";
import type { ResultColumn } from "../adapter/result.ts";
import type { RunDeps } from "../compile/deps.ts";
import { sourceRelation } from "../compile/node-relation.ts";
import type { NodeId } from "../manifest/node.ts";

/** Behind an address may be a server that is slow, or not there: knowing columns is not worth waiting for it. */
const ADDRESS = /^[^']*'[a-z][a-z0-9+.-]+:\/\//i;

/**
 * @param ids sources; those that are ordinary relations are left out
 * @returns the columns in order, with the engine's names of types; files that cannot be read are missing
 * @throws EtlError when the warehouse cannot be opened
 */
export async function externalColumns(
  ids: Iterable<NodeId>,
  { manifest, shared, openWarehouse }: RunDeps,
): Promise<Map<NodeId, readonly ResultColumn[]>> {
  const external = [...ids].flatMap((id) => {
    const source = manifest.resources.get(id);
    const location = source?.resourceType === "source" ? sourceRelation(source, shared).external : undefined;
    return location === undefined || ADDRESS.test(location) ? [] : [{ id, location }];
  });
  const columns = new Map<NodeId, readonly ResultColumn[]>();
  if (external.length === 0) return columns;
  const warehouse = await openWarehouse();
  await warehouse.withSession("external columns", async (session) => {
    for (const { id, location } of external) {
      try {
        columns.set(id, await session.describe(`select * from ${location}`));
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
      }
    }
  });
  return columns;
}
