// Rows in quarantine: the name of their table, the row that is written when some go in or out, and what is told of them.
// Pure.

import { cutName } from "./cut-name.ts";
import type { HistoryView } from "./history.ts";
import { momentOf, relationKey } from "./row-values.ts";
import type { StateCell, StateRow } from "./state-store.ts";

/** Why rows went in or out: they broke a test, came again, were published, were thrown away. */
export type QuarantineAction = "kept" | "superseded" | "replayed" | "dropped";

/** A relation with rows in quarantine. */
export interface Quarantined {
  readonly nodeId: string;
  readonly schema: string;
  readonly identifier: string;
  readonly table: string;
}

/**
 * The table in the schema of the state that holds the rows of a relation.
 * @param longest bytes that a name may have
 */
export function quarantineTable(
  relation: { readonly schema: string; readonly alias: string },
  longest: number,
): string {
  const { schema, alias } = relation;
  return cutName(`quarantine_${alias}`, "_", [schema, alias], 6, longest);
}

/** A row of the table `quarantine`. */
export function quarantineRow(
  { nodeId, schema, identifier, table }: Quarantined,
  action: QuarantineAction,
  rows: number,
  facts: { readonly runId: string; readonly username: string; readonly at: Date },
): Readonly<Record<string, StateCell>> {
  return {
    run_id: facts.runId,
    node_id: nodeId,
    schema_name: schema,
    identifier,
    table_name: table,
    action,
    kept_rows: rows,
    username: facts.username,
    committed_at: facts.at,
  };
}

/** Each relation once. @param rows of the table `quarantine`, the newest first */
export function quarantined(rows: readonly StateRow[]): readonly Quarantined[] {
  const found = new Map<string, Quarantined>();
  for (const row of rows) {
    const text = (name: string): string => String(row[name] ?? "");
    const one = {
      nodeId: text("node_id"),
      schema: text("schema_name"),
      identifier: text("identifier"),
      table: text("table_name"),
    };
    const key = relationKey(one.schema, one.identifier);
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

/** A relation with how many rows are aside, and since when. */
export interface QuarantineCount extends Quarantined {
  readonly rows: number;
  readonly since: string | null;
  /** Its table as SQL. */
  readonly shown: string;
}

/** A line for each relation with rows in quarantine, by its name. */
export function quarantineList(counts: readonly QuarantineCount[]): HistoryView {
  return {
    empty: "nothing is in quarantine",
    columns: ["relation", "rows", "since", "table"],
    rows: counts
      .map(({ schema, identifier, rows, since, shown }) => [
        `${schema}.${identifier}`,
        rows,
        momentOf(since),
        shown,
      ])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  };
}
