// Columns that target/catalog.json tells, for commands that look at docs without asking the warehouse.

import type { CatalogRelation } from "../adapter/adapter.ts";
import { makeRelation } from "../adapter/relation.ts";
import type { Files } from "../base/host.ts";
import { joinPath } from "../config/file-paths.ts";
import type { NodeId } from "../manifest/node.ts";
import { objectOf } from "./last-run.ts";

/** @returns nothing when there is no catalog.json that can be read */
export function readCatalogFile(targetFolder: string, files: Files): ReadonlyMap<NodeId, CatalogRelation> {
  const path = joinPath(targetFolder, "catalog.json");
  const found = new Map<NodeId, CatalogRelation>();
  if (files.stat(path)?.kind !== "file") return found;
  const root = objectOf(parsed(files.readText(path)));
  for (const section of [root.nodes, root.sources])
    for (const [id, table] of Object.entries(objectOf(section))) found.set(id, relationOf(objectOf(table)));
  return found;
}

function relationOf({ metadata, columns }: Readonly<Record<string, unknown>>): CatalogRelation {
  const { database, schema, name, comment } = objectOf(metadata);
  return {
    relation: makeRelation({
      database: textOf(database),
      schema: textOf(schema),
      identifier: textOf(name),
    }),
    owner: null,
    comment: textOf(comment),
    columns: Object.values(objectOf(columns)).map((value) => {
      const column = objectOf(value);
      return {
        name: textOf(column.name) ?? "",
        index: typeof column.index === "number" ? column.index : 0,
        type: textOf(column.type) ?? "",
        comment: textOf(column.comment),
      };
    }),
    stats: {},
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
