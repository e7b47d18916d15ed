// Reads and empties the tables of rows in quarantine, for the commands `etl quarantine ...`.

import { makeRelation, type Relation } from "../../adapter/relation.ts";
import type { QueryResult } from "../../adapter/result.ts";
import type { RunDeps } from "../../compile/deps.ts";
import { RelationValue } from "../../context/relation-value.ts";
import {
  type QuarantineCount,
  type Quarantined,
  quarantined,
  quarantineRow,
} from "../../state/quarantine.ts";
import { username } from "../../state/state-settings.ts";
import { QUARANTINE } from "../../state/tables.ts";
import { type OpenState, withTables } from "../memory/read-state.ts";

/** All relations of a database that have rows in quarantine now. @throws DatabaseError */
export async function countQuarantined(
  deps: RunDeps,
  database: string | null,
): Promise<readonly QuarantineCount[]> {
  const { relations, adapter } = deps.shared;
  const found = await withTables(deps, database, [QUARANTINE], async (state) => {
    const rows = await state.store.read(state.session, QUARANTINE, { newestBy: ["committed_at"] });
    const counts: QuarantineCount[] = [];
    for (const one of quarantined(rows)) {
      const relation = relationOf(state, one);
      if (!relations.get(database, relation.schema, one.table)) continue;
      const value = new RelationValue(relation, adapter);
      const sql = await state.session.macro("quarantine_count", [value]);
      const [count, since] = (await state.session.execute(sql, true)).rows[0] ?? [];
      if (Number(count ?? 0) === 0) continue;
      const shown = value.toText();
      counts.push({ ...one, rows: Number(count), since: since ? String(since) : null, shown });
    }
    return counts;
  });
  return found ?? [];
}

/** The rows of one relation, with why they are aside. @param limit -1: all. @throws DatabaseError */
export async function quarantinedRows(
  deps: RunDeps,
  database: string | null,
  one: Quarantined,
  limit: number,
): Promise<QueryResult | undefined> {
  return withTables(deps, database, [QUARANTINE], async (state) => {
    const relation = new RelationValue(relationOf(state, one), deps.shared.adapter);
    return state.session.execute(await state.session.macro("quarantine_rows", [relation, limit]), true);
  });
}

/** Throws the rows of one relation away, in one transaction with the note of it. @throws DatabaseError */
export async function dropQuarantined(
  deps: RunDeps,
  database: string | null,
  one: QuarantineCount,
): Promise<void> {
  const { invocation, host, adapter } = deps.shared;
  await withTables(deps, database, [QUARANTINE], async (state) => {
    const relation = new RelationValue(relationOf(state, one), adapter);
    await state.session.execute(await state.session.macro("drop_table", [relation]), false);
    const facts = { runId: invocation.id, username: username(host.env), at: host.now() };
    const row = quarantineRow(one, "dropped", one.rows, facts);
    await state.store.append(state.session, QUARANTINE, [row]);
  });
}

function relationOf({ store }: OpenState, { table }: Quarantined): Relation {
  const { database, schema } = store;
  return makeRelation({ database, schema, identifier: table }, { kind: "table" });
}
