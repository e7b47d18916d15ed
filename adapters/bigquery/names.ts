// How BigQuery writes identifiers and strings, and which names it takes for the same: tables and datasets by case, columns
// not. Relations are what is compared here, so nothing is folded.

/** @returns the name in backticks; a backslash has the meaning in it that it has in strings */
export function quote(identifier: string): string {
  return `\`${escaped(identifier).replaceAll("`", "\\`")}\``;
}

/** @returns the text as a string literal on one line */
export function literal(text: string): string {
  return `'${escaped(text).replaceAll("'", "\\'")}'`;
}

function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\0", "\\0");
}

/** The form in which names of relations are compared. */
export function foldIdentifier(name: string): string {
  return name;
}

/** Where the API has a table, behind its project. */
export function tablePath(datasetId: string, tableId: string): string {
  return `/datasets/${encodeURIComponent(datasetId)}/tables/${encodeURIComponent(tableId)}`;
}
