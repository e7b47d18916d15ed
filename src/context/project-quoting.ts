// Which parts of the names of the project's relations are quoted.

import type { RelationParts } from "../adapter/relation.ts";
import type { SharedScope } from "./scope.ts";

/** As dbt_project.yml says under `quoting`, else as the adapter does. Sources have a quoting of their own. */
export function projectQuoting({
  adapter,
  config,
}: Pick<SharedScope, "adapter" | "config">): RelationParts<boolean> {
  return { ...adapter.defaultQuoting, ...config.project.quoting };
}
