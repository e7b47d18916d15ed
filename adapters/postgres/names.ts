// How Postgres writes identifiers and strings, and which names it takes for the same.

/** @returns the name in double quotes, quotes inside doubled. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/**
 * @returns the text as a string literal that means the same whatever standard_conforming_strings is; its E would be read as
 *   part of a word that stands right before it, hence the space
 */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/**
 * The form in which names are compared. Postgres keeps two names apart that differ in case when they are quoted; dbt
 * does not, so that unquoted names are found however they were written.
 */
export function foldIdentifier(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
