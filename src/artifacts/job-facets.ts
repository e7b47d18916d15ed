// What is known of a node as a job of OpenLineage before it runs: where its code is, what it is for, whose it is.

import { pathToFileURL } from "node:url";
import { joinPath } from "../config/file-paths.ts";
import { type Facet, facet } from "../lineage/open-lineage-facets.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Resource } from "../manifest/node.ts";

/**
 * @param folder of the project
 * @param commit that it is at, if it is kept in git
 * @returns facets by the names that they have in events
 */
export function jobFacets(
  resource: Resource,
  manifest: Manifest,
  folder: string,
  commit: string | undefined,
): Readonly<Record<string, Facet>> {
  const path = resource.originalFilePath;
  const description = "description" in resource ? resource.description : "";
  const owners = ownersOf(resource, manifest);
  const tags = "tags" in resource ? resource.tags : [];
  return {
    sourceCodeLocation: facet("sourceCodeLocation", {
      type: commit === undefined ? "file" : "git",
      url: pathToFileURL(joinPath(folder, path)).href,
      path,
      ...(commit === undefined ? {} : { version: commit }),
    }),
    ...(description ? { documentation: facet("jobDocumentation", { description }) } : {}),
    ...(owners.length > 0 ? { ownership: facet("jobOwnership", { owners }) } : {}),
    ...(tags.length > 0
      ? {
          tags: facet("jobTags", {
            tags: tags.map((key) => ({ key, value: "true", source: "CONFIG" })),
          }),
        }
      : {}),
  };
}

/** The owner of its group. */
function ownersOf(resource: Resource, { groups }: Manifest): { readonly name: string }[] {
  const name = "group" in resource ? resource.group : null;
  const group = [...groups.values()].find((one) => one.name === name);
  const owner = group?.owner.get("name") ?? group?.owner.get("email");
  return typeof owner === "string" ? [{ name: owner }] : [];
}
