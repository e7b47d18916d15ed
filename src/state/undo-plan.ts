// What `etl undo` does: which run is taken back, what keeps that from being done, and what comes back for each relation.
// Pure; rows come from the tables as they are.

import type { Relation } from "../adapter/relation.ts";
import { relationKey } from "./row-values.ts";
import type { StateRow } from "./state-store.ts";
import { isWhole, type Version } from "./versions.ts";

/** A run that published a relation. */
export interface Publication {
  readonly runId: string;
  readonly schema: string;
  readonly identifier: string;
  readonly nodeId: string;
  /** As a cell prints it. */
  readonly at: string;
}

/** @param row of the table `publications` */
export function publicationOf(row: StateRow): Publication {
  const text = (name: string): string => String(row[name] ?? "");
  return {
    runId: text("run_id"),
    schema: text("schema_name"),
    identifier: text("identifier"),
    nodeId: text("node_id"),
    at: text("committed_at"),
  };
}

/** Why a relation cannot be brought back. */
export interface Obstacle {
  readonly kind: "not-kept" | "built-since" | "gone";
  readonly publication: Publication;
  /** The run that has built the relation since. */
  readonly by?: string;
}

/** What happens to one relation. */
export interface UndoChange {
  readonly version: Version;
  /** The relation, as what it is now; of no kind where it is not there. */
  readonly relation: Relation;
}

export interface UndoPlan {
  /** In the order in which the run published them: what is read comes before what reads it. */
  readonly versions: readonly Version[];
  readonly obstacles: readonly Obstacle[];
}

/**
 * @param runId the run to be taken back
 * @param versions all rows of the relations that the run published, of all runs
 * @param publications likewise
 * @param exists whether a kept table is still there
 */
export function planUndo(
  runId: string,
  versions: readonly Version[],
  publications: readonly Publication[],
  exists: (kept: NonNullable<Version["kept"]>) => boolean,
): UndoPlan {
  const own = firstOfEach([
    ...publications.filter((one) => one.runId === runId),
    ...versions.filter((one) => one.runId === runId),
  ]);
  const found: Version[] = [];
  const obstacles: Obstacle[] = [];
  for (const publication of own) {
    const version = versionFor(runId, publication, versions);
    const by = builtSince(runId, publication, versions, publications);
    if (by !== undefined) obstacles.push({ kind: "built-since", publication, by });
    else if (!version || (version.was === "table" && version.kept === null))
      obstacles.push({ kind: "not-kept", publication });
    else if (!isWhole(version, exists)) obstacles.push({ kind: "gone", publication });
    else found.push(version);
  }
  return { versions: found, obstacles };
}

/** Several rows of one relation: one that a macro wrote before it changed anything does not know what was kept later. */
function versionFor(runId: string, relation: Publication, versions: readonly Version[]): Version | undefined {
  const rows = versions.filter((one) => one.runId === runId && isSame(one, relation));
  return rows.find(({ kept }) => kept !== null) ?? rows[0];
}

/** The newest run that has built a relation after another one did, and was not taken back itself. */
function builtSince(
  runId: string,
  relation: Publication,
  versions: readonly Version[],
  publications: readonly Publication[],
): string | undefined {
  const entries = new Map<string, { at: string; undoes: string | null }>();
  const rows = [...publications.map((one) => ({ ...one, undoes: null })), ...versions];
  for (const { at, undoes, ...row } of rows.filter((one) => isSame(one, relation))) {
    const known = entries.get(row.runId);
    entries.set(row.runId, { at: known && known.at > at ? known.at : at, undoes: known?.undoes ?? undoes });
  }
  const own = entries.get(runId);
  if (!own) return undefined;
  const later = [...entries].filter(([id, { at }]) => id !== runId && at > own.at);
  later.sort(([, a], [, b]) => (a.at > b.at ? -1 : 1));
  const takenBack = new Set<string>();
  for (const [id, { undoes }] of later) {
    if (takenBack.has(id)) continue;
    // One that took back a run after this one leaves the relation as that run found it.
    if (undoes === null || !later.some(([other]) => other === undoes)) return id;
    takenBack.add(undoes);
  }
  return undefined;
}

/** The first row of each relation, in the order of time. */
function firstOfEach(rows: readonly (Publication | Version)[]): Publication[] {
  const found = new Map<string, Publication>();
  for (const row of [...rows].sort((a, b) => (a.at < b.at ? -1 : 1))) {
    const { runId, schema, identifier, nodeId, at } = row;
    const key = relationKey(schema, identifier);
    if (!found.has(key)) found.set(key, { runId, schema, identifier, nodeId, at });
  }
  return [...found.values()];
}

function isSame(
  a: { readonly schema: string; readonly identifier: string },
  b: { readonly schema: string; readonly identifier: string },
): boolean {
  return a.schema === b.schema && a.identifier === b.identifier;
}
