// What the fake service knows of tables beyond DuckDB: kinds, descriptions, partitions, clusters, options, rights.

import type { Creation } from "./fake-dialect.ts";
import { textOf } from "./fake-dialect.ts";

/** A part of the API's table resource. */
export interface TableFacts {
  type: "TABLE" | "VIEW" | "MATERIALIZED_VIEW";
  description?: string;
  labels?: Record<string, string>;
  timePartitioning?: { type: string; field?: string };
  rangePartitioning?: { field: string; range: { start: string; end: string; interval: string } };
  clustering?: { fields: readonly string[] };
  materializedView?: { enableRefresh: boolean; refreshIntervalMs: string };
  requirePartitionFilter?: boolean;
  expirationTime?: string;
  encryptionConfiguration?: { kmsKeyName: string };
  /** Descriptions and policy tags of columns, by dotted names. */
  columns: Map<string, { description?: string; policyTags?: unknown }>;
  /** The query of a materialized view. */
  query?: string;
  /** Grantees by role. */
  readonly rights: Map<string, Set<string>>;
}

/** @returns what a statement says of the new table · @throws Error with BigQuery's words for partitions of an unknown kind */
export function factsOf(creation: Creation): TableFacts {
  const { kind, partitionBy, clusterBy, options } = creation;
  const facts: TableFacts = {
    type: kind === "table" ? "TABLE" : kind === "view" ? "VIEW" : "MATERIALIZED_VIEW",
    columns: new Map(),
    rights: new Map(),
  };
  if (partitionBy !== undefined) Object.assign(facts, partitioning(partitionBy));
  if (clusterBy.length > 0) facts.clustering = { fields: clusterBy };
  if (facts.type === "MATERIALIZED_VIEW") {
    facts.materializedView = { enableRefresh: true, refreshIntervalMs: "1800000" };
    if (creation.query !== undefined) facts.query = creation.query;
  }
  setOptions(facts, options);
  return facts;
}

export function setOptions(facts: TableFacts, options: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(options)) {
    const text = textOf(value) ?? value;
    if (name === "description") facts.description = text;
    else if (name === "labels") facts.labels = pairsOf(value);
    else if (name === "require_partition_filter") facts.requirePartitionFilter = value === "true";
    else if (name === "expiration_timestamp") facts.expirationTime = value;
    else if (name === "kms_key_name") facts.encryptionConfiguration = { kmsKeyName: text };
    else if (name === "enable_refresh" && facts.materializedView)
      facts.materializedView.enableRefresh = value === "true";
    else if (name === "refresh_interval_minutes" && facts.materializedView)
      facts.materializedView.refreshIntervalMs = String(Number(value) * 60_000);
    else if (!KNOWN.has(name)) throw new Error(`Unknown option: ${name}`);
  }
}

const KNOWN = new Set([
  "tags",
  "partition_expiration_days",
  "enable_change_history",
  "max_staleness",
  "friendly_name",
  "table_format",
  "file_format",
  "storage_uri",
  "location",
]);

function pairsOf(list: string): Record<string, string> {
  const pairs = [...list.matchAll(/\(\s*('[^']*'|"[^"]*")\s*,\s*('[^']*'|"[^"]*")\s*\)/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [textOf(name) ?? "", textOf(value) ?? ""]));
}

function partitioning(text: string): Partial<TableFacts> {
  const range =
    /^range_bucket\(\s*(\w+)\s*,\s*generate_array\(\s*(-?\d+)\s*,\s*(-?\d+)\s*,\s*(\d+)\s*\)\s*\)$/i.exec(
      text,
    );
  if (range) {
    const [, field = "", start = "", end = "", interval = ""] = range;
    return { rangePartitioning: { field, range: { start, end, interval } } };
  }
  const cut = /^(?:date|datetime|timestamp)_trunc\(\s*(\w+)\s*,\s*(\w+)\s*\)$/i.exec(text);
  const [field = "", type = "day"] = cut
    ? [cut[1], cut[2]]
    : [/^(?:date\()?\s*(\w+)\s*\)?$/i.exec(text)?.[1]];
  if (field === "")
    throw new Error(`PARTITION BY expression must be a column or a truncated column: ${text}`);
  const isByArrival = /^_partition(?:time|date)$/i.test(field);
  return { timePartitioning: { type: type.toUpperCase(), ...(isByArrival ? {} : { field }) } };
}

/** True when one may replace the other. */
export function isSameSpec(a: TableFacts, b: TableFacts): boolean {
  const spec = ({ timePartitioning, rangePartitioning, clustering }: TableFacts) =>
    JSON.stringify([timePartitioning, rangePartitioning, clustering]);
  return spec(a) === spec(b);
}
