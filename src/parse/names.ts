// Database, schema and alias of a node: dbt's generate_*_name macros, which projects override. When they are our own
// (nothing overrides them or what they dispatch to), their rule is followed here without rendering: most projects have
// thousands of nodes and no override.

import { makeRelation, type RelationParts, renderRelation } from "../adapter/relation.ts";
import { catalogOf } from "../context/adapter-catalogs.ts";
import { callMacro } from "../context/call-macro.ts";
import type { NodeScope, SharedScope } from "../context/scope.ts";
import { drive } from "../jinja/drive.ts";
import { raise } from "../jinja/errors.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { Macro } from "../manifest/manifest.ts";
import { asDict, asText } from "./value-shapes.ts";

type Component = "database" | "schema" | "alias";

/** What the macros see of the node whose name is made. */
export interface Nameable {
  readonly name: string;
  readonly packageName: string;
  readonly version: string | number | null;
  /** The node as a dict, made only when a macro of the project looks at it. */
  value(): Value;
  /** The scope of the node's own template. */
  scope(): NodeScope;
}

export interface NodeNames {
  readonly database: string | null;
  readonly schema: string;
  readonly alias: string;
}

export class Namer {
  private readonly macros = new Map<string, Macro | undefined>();

  constructor(private readonly shared: SharedScope) {}

  /** @throws JinjaError from a macro of the project */
  names(node: Nameable, config: Dict): NodeNames {
    return {
      database: this.name("database", node, config.get("database") ?? null, config),
      schema: this.name("schema", node, config.get("schema") ?? null, config) ?? "",
      alias: this.name("alias", node, config.get("alias") ?? null, config) ?? node.name,
    };
  }

  private name(component: Component, node: Nameable, custom: Value, config: Dict): string | null {
    const macro = this.overriding(component, node.packageName);
    if (!macro) return this.standard(component, node, custom, config);
    const value = drive(callMacro({ ...node.scope(), needsVars: true }, macro, [custom, node.value()]), () =>
      raise(
        "CompilationError",
        `generate_${component}_name cannot ask the warehouse while the project is parsed`,
      ),
    );
    return value === null ? null : (asText(value) ?? String(value)).trim();
  }

  /** The rules of dbt's default__generate_*_name, and of an adapter whose catalogs have a say. */
  private standard(
    component: Component,
    { name, version }: Nameable,
    custom: Value,
    config: Dict,
  ): string | null {
    const { credentials } = this.shared;
    const own = asText(custom)?.trim();
    switch (component) {
      case "database":
        if (own !== undefined && own !== "") return own;
        return this.ofCatalog(config)?.database ?? credentials.database;
      case "schema": {
        const schema = custom === null ? credentials.schema : `${credentials.schema}_${own ?? ""}`;
        return this.ofCatalog(config)?.lowerSchema ? schema.toLowerCase() : schema;
      }
      case "alias":
        if (own !== undefined && own !== "") return own;
        // A version 0 counts as none here: dbt asks whether it is true.
        return version === null || version === 0 ? name : `${name}_v${String(version).replaceAll(".", "_")}`;
    }
  }

  /** What the catalog of a node says of its names. */
  private ofCatalog(
    config: Dict,
  ): { readonly database?: string; readonly lowerSchema?: boolean } | undefined {
    const { adapter } = this.shared;
    // Only what catalogs.yml names has a say: hardly any project has one.
    if (!adapter.catalogs?.names || this.shared.config.catalogs.size === adapter.catalogs.builtIn.length)
      return undefined;
    const found = catalogOf(this.shared, config);
    return found?.integration && adapter.catalogs.names(found.integration);
  }

  /** The macro to call: one of the node's package, of the root project, or a changed built-in one; undefined: our own. */
  private overriding(component: Component, packageName: string): Macro | undefined {
    const key = `${component}\0${packageName}`;
    if (!this.macros.has(key)) this.macros.set(key, this.find(component, packageName));
    return this.macros.get(key);
  }

  private find(component: Component, packageName: string): Macro | undefined {
    const { adapter, macros } = this.shared;
    const name = `generate_${component}_name`;
    const macro = macros.find(name, packageName);
    if (!macro) return undefined;
    const dispatched = macros.dispatch(name, "dbt", packageName);
    // Those of an adapter with such catalogs say in Jinja what is said here.
    const packages = adapter.catalogs?.names ? ["dbt", `dbt_${adapter.type}`] : ["dbt"];
    const ours = (one: Macro | undefined): boolean => one !== undefined && packages.includes(one.packageName);
    return ours(macro) && ours(dispatched) ? undefined : macro;
  }
}

/** The relation of a node by its names. @param quoting a source's own policy; dbt looks at no config of nodes */
export function relationNameOf(
  shared: SharedScope,
  names: RelationParts<string | null>,
  quoting?: Value,
): string {
  const policy = asDict(quoting);
  const quote = (part: keyof RelationParts<unknown>): boolean => {
    const own = policy.get(part);
    return typeof own === "boolean"
      ? own
      : (shared.config.project.quoting[part] ?? shared.adapter.defaultQuoting[part]);
  };
  return renderRelation(
    makeRelation(names, {
      quote: { database: quote("database"), schema: quote("schema"), identifier: quote("identifier") },
    }),
    shared.adapter.quote,
  );
}
