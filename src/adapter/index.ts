// `etl/adapter`: the contract that a package `etl-adapter-<type>` is written against. The types are for `import type`; the
// values are what its `createAdapter` is given.

export type { Checked, Diagnostic, Place } from "../base/diagnostic.ts";
export type { Files, Host } from "../base/host.ts";
export type {
  Adapter,
  CatalogRelation,
  Credentials,
  ExecuteOptions,
  ProfileOutput,
  SeedColumn,
  SeedFile,
  Session,
  Setting,
  TypeSystem,
  Warehouse,
} from "./adapter.ts";
export * from "./adapter-kit.ts";
export type { AdapterKit, AdapterModule } from "./adapter-package.ts";
export type { Capabilities } from "./capabilities.ts";
export type {
  CatalogIntegration,
  CatalogNode,
  CatalogProblem,
  CatalogSupport,
  CatalogType,
} from "./catalog-integration.ts";
export type { DatabaseErrorFacts } from "./database-error.ts";
export type { MissingName } from "./missing-name.ts";
export type { EmptyRelation, QueryChecker, Refusal, RefusalGround, Verdict } from "./query-checker.ts";
export type { Relation, RelationKind, RelationParts, SchemaName } from "./relation.ts";
export type { Cell, Family, QueryResult, ResultColumn } from "./result.ts";
