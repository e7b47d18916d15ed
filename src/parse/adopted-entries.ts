// Entries of properties files that describe a model or a seed of another package: a project that documents and tests what
// an installed package builds, or a package whose own seed a project has replaced by one of the same name.
// Rule of dbt (parser/schemas.py, NodePatchParser.parse_patch): an entry belongs to the enabled node of its name in its
// own package; where there is none, to the first enabled node of that name in any other.

import { errorAt } from "../base/diagnostic.ts";
import { isRefable, type Model, type Refable, type Seed } from "../manifest/node.ts";
import type { SourceFile } from "../project/project.ts";
import { makeModel } from "./models.ts";
import type { NodeMaker } from "./node-parts.ts";
import { makeSeed } from "./other-nodes.ts";
import type { Entry } from "./properties.ts";
import type { ParseSession } from "./session.ts";

/** Gives the nodes of all packages the entries that other packages wrote for them. To be called when all nodes are known. */
export function adoptEntries(maker: NodeMaker): void {
  const { session } = maker;
  const own = new Set<string>();
  const byName = new Map<string, Refable>();
  for (const resource of session.resources.values()) {
    if (!isRefable(resource)) continue;
    own.add(`${resource.packageName}\0${resource.name}`);
    if (!byName.has(resource.name)) byName.set(resource.name, resource);
  }
  for (const section of ["models", "seeds"] as const) {
    for (const entry of session.properties.of(section)) {
      if (own.has(`${entry.file.packageName}\0${entry.name}`)) continue;
      const node = byName.get(entry.name);
      if (node && `${node.resourceType}s` === section) adopt(node, entry, maker);
    }
  }
}

function adopt(node: Refable, entry: Entry, maker: NodeMaker): void {
  const { session } = maker;
  const current = session.resources.get(node.id);
  session.adopted.add(entry);
  if (current && "patchPlace" in current && current.patchPlace) {
    session.diagnostics.push(
      errorAt(
        "duplicate-properties",
        `${node.resourceType} "${entry.name}" is described twice`,
        entry.place(),
        {
          notes: [{ message: "the other place", place: current.patchPlace }],
          help: `it is a ${node.resourceType} of package "${node.packageName}"; join the two entries into one`,
        },
      ),
    );
    return;
  }
  const file = fileOf(node, session);
  const made = file && remake(node, file, entry, maker);
  if (made) session.replace(made);
}

function remake(node: Refable, file: SourceFile, entry: Entry, maker: NodeMaker): Model | Seed | undefined {
  return node.resourceType === "seed"
    ? makeSeed(file, node.name, entry, maker)
    : makeModel(file, node.name, { entry, version: undefined }, maker);
}

function fileOf(node: Refable, { project }: ParseSession): SourceFile | undefined {
  return project.packages
    .find(({ name }) => name === node.packageName)
    ?.files.find(({ kind, original }) => kind === node.resourceType && original === node.originalFilePath);
}
