// `api.Relation`: makes relations in templates, with the quoting of the adapter and of dbt_project.yml.

import type { Adapter } from "../adapter/adapter.ts";
import { ALL_PARTS, cteName, type Relation, type RelationParts } from "../adapter/relation.ts";
import { toText } from "../jinja/operations.ts";
import { type Kwargs, PyObject, type Value } from "../jinja/value.ts";
import { memberOf } from "../jinja/value-path.ts";
import { hostFunction } from "./host-function.ts";
import { booleans, KINDS, kindFromValue, partFromValue, scdArgs } from "./relation-arguments.ts";
import { RelationPartsValue } from "./relation-parts-value.ts";
import { RelationValue } from "./relation-value.ts";

export class RelationFactory extends PyObject {
  override readonly typeName = "RelationProxy";
  private readonly quoting: RelationParts<boolean>;
  private readonly members = new Map<string, Value>();

  /** @param quoting `quoting:` of the root project */
  constructor(
    readonly adapter: Adapter,
    quoting: Partial<RelationParts<boolean>>,
  ) {
    super();
    this.quoting = { ...adapter.defaultQuoting, ...quoting };
  }

  override getAttribute(name: string): Value | undefined {
    let member = this.members.get(name);
    if (member === undefined) {
      member = this.member(name);
      if (member !== undefined) this.members.set(name, member);
    }
    return member;
  }

  override toText(): string {
    return "<RelationProxy object>";
  }

  /** The value of a relation that is already known. */
  of(relation: Relation): RelationValue {
    return new RelationValue(relation, this.adapter);
  }

  private member(name: string): Value | undefined {
    switch (name) {
      case "create":
        return hostFunction(
          name,
          ["database?", "schema?", "identifier?", "type?", "**others"],
          (database, schema, identifier, type, others) =>
            this.create({ database, schema, identifier }, type, others),
        );
      case "create_from":
        return hostFunction(name, ["quoting", "relation_config", "**others"], (_quoting, node, others) =>
          this.create(nameOf(node), others.get("type"), others),
        );
      case "create_ephemeral_from":
        return hostFunction(name, ["relation_config", "**others"], (node) =>
          this.create(
            { identifier: cteName(toText(nameOf(node).identifier ?? "")) },
            "cte",
            new Map([["quote_policy", new Map<Value, Value>([["identifier", false]])]]),
          ),
        );
      case "add_ephemeral_prefix":
        return hostFunction(name, ["name"], (identifier) => cteName(toText(identifier)));
      case "scd_args":
        return hostFunction(name, ["primary_key", "updated_at"], scdArgs);
      case "get_default_quote_policy":
        return hostFunction(name, [], () => new RelationPartsValue("Policy", this.adapter.defaultQuoting));
      case "get_default_include_policy":
        return hostFunction(name, [], () => new RelationPartsValue("Policy", ALL_PARTS));
      case "get_relation_type":
        return hostFunction(name, ["value"], (value) => kindFromValue(value));
      default:
        return Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    }
  }

  private create(
    parts: Partial<RelationParts<Value | undefined>>,
    type: Value | undefined,
    others: Kwargs,
  ): RelationValue {
    const limit = others.get("limit");
    const external = others.get("external");
    const options: Record<string, string | boolean | number> = {};
    for (const [key, value] of others) {
      if (KNOWN_KEYS.has(key)) continue;
      if (typeof value === "string" || typeof value === "boolean" || typeof value === "number")
        options[key] = value;
    }
    return this.of({
      database: partFromValue("database", parts.database),
      schema: partFromValue("schema", parts.schema),
      identifier: partFromValue("identifier", parts.identifier),
      kind: kindFromValue(type),
      quote: { ...this.quoting, ...booleans(others.get("quote_policy") ?? null) },
      include: { ...ALL_PARTS, ...booleans(others.get("include_policy") ?? null) },
      ...(typeof external === "string" ? { external } : {}),
      ...(typeof limit === "number" ? { limit } : {}),
      ...(Object.keys(options).length > 0 ? { options } : {}),
    });
  }
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "type",
  "quote_policy",
  "include_policy",
  "limit",
  "external",
]);

/** The name of a node as `model` and `graph` hold it: its alias is the identifier. */
function nameOf(node: Value): Partial<RelationParts<Value | undefined>> {
  return {
    database: memberOf(node, "database"),
    schema: memberOf(node, "schema"),
    identifier: memberOf(node, "identifier") ?? memberOf(node, "alias") ?? memberOf(node, "name"),
  };
}
