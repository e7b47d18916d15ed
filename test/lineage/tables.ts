// A bike share with a few tables, and tracing a query over them in one line.

import type { KnownRelation, QueryLineage } from "../../src/lineage/query-lineage.ts";
import { traceQuery } from "../../src/lineage/trace-query.ts";
import type { Name, SqlDialect } from "../../src/sql/query-tree.ts";
import { queryOf } from "../sql/read-sql.ts";

const tables: Readonly<Record<string, string>> = {
  rides: "id INTEGER, rider_id INTEGER, bike VARCHAR, started TIMESTAMP, meters INTEGER, tags VARCHAR[]",
  riders: "id INTEGER, name VARCHAR, city VARCHAR, home STRUCT(street VARCHAR, zip VARCHAR)",
  bikes: "bike VARCHAR, model VARCHAR, bought DATE",
  months: "station VARCHAR, jan INTEGER, feb INTEGER, mar INTEGER",
};

export function relation(id: string, columns: string): KnownRelation {
  return {
    id,
    columns: columns.split(/, (?=\w+ [A-Z])(?![^(]*\))/).map((text) => {
      const space = text.indexOf(" ");
      return { name: text.slice(0, space), type: text.slice(space + 1) };
    }),
    isComplete: true,
  };
}

/** `log` is a table of which only the column `id` is known; all other names are unknown. */
export function find(name: readonly Name[]): KnownRelation | undefined {
  const id = name.at(-1)?.text.toLowerCase() ?? "";
  if (id === "log") return { id, columns: [{ name: "id", type: null }], isComplete: false };
  const columns = tables[id];
  return columns === undefined ? undefined : relation(id, columns);
}

export function trace(sql: string, dialect: SqlDialect = "duckdb"): QueryLineage {
  return traceQuery(queryOf(sql, dialect), dialect, { find });
}

/** Each column as "name <- table.column, computed table.column", in the order of the query. */
export function shown({ columns }: QueryLineage): string[] {
  return columns.map(({ name, origins }) => {
    const from = origins
      .map(
        ({ relation: table, column, kind }) =>
          `${kind === "copy" ? "" : "computed "}${table}.${column ?? "*"}`,
      )
      .sort();
    return `${name ?? "?"} <- ${from.join(", ")}`;
  });
}

/** Indirect uses as "filter table.column". */
export function decides({ indirect }: QueryLineage): string[] {
  return indirect.map(({ relation: table, column, use }) => `${use} ${table}.${column ?? "*"}`).sort();
}
