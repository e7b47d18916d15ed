// Which relations exist, so that `load_relation` and `adapter.get_relation` cost no query: filled in bulk, one query
// for all schemas asked for at once, then kept true by what the run itself adds, drops and renames.
// Behaviour of dbt's RelationsCache (dbt-adapters, cache.py) without its links between relations: what a
// `drop ... cascade` takes along is the macro's knowledge, which drops it here too.

import type { Adapter } from "./adapter.ts";
import type { Relation, SchemaName } from "./relation.ts";

/** Reads the relations of schemas; a schema that does not exist has none. */
export type LoadRelations = (schemas: readonly SchemaName[]) => Promise<readonly Relation[]>;

interface CachedSchema {
  readonly name: SchemaName;
  readonly relations: Map<string, Relation>;
  /** Set while the schema is being read: identifiers changed meanwhile, about which the answer is out of date. */
  loading?: { readonly done: Promise<void>; readonly changed: Set<string> };
  /** False for a schema that is only known by what was added to it, or that is in doubt. */
  complete: boolean;
  /** What is known may be wrong, so what the next answer does not hold is forgotten. */
  doubted: boolean;
}

/** One per run. All methods but `ensure` are synchronous, so a template never waits for what is known. */
export class RelationCache {
  readonly #schemas = new Map<string, CachedSchema>();

  constructor(
    private readonly adapter: Pick<Adapter, "foldIdentifier">,
    private readonly load: LoadRelations,
  ) {}

  /**
   * Makes the schemas known: those that are not are read with one query; callers that ask for a schema that is
   * being read wait for the same query. What was put in doubt meanwhile is read once more.
   * @throws what `load` throws; the schemas stay unknown then
   */
  async ensure(schemas: readonly SchemaName[]): Promise<void> {
    while (schemas.some(({ database, schema }) => !this.has(database, schema)))
      await this.#readMissing(schemas);
  }

  /** True when all relations of the schema are known. */
  has(database: string | null, schema: string | null): boolean {
    return this.#schemas.get(this.#key(database, schema))?.complete === true;
  }

  /** The known relations of a schema, in order of their names. */
  list(database: string | null, schema: string | null): readonly Relation[] {
    const relations = this.#schemas.get(this.#key(database, schema))?.relations;
    return [...(relations ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, relation]) => relation);
  }

  /** The relation of that name, compared as the engine compares names. */
  get(database: string | null, schema: string | null, identifier: string): Relation | undefined {
    return this.#schemas
      .get(this.#key(database, schema))
      ?.relations.get(this.adapter.foldIdentifier(identifier));
  }

  /** A relation was created, or replaced by one of another kind. */
  add(relation: Relation): void {
    const { entry, key } = this.#touch(relation);
    entry.relations.set(key, relation);
  }

  /** A relation was dropped; unknown ones are no mistake, since macros drop `if exists`. */
  drop(relation: Relation): void {
    const { entry, key } = this.#touch(relation);
    entry.relations.delete(key);
  }

  /** `from` has the name of `to` now and keeps its kind; a `from` that is not known (a temporary one) appears as `to`. */
  rename(from: Relation, to: Relation): void {
    const { entry, key } = this.#touch(from);
    const known = entry.relations.get(key);
    entry.relations.delete(key);
    const { database, schema, identifier } = to;
    this.add(known ? { ...known, database, schema, identifier } : to);
  }

  /** A schema that did not exist was created: it is known to hold only what is added to it from now on. */
  addSchema(database: string | null, schema: string | null): void {
    this.#entry(this.#key(database, schema), { database, schema }).complete = true;
  }

  /** A schema was dropped with all it held. */
  dropSchema(database: string | null, schema: string | null): void {
    this.#schemas.delete(this.#key(database, schema));
  }

  /**
   * The relations of a schema may be others than those that are known: the next `ensure` reads them anew. Until then
   * what is known stays, since another node may be about to ask for it.
   */
  doubtSchema(database: string | null, schema: string | null): void {
    const entry = this.#schemas.get(this.#key(database, schema));
    if (!entry) return;
    entry.complete = false;
    entry.doubted = true;
  }

  /** The schemas whose relations are known. */
  schemas(): readonly SchemaName[] {
    return [...this.#schemas.values()].filter((entry) => entry.complete).map((entry) => entry.name);
  }

  async #readMissing(schemas: readonly SchemaName[]): Promise<void> {
    const missing = new Map<string, CachedSchema>();
    const waits: Promise<void>[] = [];
    for (const name of schemas) {
      const key = this.#key(name.database, name.schema);
      const known = this.#entry(key, name);
      if (known.complete || missing.has(key)) continue;
      if (known.loading) waits.push(known.loading.done);
      else missing.set(key, known);
    }
    if (missing.size > 0) waits.push(this.#fill(missing));
    await Promise.all(waits);
  }

  #fill(missing: ReadonlyMap<string, CachedSchema>): Promise<void> {
    const changed = new Set<string>();
    const names = [...missing.values()].map(({ name }) => name);
    const doubted = [...missing].filter(([, entry]) => entry.doubted);
    for (const [, entry] of doubted) entry.doubted = false;
    const done = this.load(names)
      .then((relations) => {
        for (const [schemaKey, entry] of doubted)
          for (const key of entry.relations.keys())
            if (!changed.has(`${schemaKey}\0${key}`)) entry.relations.delete(key);
        for (const relation of relations) this.#addLoaded(relation, missing, changed);
        // Put in doubt since the query began: its answer may be too old.
        for (const entry of missing.values()) entry.complete = !entry.doubted;
      })
      .finally(() => {
        for (const entry of missing.values()) delete entry.loading;
      });
    for (const entry of missing.values()) entry.loading = { done, changed };
    return done;
  }

  #addLoaded(
    relation: Relation,
    missing: ReadonlyMap<string, CachedSchema>,
    changed: ReadonlySet<string>,
  ): void {
    const schemaKey = this.#key(relation.database, relation.schema);
    const key = this.adapter.foldIdentifier(relation.identifier ?? "");
    if (!changed.has(`${schemaKey}\0${key}`)) missing.get(schemaKey)?.relations.set(key, relation);
  }

  #touch(relation: Relation): { readonly entry: CachedSchema; readonly key: string } {
    const schemaKey = this.#key(relation.database, relation.schema);
    const entry = this.#entry(schemaKey, relation);
    const key = this.adapter.foldIdentifier(relation.identifier ?? "");
    entry.loading?.changed.add(`${schemaKey}\0${key}`);
    return { entry, key };
  }

  #entry(key: string, { database, schema }: SchemaName): CachedSchema {
    let entry = this.#schemas.get(key);
    if (!entry) {
      entry = { name: { database, schema }, relations: new Map(), complete: false, doubted: false };
      this.#schemas.set(key, entry);
    }
    return entry;
  }

  #key(database: string | null, schema: string | null): string {
    return `${this.adapter.foldIdentifier(database ?? "")}\0${this.adapter.foldIdentifier(schema ?? "")}`;
  }
}
