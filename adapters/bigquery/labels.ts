// Labels of jobs and tables: BigQuery takes small letters, digits, "_" and "-" of all languages, 63 of them.

const LONGEST = 63;

/** @returns the labels as BigQuery takes them; what cannot be part of one becomes "_" */
export function labelsOf(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [labelText(name), labelText(value)]),
  );
}

function labelText(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_-]/gu, "_")
    .slice(0, LONGEST);
}
