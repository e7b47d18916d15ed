// Reads what the state of a database says of the runs that changed relations, for `etl undo` and the list of versions.

import type { RunDeps } from "../../compile/deps.ts";
import { RelationValue } from "../../context/relation-value.ts";
import { numberOf, relationKey } from "../../state/row-values.ts";
import type { StateSession, StateStore } from "../../state/state-store.ts";
import { PUBLICATIONS, VERSIONS } from "../../state/tables.ts";
import { type Publication, publicationOf } from "../../state/undo-plan.ts";
import { isVersionName, type SizedVersion, type Version, versionOf } from "../../state/versions.ts";

export interface RelationHistory {
  readonly versions: readonly Version[];
  readonly publications: readonly Publication[];
}

/**
 * What a run has done to relations, and what was done to them since, of whatever run, the newest first. What was before it
 * does not matter, and may be a million rows.
 * @throws DatabaseError
 */
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
  const names = new Set(own.map(nameOf));
  const [first] = own.map(({ at }) => at).sort();
  if (first === undefined) return { versions: [], publications: [] };
  const changed = await store.read(session, VERSIONS, { since: { kept_at: first }, newestBy: ["kept_at"] });
  const built = await store.read(session, PUBLICATIONS, {
    since: { committed_at: first },
    newestBy: ["committed_at"],
  });
  const isOfRun = (one: Version | Publication): boolean => names.has(nameOf(one));
  return {
    versions: changed.map(versionOf).filter(isOfRun),
    publications: built.map(publicationOf).filter(isOfRun),
  };
}

function nameOf({ schema, identifier }: Version | Publication): string {
  return relationKey(schema, identifier);
}

/** The version that was kept last; undefined where none was. @throws DatabaseError */
export async function newestVersion(store: StateStore, session: StateSession): Promise<Version | undefined> {
  const [row] = await store.read(session, VERSIONS, { newestBy: ["kept_at"], limit: 1 });
  return row && versionOf(row);
}

/** The tables that are kept in a database now, the newest first, with their size. @throws DatabaseError */
export async function sizedVersions(
  deps: RunDeps,
  store: StateStore,
  session: StateSession,
): Promise<readonly SizedVersion[]> {
  const { relations, adapter } = deps.shared;
  const { database } = store;
  // Most of what was ever kept is gone again, so tables are looked for first.
  const names = await versionTables(deps, store);
  if (names.length === 0) return [];
  const where = { kept_name: names };
  const versions = (await store.read(session, VERSIONS, { where, newestBy: ["kept_at"] })).map(versionOf);
  const found = versions.flatMap((version) => {
    const { kept } = version;
    const there = kept && relations.get(database, kept.schema, kept.identifier);
    return there ? [{ version, value: new RelationValue(there, adapter) }] : [];
  });
  if (found.length === 0) return [];
  const sql = await session.macro("version_sizes", [found.map(({ value }) => value)]);
  const { rows } = await session.execute(sql, true);
  const sizes = new Map(rows.map(([schema, name, ...size]) => [relationKey(schema, name), size]));
  return found.map(({ version, value }) => {
    const { schema, identifier } = value.relation;
    const [count, bytes] = sizes.get(relationKey(schema, identifier)) ?? [];
    return { version, shown: value.toText(), rows: numberOf(count), bytes: numberOf(bytes) };
  });
}

/** Names of tables that may be versions, in the schemas where versions lie. */
async function versionTables(
  { shared, manifest }: RunDeps,
  { database, schema }: StateStore,
): Promise<string[]> {
  const schemas = new Set([schema]);
  for (const resource of manifest.resources.values())
    if ("alias" in resource && "schema" in resource && resource.schema !== null) schemas.add(resource.schema);
  const asked = [...schemas].map((one) => ({ database, schema: one }));
  await shared.relations.ensure(asked);
  return asked.flatMap((one) =>
    shared.relations
      .list(one.database, one.schema)
      .flatMap(({ identifier }) => (identifier !== null && isVersionName(identifier) ? [identifier] : [])),
  );
}
