// Versions that relations had before runs changed them: their names, what their rows say, and which are not kept any more.
// Pure.

import { cutName } from "./cut-name.ts";
import type { HistoryView } from "./history.ts";
import { momentOf, textOf } from "./row-values.ts";
import type { StateRow } from "./state-store.ts";

/** How a relation was before a run. */
export interface Version {
  readonly runId: string;
  readonly nodeId: string;
  readonly schema: string;
  readonly identifier: string;
  /** What it was; null: it did not exist. */
  readonly was: "table" | "view" | "materialized_view" | null;
  /** The table that holds its rows; null for what was no table, and for a table that was not kept. */
  readonly kept: { readonly schema: string; readonly identifier: string } | null;
  /** SQL that makes the view again, or that finishes the table once it has its name back. */
  readonly script: string | null;
  /** The run that this one took back; null for runs that built. */
  readonly undoes: string | null;
  /** As a cell prints it. */
  readonly at: string;
}

/**
 * The name of a version: that of the relation, cut to what the engine takes, and a hash that no other version has.
 * @param longest bytes that a name may have
 */
export function versionName(
  runId: string,
  relation: { readonly schema: string; readonly alias: string },
  longest: number,
): string {
  const { schema, alias } = relation;
  return cutName(alias, "__etl_", [runId, schema, alias], 12, longest);
}

/** Whether a table has such a name. */
export function isVersionName(identifier: string): boolean {
  return /__etl_[0-9a-f]{12}$/i.test(identifier);
}

/** @param row of the table `versions` */
export function versionOf(row: StateRow): Version {
  const was = textOf(row.was);
  const [schema, identifier] = [textOf(row.kept_schema), textOf(row.kept_name)];
  return {
    runId: textOf(row.run_id) ?? "",
    nodeId: textOf(row.node_id) ?? "",
    schema: textOf(row.schema_name) ?? "",
    identifier: textOf(row.identifier) ?? "",
    was: was === "table" || was === "view" || was === "materialized_view" ? was : null,
    kept: schema === null || identifier === null ? null : { schema, identifier },
    script: textOf(row.script),
    undoes: textOf(row.undoes),
    at: textOf(row.kept_at) ?? "",
  };
}

/** Whether there is all that is needed to bring a relation back. @param exists whether a kept table is still there */
export function isWhole(version: Version, exists: (kept: NonNullable<Version["kept"]>) => boolean): boolean {
  if (version.was === null) return true;
  if (version.was === "table") return version.kept !== null && exists(version.kept);
  return version.script !== null;
}

/**
 * Which kept tables of a relation go now that another one came.
 * @param versions all of the relation, the newest first, the new one among them · count: how many are kept
 */
export function outdated(
  versions: readonly Version[],
  count: number,
  exists: (kept: NonNullable<Version["kept"]>) => boolean,
): readonly NonNullable<Version["kept"]>[] {
  const there = versions.flatMap(({ kept }) => (kept && exists(kept) ? [kept] : []));
  return there.slice(count);
}

/** A version with the space that it takes. */
export interface SizedVersion {
  readonly version: Version;
  /** Its table as SQL. */
  readonly shown: string;
  readonly rows: number | null;
  /** Null: the engine does not tell. */
  readonly bytes: number | null;
}

/** A line for each table that is kept, the newest first, with what they take together. */
export function versionList(versions: readonly SizedVersion[]): HistoryView {
  const sum = versions.reduce((total, { bytes }) => total + (bytes ?? 0), 0);
  return {
    empty: "no version is kept: set keep_versions in the config of models, seeds and snapshots",
    columns: ["relation", "before", "run", "rows", "bytes", "table"],
    rows: [
      ...versions.map(({ version, shown, rows, bytes }) => [
        `${version.schema}.${version.identifier}`,
        momentOf(version.at),
        version.runId,
        rows,
        bytes,
        shown,
      ]),
      ...(sum > 0 && versions.length > 1 ? [["all", null, null, null, sum, null]] : []),
    ],
  };
}
