// The data dictionary as plain text, for machines that read: one section a node with what it is, what it is made of, its
// columns and what is said and tested of them. Beside the site as target/llms.txt, and by `etl docs export`.

import type { NodeId } from "../manifest/node.ts";
import type { DocsInput } from "./docs-input.ts";
import { type Knowledge, knownColumns } from "./knowledge.ts";
import type { SiteEntries, SiteEntry } from "./site-entries.ts";

/** Kinds that hold or show data. */
const TOLD: ReadonlySet<string> = new Set(["source", "seed", "snapshot", "model", "metric", "exposure"]);

/** @param chosen only these nodes; all when undefined */
export function* dictionaryText(known: Knowledge, chosen?: ReadonlySet<NodeId>): Iterable<string> {
  const { input, entries } = known;
  const { projectName, adapterType } = input.manifest;
  yield `# ${projectName}\n\nTables of the data warehouse (${adapterType}), what they mean and what they are made of.\n`;
  for (const entry of entries.list) {
    if (!TOLD.has(entry.kind) || (chosen && !chosen.has(entry.id))) continue;
    yield `\n${heading(entry, input, entries).join("\n")}\n`;
    const columns = columnLines(entry, known);
    if (columns.length > 0) yield `\nColumns:\n${columns.join("\n")}\n`;
  }
}

function heading(
  { id, kind, label, subject }: SiteEntry,
  { manifest }: DocsInput,
  { list, numbers }: SiteEntries,
): readonly string[] {
  const resource = subject.kind === "resource" ? subject.resource : undefined;
  const names = (ids: readonly string[]) =>
    ids.flatMap((one) => {
      const entry = list[numbers.get(one) ?? -1];
      return entry && TOLD.has(entry.kind) ? [entry.label] : [];
    });
  const made = names(manifest.parents.get(id) ?? []);
  const used = names(manifest.children.get(id) ?? []);
  const description = resource && "description" in resource ? resource.description.trim() : "";
  const relation = resource && "relationName" in resource ? resource.relationName : null;
  return [
    `## ${kind} ${label}`,
    ...(description ? ["", description] : []),
    "",
    ...(relation ? [`- relation: ${relation}`] : []),
    ...(made.length > 0 ? [`- made of: ${made.join(", ")}`] : []),
    ...(used.length > 0 ? [`- used by: ${used.join(", ")}`] : []),
    ...(resource ? [`- file: ${resource.originalFilePath}`] : []),
  ];
}

function columnLines({ id, subject }: SiteEntry, known: Knowledge): readonly string[] {
  if (subject.kind !== "resource") return [];
  const { docs, fold } = known;
  const tests = new Map([...(known.tests.get(id)?.columns ?? [])].map(([name, list]) => [fold(name), list]));
  return knownColumns(subject.resource, known).map(({ name, type }) => {
    const said = docs.of(id, name)?.description.replaceAll(/\s+/g, " ").trim();
    const checked = (tests.get(fold(name)) ?? []).map(({ label }) => label).join("; ");
    return `- ${name}${type ? ` (${type})` : ""}${said ? `: ${said}` : ""}${checked ? ` [${checked}]` : ""}`;
  });
}
