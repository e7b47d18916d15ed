// How DuckDB writes identifiers and strings. Its catalog keeps the case of a name and compares without it.

/** @returns the name in double quotes, quotes inside doubled. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** @returns the text as a string literal; DuckDB knows no backslash escapes in one. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The form in which two names are the same to DuckDB, which folds ASCII letters only. */
export function foldIdentifier(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
