// Which identifiers mean the same, by engine, and how a column is called that a query gives. Everything that compares or
// prints names asks here.

import type { Name, SqlDialect } from "../sql/query-tree.ts";

export interface Identifiers {
  readonly dialect: SqlDialect;
  /** The key by which names of columns and aliases are compared. */
  columnKey(name: Name): string;
  /** The key by which names of tables are compared. */
  tableKey(name: Name): string;
  /** The same key of a name of a catalog or of a declaration in YAML. */
  catalogKey(text: string): string;
  /** How a column is spelled in the result of a query. */
  spelled(name: Name): string;
}

export function identifiersOf(dialect: SqlDialect): Identifiers {
  const lower = (name: Name) => name.text.toLowerCase();
  switch (dialect) {
    case "postgres": {
      const fold = (name: Name) => (name.quoted ? name.text : lower(name));
      return { dialect, columnKey: fold, tableKey: fold, catalogKey: (text) => text, spelled: fold };
    }
    case "snowflake":
    case "oracle": {
      const fold = (name: Name) => (name.quoted ? name.text : name.text.toUpperCase());
      // In small letters only, it is how people write in YAML what the engine keeps in capitals.
      const catalogKey = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text);
      return { dialect, columnKey: fold, tableKey: fold, catalogKey, spelled: fold };
    }
    case "bigquery":
      return {
        dialect,
        columnKey: lower,
        tableKey: (name) => name.text,
        catalogKey: (text) => text.toLowerCase(),
        spelled: (name) => name.text,
      };
    case "redshift":
    case "athena":
    case "trino":
      return {
        dialect,
        columnKey: lower,
        tableKey: lower,
        catalogKey: (text) => text.toLowerCase(),
        spelled: lower,
      };
    default:
      return {
        dialect,
        columnKey: lower,
        tableKey: lower,
        catalogKey: (text) => text.toLowerCase(),
        spelled: (name) => name.text,
      };
  }
}

/** Words that stand for parts of dates where other engines' functions take texts: `datediff(day, a, b)`. */
export const dateParts: ReadonlySet<string> = new Set(
  (
    "year years yyyy yy quarter quarters qtr month months mon mm week weeks wk isoweek isoyear day days dd d dayofweek dow " +
    "dayofyear doy dayofmonth hour hours hh minute minutes mi second seconds ss s millisecond milliseconds ms microsecond " +
    "microseconds us nanosecond nanoseconds epoch date time decade century millennium weekday dayofweekiso weekiso " +
    "yearofweek yearofweekiso epoch_second epoch_seconds monday tuesday wednesday thursday friday saturday sunday"
  ).split(" "),
);

/** Columns that every table has without showing them, and words that are values although they look like columns. */
export const hiddenColumns: ReadonlySet<string> = new Set(
  (
    "rowid ctid oid tableoid xmin xmax cmin cmax level rownum connect_by_root _partitiontime _partitiondate _table_suffix " +
    "_file_name _metadata metadata$action metadata$isupdate metadata$row_id metadata$filename metadata$file_row_number " +
    "filename file_row_number _row_id current_date current_timestamp current_time current_user session_user user " +
    "localtime localtimestamp current_role current_schema current_catalog current_database sysdate systimestamp " +
    "getdate default value action merge_action everything unknown"
  ).split(" "),
);
