// How Trino writes identifiers and strings, and which names it takes for the same.

/** @returns the name in double quotes, quotes inside doubled. Trino keeps it in lower case all the same. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** @returns the text as a string literal; a backslash has no meaning in one. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The form in which names are compared, and kept by the engine, quoted or not. */
export function foldIdentifier(name: string): string {
  return name.toLowerCase();
}
