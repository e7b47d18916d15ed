// Relations as templates see them: `this`, `ref(...)`, `source(...)`, results of `adapter.get_relation`.
// Behaviour follows dbt's BaseRelation (dbt-adapters, base/relation.py); a relation never changes, its methods give new ones.

import type { Adapter } from "../adapter/adapter.ts";
import {
  cteName,
  RELATION_PARTS,
  type Relation,
  type RelationPart,
  renderRelation,
} from "../adapter/relation.ts";
import { getItem, toText, truth } from "../jinja/operations.ts";
import { type Dict, NativeFunction, PyObject, type Value } from "../jinja/value.ts";
import { fail } from "./fail.ts";
import { hostFunction, orElse } from "./host-function.ts";
import { indexChanges } from "./index-changes.ts";
import { booleans, KINDS, kindFromValue, pathChange, scdArgs } from "./relation-arguments.ts";
import { RelationPartsValue } from "./relation-parts-value.ts";

/** Where a relation's options keep the condition that `ref` and `source` filter by (microbatch, --sample). */
export const EVENT_TIME_FILTER = "event_time_filter";

export class RelationValue extends PyObject {
  override readonly typeName: string = "Relation";

  constructor(
    readonly relation: Relation,
    readonly adapter: Adapter,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    const value = attribute(this, name);
    return value === undefined && Object.hasOwn(methods, name) ? methods[name]?.(this) : value;
  }

  override getItem(key: Value): Value | undefined {
    return typeof key === "string" ? this.getAttribute(key) : undefined;
  }

  /** The name as SQL, without limit or filter. */
  render(): string {
    return renderRelation(this.relation, (name) => this.adapter.quote(name));
  }

  /** What `{{ relation }}` prints: the name, or a subquery with `--empty`'s limit or an event time filter. */
  override toText(): string {
    const { relation } = this;
    const filter = relation.options?.[EVENT_TIME_FILTER];
    if (relation.kind === "function") return this.render();
    const limited = this.renderLimited();
    return typeof filter === "string" && filter !== ""
      ? `(select * from ${limited} where ${filter})${this.alias("et_filter")}`
      : limited;
  }

  renderLimited(): string {
    const { limit } = this.relation;
    const name = this.render();
    if (limit === null || limit === undefined) return name;
    const rows = limit === 0 ? "where false limit 0" : `limit ${limit}`;
    return `(select * from ${name} ${rows})${this.alias("limit")}`;
  }

  override toRepr(): string {
    return `<${this.typeName} ${this.render()}>`;
  }

  override equals(other: Value): boolean {
    return (
      other instanceof RelationValue &&
      sameRelation(this.relation, other.relation) &&
      this.toText() === other.toText()
    );
  }

  override hashKey(): unknown {
    return `relation:${this.render()}`;
  }

  override iterate(): never {
    return fail(
      "CompilationError",
      `The object ("${this.toText()}") was used as a dictionary, which relations are not`,
    );
  }

  override contains(item: Value): boolean {
    return typeof item === "string" && this.getAttribute(item) !== undefined;
  }

  /** The same kind of value for a changed relation. */
  with(change: Partial<Relation>): RelationValue {
    return new RelationValue({ ...this.relation, ...change }, this.adapter);
  }

  private alias(purpose: string): string {
    return this.adapter.capabilities.subqueryAlias
      ? ` _dbt_${purpose}_subq_${this.relation.identifier ?? ""}`
      : "";
  }
}

/** `<database>.INFORMATION_SCHEMA[.VIEW]`, made by `relation.information_schema(view)`. */
export class InformationSchemaValue extends RelationValue {
  override readonly typeName = "InformationSchema";

  constructor(
    relation: Relation,
    adapter: Adapter,
    readonly view: string | null,
  ) {
    super(relation, adapter);
  }

  override getAttribute(name: string): Value | undefined {
    return name === "information_schema_view" ? this.view : super.getAttribute(name);
  }

  override render(): string {
    const name = super.render();
    return this.view === null ? name : `${name}.${this.view}`;
  }

  override with(change: Partial<Relation>): RelationValue {
    return new InformationSchemaValue({ ...this.relation, ...change }, this.adapter, this.view);
  }
}

/** Same parts, policies, kind, limit: what dbt compares; options of adapters count for nothing. */
function sameRelation(a: Relation, b: Relation): boolean {
  const samePolicies = RELATION_PARTS.every(
    (part) => a[part] === b[part] && a.quote[part] === b.quote[part] && a.include[part] === b.include[part],
  );
  return (
    samePolicies && a.kind === b.kind && a.external === b.external && (a.limit ?? null) === (b.limit ?? null)
  );
}

function attribute(self: RelationValue, name: string): Value | undefined {
  const { relation } = self;
  switch (name) {
    case "database":
    case "schema":
    case "identifier":
      return relation[name];
    case "name":
    case "table":
      return relation.identifier;
    case "type":
      return relation.kind;
    case "is_table":
    case "is_view":
    case "is_cte":
    case "is_dynamic_table":
    case "is_function":
      return relation.kind === name.slice("is_".length);
    case "is_materialized_view":
      return relation.kind === "materialized_view" || relation.kind === "dynamic_table";
    case "is_pointer":
      return false;
    case "path":
      return new RelationPartsValue("Path", relation);
    case "include_policy":
      return new RelationPartsValue("Policy", relation.include);
    case "quote_policy":
      return new RelationPartsValue("Policy", relation.quote);
    case "quote_character":
      return self.adapter.quote("").charAt(0);
    case "limit":
      return relation.limit ?? null;
    case "external":
      return relation.external ?? null;
    case "dbt_created":
      return relation.options?.[name] === true;
    case "require_alias":
      return self.adapter.capabilities.subqueryAlias;
    case "can_be_renamed":
      return relation.kind !== null && self.adapter.capabilities.renames.includes(relation.kind);
    case "can_be_replaced":
      return relation.kind !== null && self.adapter.capabilities.replaces.includes(relation.kind);
    default:
      return Object.hasOwn(KINDS, name) ? KINDS[name] : optionOf(relation, name);
  }
}

/** What an adapter keeps beside the name (catalog, format ...) is visible under its own name. */
function optionOf(relation: Relation, name: string): Value | undefined {
  return relation.options && Object.hasOwn(relation.options, name) ? relation.options[name] : undefined;
}

const methods: Readonly<Record<string, (self: RelationValue) => Value>> = {
  render: (self) => new NativeFunction("render", () => self.render()),
  render_limited: (self) => new NativeFunction("render_limited", () => self.renderLimited()),
  quoted: (self) => hostFunction("quoted", ["identifier"], (name) => self.adapter.quote(String(name))),
  include: (self) => policyMethod(self, "include"),
  quote: (self) => policyMethod(self, "quote"),
  incorporate: (self) => hostFunction("incorporate", ["**changes"], (changes) => incorporate(self, changes)),
  replace: (self) => hostFunction("replace", ["**changes"], (changes) => incorporate(self, changes)),
  replace_path: (self) =>
    hostFunction("replace_path", ["**parts"], (parts) => self.with(pathChange(new Map<Value, Value>(parts)))),
  without_identifier: (self) =>
    new NativeFunction("without_identifier", () =>
      self.with({ identifier: null, include: { ...self.relation.include, identifier: false } }),
    ),
  information_schema: (self) =>
    hostFunction("information_schema", ["view_name?"], (view) =>
      informationSchema(self, typeof view === "string" ? view : null),
    ),
  information_schema_only: (self) =>
    new NativeFunction("information_schema_only", () => informationSchema(self, null)),
  matches: (self) =>
    hostFunction("matches", ["database?", "schema?", "identifier?"], (database, schema, identifier) =>
      matches(self, { database, schema, identifier }),
    ),
  get: (self) =>
    hostFunction("get", ["key", "default?"], (key, otherwise) => orElse(getKey(self, key), otherwise)),
  to_dict: (self) =>
    hostFunction("to_dict", ["omit_none?"], (omitNone) =>
      toDict(self, omitNone !== undefined && truth(omitNone)),
    ),
  add_ephemeral_prefix: () => hostFunction("add_ephemeral_prefix", ["name"], (name) => cteName(toText(name))),
  scd_args: () => hostFunction("scd_args", ["primary_key", "updated_at"], scdArgs),
  get_materialized_view_config_change_collection: (self) =>
    hostFunction(
      "get_materialized_view_config_change_collection",
      ["relation_results", "relation_config"],
      (results, model) => indexChanges(results, model, self.adapter),
    ),
  relation_max_name_length: (self) =>
    new NativeFunction("relation_max_name_length", () => self.adapter.capabilities.maxIdentifierBytes),
  get_function_config: () => hostFunction("get_function_config", ["model"], functionConfig),
  get_function_macro_name: () =>
    hostFunction(
      "get_function_macro_name",
      ["config"],
      (config) => `${toText(getItem(config, "type"))}_function_${toText(getItem(config, "language"))}`,
    ),
};

/** What decides the macro that writes a function's DDL; None for every other node. */
function functionConfig(model: Value): Value {
  if (!(model instanceof Map) || model.get("resource_type") !== "function") return null;
  const config = model.get("config");
  const configured = (key: string): Value | undefined =>
    config instanceof Map ? config.get(key) : undefined;
  return new Map<Value, Value>([
    ["language", model.get("language") ?? ""],
    ["type", configured("type") ?? ""],
    ["runtime_version", configured("runtime_version") ?? null],
    ["entry_point", configured("entry_point") ?? null],
  ]);
}

function policyMethod(self: RelationValue, policy: "include" | "quote"): Value {
  return hostFunction(policy, ["database?", "schema?", "identifier?"], (...given) => {
    const changed = { ...self.relation[policy] };
    RELATION_PARTS.forEach((part, i) => {
      const value = given[i];
      if (value !== undefined && value !== null) changed[part] = truth(value);
    });
    return self.with({ [policy]: changed });
  });
}

function incorporate(self: RelationValue, changes: ReadonlyMap<string, Value>): RelationValue {
  let changed = self;
  for (const [key, value] of changes) {
    if (key === "path") changed = changed.with(pathChange(value));
    else if (key === "type") changed = changed.with({ kind: kindFromValue(value) });
    else if (key === "include_policy")
      changed = changed.with({ include: { ...changed.relation.include, ...booleans(value) } });
    else if (key === "quote_policy")
      changed = changed.with({ quote: { ...changed.relation.quote, ...booleans(value) } });
    else if (key === "limit") changed = changed.with({ limit: typeof value === "number" ? value : null });
    else if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
      changed = changed.with({ options: { ...changed.relation.options, [key]: value } });
    }
  }
  return changed;
}

/** `<database>.INFORMATION_SCHEMA`, or one of its views. */
export function informationSchema(self: RelationValue, view: string | null): RelationValue {
  const { relation } = self;
  return new InformationSchemaValue(
    {
      ...relation,
      schema: null,
      identifier: "INFORMATION_SCHEMA",
      kind: "view",
      include: { database: relation.database !== null, schema: false, identifier: true },
      quote: { ...relation.quote, identifier: false },
    },
    self.adapter,
    view,
  );
}

/** dbt: equal names; names that differ only in case are an error instead of a guess, unless the engine ignores case. */
function matches(self: RelationValue, search: Readonly<Record<RelationPart, Value | undefined>>): boolean {
  const given = RELATION_PARTS.filter((part) => search[part] !== undefined && search[part] !== null);
  if (given.length === 0) fail("DbtRuntimeError", "Tried to match relation, but no search path was passed");
  return given.every((part) => {
    const name = self.relation[part];
    return (
      name !== null && self.adapter.foldIdentifier(name) === self.adapter.foldIdentifier(String(search[part]))
    );
  });
}

function getKey(self: RelationValue, key: Value): Value | undefined {
  if (key === "metadata") return new Map<Value, Value>([["type", self.typeName]]);
  return self.getItem(key);
}

function toDict(self: RelationValue, omitNone: boolean): Dict {
  const { relation } = self;
  const entries: [Value, Value][] = [
    ["path", new RelationPartsValue("Path", relation).toDict()],
    ["type", relation.kind],
    ["quote_character", self.adapter.quote("").charAt(0)],
    ["include_policy", new RelationPartsValue("Policy", relation.include).toDict()],
    ["quote_policy", new RelationPartsValue("Policy", relation.quote).toDict()],
    ["limit", relation.limit ?? null],
    ["external", relation.external ?? null],
  ];
  return new Map(omitNone ? entries.filter(([, value]) => value !== null) : entries);
}
