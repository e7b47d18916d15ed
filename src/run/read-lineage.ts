// All that tracing the columns of a project takes: the SQL of its models and snapshots, where their relations are, the
// columns of its seeds and sources, and the parser.

import { parse as parseCsv } from "csv-parse/sync";
import type { QueryChecker } from "../adapter/query-checker.ts";
import { cteName } from "../adapter/relation.ts";
import { EtlError } from "../base/diagnostic.ts";
import { type Answer, Compiler } from "../compile/compile-node.ts";
import type { RunDeps } from "../compile/deps.ts";
import { isEphemeral, sourceRelation } from "../compile/node-relation.ts";
import type { SqlPlaces } from "../compile/sql-places.ts";
import { engineTypes } from "../lineage/engine-types.ts";
import { isTraceable } from "../lineage/known-relations.ts";
import { hashOf, type LineageCache } from "../lineage/lineage-cache.ts";
import type { KnownColumn } from "../lineage/query-lineage.ts";
import type { RelationAddress } from "../lineage/relation-index.ts";
import { type ProjectLineage, traceLineage } from "../lineage/trace-lineage.ts";
import { isRefable, type NodeId, type Seed } from "../manifest/node.ts";
import { EarlyParser } from "../sql/early-parser.ts";
import { dialectOf, type SqlDialect } from "../sql/query-tree.ts";
import { describeNodeError } from "./node-error.ts";
import { withWork } from "./run-context.ts";
import { builtName, delimiterOf, seedColumns } from "./seed-file.ts";

export interface LineageInputs {
  /** SQL that is compiled already. */
  readonly compiled: ReadonlyMap<NodeId, string>;
  /** Which of it was made by templates that asked the warehouse. */
  readonly introspected?: ReadonlySet<NodeId>;
  /** Columns of sources, as a catalog tells them. */
  readonly sources: ReadonlyMap<NodeId, readonly KnownColumn[]>;
  readonly cache: LineageCache | undefined;
  /** Lent; without one a parser is started. */
  readonly parser?: EarlyParser;
  /** Asked about each query that the cache does not know. */
  readonly checker?: QueryChecker;
}

export interface LineageReport extends ProjectLineage {
  /** SQL of all models and snapshots, also of those that were given. */
  readonly compiled: ReadonlyMap<NodeId, string>;
  /** Nodes whose templates asked the warehouse. */
  readonly introspected: ReadonlySet<NodeId>;
  /** Where the SQL came from, of the nodes that were compiled here. */
  readonly places: ReadonlyMap<NodeId, SqlPlaces>;
}

/** Compiles what is not compiled yet and traces the whole project. What cannot be compiled has no columns. */
export async function readLineage(deps: RunDeps, inputs: LineageInputs): Promise<LineageReport> {
  const { manifest, shared } = deps;
  const dialect = dialectOf(shared.adapter.dialect);
  const parser = inputs.parser ?? new EarlyParser(dialect);
  try {
    if (inputs.cache === undefined) parser.warmUp();
    const { compiled, places, introspected } = await compileQueries(deps, inputs, parser);
    const project = await traceLineage({
      manifest,
      dialect,
      compiled,
      introspected,
      addresses: addressesOf(deps),
      schemas: await schemasOf(deps, inputs, dialect),
      parse: (sql) => parser.parse(sql),
      ...(inputs.cache === undefined ? {} : { cache: inputs.cache }),
      ...(inputs.checker === undefined ? {} : { checker: inputs.checker }),
    });
    return { ...project, compiled, places, introspected };
  } finally {
    if (inputs.parser === undefined) await parser.close();
  }
}

/** The SQL of all models and snapshots; what fails is left out, since compiling and running tell of it. */
async function compileQueries(
  deps: RunDeps,
  { compiled: known, introspected: asked, cache }: LineageInputs,
  parser: EarlyParser,
): Promise<Pick<LineageReport, "compiled" | "places" | "introspected">> {
  const { host } = deps.shared;
  const compiler = new Compiler(deps);
  const compiled = new Map(known);
  const places = new Map<NodeId, SqlPlaces>();
  const introspected = new Set(asked);
  for (const resource of deps.manifest.resources.values()) {
    if (!isTraceable(resource) || resource.language === "python" || known.has(resource.id)) continue;
    host.checkInterrupt();
    try {
      const result = await withWork(
        { deps, compiler },
        { id: resource.id, signal: host.signal },
        ({ answerer }) => {
          const answer: Answer = (request) => {
            if (asksForContent(request)) introspected.add(resource.id);
            return answerer.answer(request);
          };
          return compiler.compile(resource, { answer, write: false });
        },
      );
      compiled.set(resource.id, result.code);
      if (cache?.get(resource.id)?.sql !== hashOf(result.code)) parser.begin(result.code);
      places.set(resource.id, result.places);
    } catch (error) {
      // Throws what is no mistake of the user.
      describeNodeError(error, resource, deps.shared);
    }
  }
  return { compiled, places, introspected };
}

/** Queries and descriptions, rather than whether a relation exists, which is_incremental() asks. */
function asksForContent(request: unknown): boolean {
  if (typeof request !== "object" || request === null || !("kind" in request)) return false;
  return request.kind === "execute" || request.kind === "describe";
}

function addressesOf({ manifest, shared }: RunDeps): RelationAddress[] {
  const addresses: RelationAddress[] = [];
  for (const resource of manifest.resources.values()) {
    const { id } = resource;
    if (resource.resourceType === "source") {
      const { database, schema, identifier } = resource;
      const { external } = sourceRelation(resource, shared);
      addresses.push({
        id,
        path: pathOf(database, schema, identifier),
        ...(external === undefined ? {} : { external }),
      });
    } else if (isRefable(resource)) {
      const { database, schema, alias } = resource;
      if (isEphemeral(resource)) addresses.push({ id, path: [], cte: cteName(alias) });
      else addresses.push({ id, path: pathOf(database, schema, alias) });
    }
  }
  return addresses;
}

function pathOf(...parts: readonly (string | null)[]): string[] {
  return parts.filter((part) => part !== null && part !== "").map(String);
}

/** Columns of sources, as far as they are given, and of seeds. */
async function schemasOf(
  deps: RunDeps,
  { sources, checker }: LineageInputs,
  dialect: SqlDialect,
): Promise<Map<NodeId, readonly KnownColumn[]>> {
  const seeds = checker === undefined ? seedNames(deps, dialect) : await exactSeeds(deps);
  return new Map([...sourcesFromSeeds(deps, seeds), ...sources, ...seeds]);
}

/** With the types that loading them gives, for which the whole files are read. */
async function exactSeeds({ manifest, shared }: RunDeps): Promise<Map<NodeId, readonly KnownColumn[]>> {
  const schemas = new Map<NodeId, readonly KnownColumn[]>();
  const { normalize } = shared.adapter.types;
  for (const resource of manifest.resources.values()) {
    if (resource.resourceType !== "seed") continue;
    try {
      const columns = await seedColumns(resource, shared);
      schemas.set(
        resource.id,
        columns.map(({ name, type }) => ({ name, type: normalize(type) })),
      );
    } catch (error) {
      // Loading the file tells of it.
      if (!(error instanceof EtlError)) throw error;
    }
  }
  return schemas;
}

/** Sources that are seeds of the project under another name. */
function sourcesFromSeeds(
  { manifest, shared: { adapter } }: RunDeps,
  seeds: ReadonlyMap<NodeId, readonly KnownColumn[]>,
): Map<NodeId, readonly KnownColumn[]> {
  const keyOf = (...parts: readonly (string | null)[]): string =>
    pathOf(...parts)
      .map((part) => adapter.foldIdentifier(part))
      .join("\0");
  const resources = [...manifest.resources.values()];
  const byPath = new Map(
    resources.flatMap((seed) =>
      seed.resourceType === "seed" ? [[keyOf(seed.database, seed.schema, seed.alias), seed.id] as const] : [],
    ),
  );
  return new Map(
    resources.flatMap((source) => {
      if (source.resourceType !== "source") return [];
      const seed = byPath.get(keyOf(source.database, source.schema, source.identifier));
      const columns = seed === undefined ? undefined : seeds.get(seed);
      return columns === undefined ? [] : [[source.id, columns] as const];
    }),
  );
}

/** Names from the headers of the files; types only where the config tells them. */
function seedNames({ manifest, shared }: RunDeps, dialect: SqlDialect): Map<NodeId, readonly KnownColumn[]> {
  const schemas = new Map<NodeId, readonly KnownColumn[]>();
  for (const resource of manifest.resources.values()) {
    if (resource.resourceType !== "seed") continue;
    const names = headerOf(resource, shared.host.files);
    if (names === undefined) continue;
    const types = resource.config.get("column_types");
    const typeOf = (name: string): string | null => {
      const type = types instanceof Map ? types.get(name) : undefined;
      return typeof type === "string" ? engineTypes(dialect).declared(type) : null;
    };
    schemas.set(
      resource.id,
      names.map((name) => ({ name: builtName(name, resource, shared.adapter), type: typeOf(name) })),
    );
  }
  return schemas;
}

/** Undefined for a file that cannot be read as CSV, which loading it tells of. */
function headerOf(seed: Seed, files: RunDeps["shared"]["host"]["files"]): string[] | undefined {
  try {
    const [header] = parseCsv(Buffer.from(files.readBytes(`${seed.rootPath}/${seed.originalFilePath}`)), {
      to: 1,
      bom: true,
      delimiter: delimiterOf(seed),
    });
    return header;
  } catch {
    return undefined;
  }
}
