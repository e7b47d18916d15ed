// The data dictionary as plain text, for machines that read: one section a node with what it is, what it is made of, its
// columns and what is said and tested of them. Beside the site as target/llms.txt, and by `etl docs export`.

import type { Column, NodeId } from "../manifest/node.ts";
import { columnLinks } from "./column-links.ts";
import type { DocsInput } from "./docs-input.ts";
import { type InheritedDocs, inheritDocs } from "./inherited-docs.ts";
import { columnNames } from "./node-columns.ts";
import { type NodeTests, testsByNode } from "./node-tests.ts";
import { type SiteEntries, type SiteEntry, siteEntries } from "./site-entries.ts";

/** Kinds that hold or show data. */
const TOLD: ReadonlySet<string> = new Set(["source", "seed", "snapshot", "model", "metric", "exposure"]);

/** @param chosen only these nodes; all when undefined */
export function* dictionaryText(input: DocsInput, chosen?: ReadonlySet<NodeId>): Iterable<string> {
  const { manifest, lineage } = input;
  const entries = siteEntries(manifest);
  const fold = (name: string) => input.fold(name);
  const docs = inheritDocs(manifest, lineage, fold);
  const links = lineage ? columnLinks(lineage, entries.numbers, fold) : undefined;
  const tests = testsByNode(manifest, entries.numbers, input.run);
  yield `# ${manifest.projectName}\n\nTables of the data warehouse (${manifest.adapterType}), what they mean and what they are made of.\n`;
  for (const entry of entries.list) {
    if (!TOLD.has(entry.kind) || (chosen && !chosen.has(entry.id))) continue;
    yield `\n${heading(entry, input, entries).join("\n")}\n`;
    const columns = columnLines(entry, input, docs, links?.get(entry.id), tests.get(entry.id));
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

function columnLines(
  { id, subject }: SiteEntry,
  input: DocsInput,
  docs: InheritedDocs,
  links: Parameters<typeof columnNames>[0]["links"],
  tests: NodeTests | undefined,
): readonly string[] {
  if (subject.kind !== "resource") return [];
  const declared = "columns" in subject.resource ? subject.resource.columns : new Map<string, Column>();
  const fold = (name: string) => input.fold(name);
  const tested = new Map([...(tests?.columns ?? [])].map(([name, list]) => [fold(name), list]));
  return columnNames({ catalog: input.catalog.get(id), declared, links, fold }).map(({ name, type }) => {
    const said = docs.of(id, name)?.description.replaceAll(/\s+/g, " ").trim();
    const checked = (tested.get(fold(name)) ?? []).map(({ label }) => label).join("; ");
    return `- ${name}${type ? ` (${type})` : ""}${said ? `: ${said}` : ""}${checked ? ` [${checked}]` : ""}`;
  });
}
