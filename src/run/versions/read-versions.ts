// Reads what the state of a database says of the runs that changed relations, for `etl undo` and the list of versions.

import type { Cell } from "../../adapter/result.ts";
import type { RunDeps } from "../../compile/deps.ts";
import { RelationValue } from "../../context/relation-value.ts";
import type { StateSession, StateStore } from "../../state/state-store.ts";
import { PUBLICATIONS, VERSIONS } from "../../state/tables.ts";
import { type Publication, publicationOf } from "../../state/undo-plan.ts";
import { type SizedVersion, type Version, versionOf } from "../../state/versions.ts";

export interface RelationHistory {
  readonly versions: readonly Version[];
  readonly publications: readonly Publication[];
}

/** All rows of the relations that a run has published, of whatever run, the newest first. @throws DatabaseError */
export async function readRelationHistory(
  store: StateStore,
  session: StateSession,
  runId: string,
): Promise<RelationHistory> {
  const where = { run_id: runId };
  const own = [
    ...(await store.read(session, PUBLICATIONS, { where })).map(publicationOf),
    ...(await store.read(session, VERSIONS, { where })).map(versionOf),
  ];
  const names = new Map(
    own.map(({ schema, identifier }) => [JSON.stringify([schema, identifier]), { schema, identifier }]),
  );
  const versions: Version[] = [];
  const publications: Publication[] = [];
  for (const { schema, identifier } of names.values()) {
    const relation = { schema_name: schema, identifier };
    const changed = await store.read(session, VERSIONS, { where: relation, newestBy: ["kept_at"] });
    const built = await store.read(session, PUBLICATIONS, { where: relation, newestBy: ["committed_at"] });
    versions.push(...changed.map(versionOf));
    publications.push(...built.map(publicationOf));
  }
  return { versions, publications };
}

/** All versions that are written down in a database, the newest first. @throws DatabaseError */
export async function readVersions(store: StateStore, session: StateSession): Promise<Version[]> {
  return (await store.read(session, VERSIONS, { newestBy: ["kept_at"] })).map(versionOf);
}

/** The tables that are kept in a database now, the newest first, with their size. @throws DatabaseError */
export async function sizedVersions(
  { shared }: RunDeps,
  store: StateStore,
  session: StateSession,
): Promise<readonly SizedVersion[]> {
  const { relations, adapter } = shared;
  const { database } = store;
  const versions = await readVersions(store, session);
  await relations.ensure(versions.flatMap(({ kept }) => (kept ? [{ database, schema: kept.schema }] : [])));
  const found = versions.flatMap((version) => {
    const { kept } = version;
    const there = kept && relations.get(database, kept.schema, kept.identifier);
    return there ? [{ version, value: new RelationValue(there, adapter) }] : [];
  });
  if (found.length === 0) return [];
  const sql = await session.macro("version_sizes", [found.map(({ value }) => value)]);
  const { rows } = await session.execute(sql, true);
  const sizes = new Map(rows.map(([schema, name, ...size]) => [JSON.stringify([schema, name]), size]));
  return found.map(({ version, value }) => {
    const { schema, identifier } = value.relation;
    const [count, bytes] = sizes.get(JSON.stringify([schema, identifier])) ?? [];
    return { version, shown: value.toText(), rows: numberOf(count), bytes: numberOf(bytes) };
  });
}

function numberOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell);
}
