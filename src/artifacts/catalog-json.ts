// target/catalog.json in the shape of dbt's catalog v1: columns, comments and statistics of what is in the warehouse.

import type { CatalogRelation } from "../adapter/adapter.ts";
import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import type { NodeId } from "../manifest/node.ts";
import type { CatalogReport } from "../run/read-catalog.ts";
import { artifactMetadata } from "./artifact-metadata.ts";

/** Writes target/catalog.json, whole or not at all. @returns the path */
export function writeCatalog(report: CatalogReport, shared: SharedScope): string {
  const path = joinPath(shared.config.targetFolder, "catalog.json");
  shared.host.files.writeWhole(path, catalogText(report, shared));
  return path;
}

/** The text of catalog.json. */
export function catalogText(report: CatalogReport, shared: SharedScope): string {
  return JSON.stringify({
    metadata: artifactMetadata("catalog/v1", shared, report.generatedAt),
    nodes: section(report.nodes),
    sources: section(report.sources),
    errors: null,
  });
}

function section(relations: ReadonlyMap<NodeId, CatalogRelation>) {
  return Object.fromEntries([...relations].map(([id, relation]) => [id, tableJson(id, relation)]));
}

function tableJson(id: NodeId, { relation, owner, comment, columns, stats }: CatalogRelation) {
  return {
    metadata: {
      type: kindName(relation.kind),
      schema: relation.schema,
      name: relation.identifier,
      database: relation.database,
      comment,
      owner,
    },
    columns: Object.fromEntries(
      columns.map(({ name, type, index, comment: about }) => [name, { type, index, name, comment: about }]),
    ),
    stats: {
      ...Object.fromEntries(Object.entries(stats).map(([key, stat]) => [key, { id: key, ...stat }])),
      has_stats: {
        id: "has_stats",
        label: "Has Stats?",
        value: Object.keys(stats).length > 0,
        include: false,
        description: "Indicates whether there are statistics for this table",
      },
    },
    unique_id: id,
  };
}

/** As information_schema names them, which dbt-duckdb passes on. */
function kindName(kind: string | null): string {
  if (kind === null || kind === "table") return "BASE TABLE";
  return kind.replaceAll("_", " ").toUpperCase();
}
