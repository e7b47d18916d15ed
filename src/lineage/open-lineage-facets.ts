// The facets of OpenLineage that we send, with the versions of their schemas (https://openlineage.io/spec/facets): each
// facet says by which schema it is to be read.

/** What every facet has. */
export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
}

/** Schemas of events. */
export const EVENT_SCHEMAS = {
  run: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  job: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent",
} as const;

/** The program that sends events, as a URL. */
export const PRODUCER = "https://www.npmjs.com/package/etl";

/** Names in events to versions and names of schemas. */
const SCHEMAS = {
  // of runs
  parent: ["1-2-0", "ParentRunFacet"],
  processing_engine: ["1-1-1", "ProcessingEngineRunFacet"],
  errorMessage: ["1-0-1", "ErrorMessageRunFacet"],
  // of jobs
  jobType: ["2-0-4", "JobTypeJobFacet"],
  sql: ["1-1-0", "SQLJobFacet"],
  sourceCodeLocation: ["1-1-0", "SourceCodeLocationJobFacet"],
  jobDocumentation: ["1-1-0", "DocumentationJobFacet"],
  jobOwnership: ["1-0-1", "OwnershipJobFacet"],
  jobTags: ["1-0-0", "TagsJobFacet"],
  // of datasets
  schema: ["1-2-0", "SchemaDatasetFacet"],
  dataSource: ["1-0-1", "DatasourceDatasetFacet"],
  columnLineage: ["1-2-0", "ColumnLineageDatasetFacet"],
  documentation: ["1-1-0", "DocumentationDatasetFacet"],
  outputStatistics: ["1-0-2", "OutputStatisticsOutputDatasetFacet"],
  dataQualityAssertions: ["1-1-0", "DataQualityAssertionsDatasetFacet"],
} as const;

export type FacetName = keyof typeof SCHEMAS;

/** A facet with the keys that all have. */
export function facet<T extends object>(name: FacetName, content: T): T & Facet {
  const [version, schema] = SCHEMAS[name];
  const _schemaURL = `https://openlineage.io/spec/facets/${version}/${schema}.json#/$defs/${schema}`;
  return { _producer: PRODUCER, _schemaURL, ...content };
}
