// How Snowflake writes identifiers and strings, and which names it takes for the same.

/** @returns the name in double quotes, quotes inside doubled: kept as it is written, where unquoted ones become upper case */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** @returns the text as a string literal; a backslash begins an escape in one, and is doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/**
 * The form in which names are compared, and in which Snowflake keeps those that are not quoted. Names that differ in case
 * alone are two to Snowflake when they are quoted; they count as one here, as in dbt's relation cache.
 */
export function foldIdentifier(name: string): string {
  return name.toUpperCase();
}
