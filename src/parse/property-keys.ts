// Which keys each level of a properties file knows, for warnings with a near name. Facts from dbt-core 1.11,
// contracts/graph/unparsed.py. Keys that dbt moves into `config:` by itself are listed as known.

/** Lists at the top of a properties file. */
export const sections = [
  "models",
  "seeds",
  "snapshots",
  "analyses",
  "data_tests",
  "sources",
  "macros",
  "exposures",
  "groups",
  "unit_tests",
  "metrics",
  "semantic_models",
  "saved_queries",
  "functions",
] as const;

export type Section = (typeof sections)[number];

/** Top-level keys that are no lists of resources. */
export const otherTopKeys = ["version", "anchors"];

/** Keys that dbt takes at the level of the resource as well as under `config:`; tags are none of them. */
export const movedToConfig = ["meta", "docs", "group", "contract", "access"] as const;

const described = ["name", "description", "config", "meta", "docs"];
const tested = ["data_tests", "tests"];
const columnar = [
  ...described,
  ...tested,
  "columns",
  "quote_columns",
  "access",
  "group",
  "contract",
  "constraints",
  "data_type",
];
const tagged = [...described, "tags"];
const semantic = [...tagged, "label", "group"];

export const keysOfSection: Readonly<Record<Section, readonly string[]>> = {
  models: [
    ...columnar,
    "versions",
    "latest_version",
    "deprecation_date",
    "time_spine",
    "semantic_model",
    "agg_time_dimension",
    "primary_entity",
    "derived_semantics",
    "metrics",
    "freshness",
  ],
  seeds: columnar,
  snapshots: [...columnar, "relation"],
  analyses: [...described, "columns", "access", "group"],
  data_tests: tagged,
  sources: [
    ...tagged,
    ...tested,
    "database",
    "schema",
    "loader",
    "quoting",
    "freshness",
    "loaded_at_field",
    "loaded_at_query",
    "tables",
    "overrides",
  ],
  macros: [...tagged, "arguments"],
  exposures: [...tagged, "type", "owner", "depends_on", "label", "maturity", "url", "enabled"],
  groups: ["name", "owner", "description", "config"],
  unit_tests: [
    "name",
    "model",
    "given",
    "expect",
    "overrides",
    "description",
    "config",
    "versions",
    "tags",
    "meta",
  ],
  metrics: [
    ...semantic,
    "type",
    "type_params",
    "filter",
    "time_granularity",
    "agg",
    "expr",
    "numerator",
    "denominator",
    "input_metrics",
    "agg_time_dimension",
    "fill_nulls_with",
    "join_to_timespine",
    "percentile",
    "percentile_type",
    "non_additive_dimension",
    "hidden",
    "input_metric",
    "window",
    "grain_to_date",
    "period_agg",
    "entity",
    "calculation",
    "base_metric",
    "conversion_metric",
    "constant_properties",
  ],
  semantic_models: [...semantic, "model", "defaults", "entities", "measures", "dimensions", "primary_entity"],
  saved_queries: [...semantic, "query_params", "exports"],
  functions: [...described, ...tested, "arguments", "returns", "access", "group", "columns", "data_type"],
};

export const columnKeys = [
  "name",
  "description",
  "meta",
  "data_type",
  "constraints",
  "docs",
  "quote",
  "tags",
  ...tested,
  "policy_tags",
  "config",
  "granularity",
  "dimension",
  "entity",
  "derived_semantics",
  "quoting",
];

export const tableKeys = [
  ...tagged,
  ...tested,
  "identifier",
  "loaded_at_field",
  "loaded_at_query",
  "freshness",
  "quoting",
  "external",
  "columns",
  "loader",
  "data_type",
  "quote_columns",
];

export const versionKeys = [
  "v",
  "defined_in",
  "description",
  "access",
  "config",
  "constraints",
  "docs",
  ...tested,
  "columns",
  "deprecation_date",
  "meta",
  "tags",
];
