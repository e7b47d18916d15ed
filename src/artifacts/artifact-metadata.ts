// The metadata block that run_results.json, sources.json and catalog.json begin with.

import { customVariables } from "../config/environment-variables.ts";
import { DBT_VERSION } from "../config/require-version.ts";
import type { SharedScope } from "../context/scope.ts";

/** @param schema name and version of dbt's schema, e.g. "run-results/v6" */
export function artifactMetadata(
  schema: string,
  { config, invocation }: SharedScope,
  generatedAt: Date,
): Readonly<Record<string, unknown>> {
  return {
    dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
    dbt_version: DBT_VERSION,
    generated_at: generatedAt.toISOString(),
    invocation_id: invocation.id,
    invocation_started_at: invocation.startedAt.toISOString(),
    env: Object.fromEntries(customVariables(config.env)),
  };
}
