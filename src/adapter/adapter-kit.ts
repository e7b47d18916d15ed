// What an adapter's package may use of etl: errors, relations, profiles read with their mistakes, seeds read as Python
// reads them. Handed to `createAdapter`, so that a package and the etl that runs it share one copy.

export { EtlError, errorAt, warningAt } from "../base/diagnostic.ts";
export { nearest } from "../base/nearest.ts";
export { CONTRACT_VERSION } from "./adapter.ts";
export { DatabaseError } from "./database-error.ts";
export { findSeedCell, inferSeed, readSeedRows } from "./infer-seed.ts";
export { ProfileSettings } from "./profile-settings.ts";
export { makeRelation, renderRelation } from "./relation.ts";
