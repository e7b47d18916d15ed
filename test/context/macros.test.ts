// Which macro a name means, how the parser learns of calls, and what unit tests override.

import { describe, expect, test } from "vitest";
import { TemplateEnvironment } from "../../src/context/environment.ts";
import { MacroIndex } from "../../src/context/macro-index.ts";
import type { NodeScope } from "../../src/context/scope.ts";
import { toText } from "../../src/jinja/operations.ts";
import type { Value } from "../../src/jinja/value.ts";
import { harness, macrosOfText } from "./harness.ts";

const environment = new TemplateEnvironment({
  now: () => new Date("2026-01-02T03:04:05.678Z"),
  checkInterrupt: () => {},
});

/** An index over `package: text` with package "root" as the project and dbt_duckdb, dbt inside. */
function index(
  texts: Record<string, string>,
  options: Partial<ConstructorParameters<typeof MacroIndex>[0]> = {},
): MacroIndex {
  return new MacroIndex({
    environment,
    macros: Object.entries(texts).flatMap(([name, text]) => macrosOfText(text, name, `${name}.sql`)),
    rootProject: "root",
    internalPackages: ["dbt_duckdb", "dbt"],
    dispatch: [],
    adapterTypes: ["redshift", "postgres", "default"],
    ...options,
  });
}

const macro = (name: string): string => `{% macro ${name}() %}{% endmacro %}`;
const materialization = (name: string, type: string): string =>
  `{% materialization ${name}, ${type} %}{% endmaterialization %}`;

describe("unqualified names", () => {
  const macros = index({
    root: macro("a") + macro("b"),
    pack: macro("a") + macro("c"),
    dbt: macro("a") + macro("d"),
    dbt_duckdb: macro("d"),
  });

  test("own package, root project, adapter, built-in", () => {
    expect(macros.find("a", "pack")?.packageName).toBe("pack");
    expect(macros.find("b", "pack")?.packageName).toBe("root");
    expect(macros.find("a", "root")?.packageName).toBe("root");
    expect(macros.find("d", "pack")?.packageName).toBe("dbt_duckdb");
    expect(macros.find("c", "root")).toBeUndefined();
  });

  test("a package is looked into alone; dbt is all that is built in", () => {
    expect(macros.findIn("pack", "b")).toBeUndefined();
    expect(macros.findIn("dbt", "d")?.packageName).toBe("dbt_duckdb");
    expect(macros.findIn("dbt", "a")?.packageName).toBe("dbt");
    expect(macros.packages()).toEqual(["root", "pack", "dbt"]);
  });
});

describe("dispatch", () => {
  const texts = {
    root: macro("default__a"),
    pack: macro("postgres__a") + macro("default__a") + macro("default__b"),
    other: macro("redshift__a"),
    dbt: macro("default__c"),
  };

  test("root before the package, and for each the adapter, its parents, default", () => {
    const macros = index(texts);
    expect(macros.dispatch("a", "pack", "root")?.id).toBe("macro.root.default__a");
    expect(macros.dispatch("b", "pack", "root")?.id).toBe("macro.pack.default__b");
    expect(macros.dispatch("a", null, "pack")?.id).toBe("macro.pack.postgres__a");
    expect(macros.dispatch("c", "dbt", "pack")?.id).toBe("macro.dbt.default__c");
    expect(macros.dispatch("c", "nowhere", "pack")?.id).toBe("macro.dbt.default__c");
  });

  test("search_order of the project wins", () => {
    const macros = index(texts, { dispatch: [{ macroNamespace: "pack", searchOrder: ["other", "pack"] }] });
    expect(macros.dispatch("a", "pack", "root")?.id).toBe("macro.other.redshift__a");
    expect(macros.attempts("a", "pack").slice(0, 2)).toEqual(["other.redshift__a", "other.postgres__a"]);
  });
});

describe("materializations", () => {
  test("the adapter's before default, then root before built-in", () => {
    const macros = index({
      root: materialization("table", "default") + materialization("view", "default"),
      dbt: materialization("table", "adapter='redshift'") + materialization("view", "default"),
    });
    expect(macros.materialization("table", "redshift")?.packageName).toBe("dbt");
    expect(macros.materialization("view", "redshift")?.packageName).toBe("root");
    expect(macros.materialization("nothing", "redshift")).toBeUndefined();
  });

  test("a package replaces a built-in one only where the flag lets it", () => {
    const texts = {
      pack: materialization("view", "default") + materialization("own", "default"),
      dbt: materialization("view", "default"),
    };
    expect(index(texts).materialization("view", "redshift")?.packageName).toBe("dbt");
    expect(index(texts, { packageOverrides: true }).materialization("view", "redshift")?.packageName).toBe(
      "pack",
    );
    expect(index(texts).materialization("own", "redshift")?.packageName).toBe("pack");
    expect([...index(texts).materializations()].sort()).toEqual(["own", "view"]);
  });
});

describe("in a context", () => {
  const evaluate = async (
    expression: string,
    scope: Partial<NodeScope> = {},
    macros = "",
  ): Promise<string> => {
    const own = harness(undefined, macrosOfText(macros, "shop", "macros/more.sql"));
    return toText(
      await own.run(
        `{% macro probe() %}{% do return(${expression}) %}{% endmacro %}`,
        own.scope("model", scope),
      ),
    );
  };

  test("a project's own ref shadows dbt's, which stays in builtins", async () => {
    const text =
      "{% macro ref(name) %}{% do return(builtins.ref(name).include(database=false)) %}{% endmacro %}";
    expect(await evaluate("ref('orders')", {}, text)).toBe('"main"."orders"');
    expect(await evaluate("builtins.ref('orders')", {}, text)).toBe('"shop"."main"."orders"');
  });

  test("what is put into the context is there for the macros that are called next", async () => {
    const text = `
      {% macro keep() %}{% do context.update({"__seen": 3}, other=4) %}{% do context.setdefault("__seen", 9) %}{% endmacro %}
      {% macro read() %}{% do return([__seen, context.get("__seen"), other, "__seen" in context, context.setdefault("new", 5)]) %}{% endmacro %}`;
    expect(await evaluate("[keep(), read()][1]", {}, text)).toBe("[3, 3, 4, True, 5]");
    expect(await evaluate("context.get('__seen', 'nothing')", {}, text)).toBe("nothing");
  });

  test("names of the scope win over macros", async () => {
    expect(await evaluate("seven", { extra: new Map([["seven", "own"]]) })).toBe("own");
  });

  test("calls are reported with the number of macros that are active", async () => {
    const calls: [string, number][] = [];
    const outer = "{% macro outer() %}{{ seven() }}{% endmacro %}";
    await evaluate(
      "outer() ~ toolbox.star(1)",
      { onMacro: (id, depth) => void calls.push([id, depth]) },
      outer,
    );
    expect(calls).toEqual([
      ["macro.shop.probe", 0],
      ["macro.shop.outer", 1],
      ["macro.shop.seven", 2],
      ["macro.toolbox.star", 1],
      ["macro.shop.default__star", 2],
    ]);
  });

  test("a unit test overrides macros, vars and the environment", async () => {
    const overrides: NonNullable<NodeScope["overrides"]> = {
      macros: new Map<string, Value>([
        ["is_incremental", true],
        ["toolbox.twice", 9],
        ["dbt.type_string", "t"],
        ["invocation_id", "i"],
      ]),
      vars: new Map<string, Value>([["greeting", null]]),
      envVars: new Map([["ETL_PROBE", "other"]]),
    };
    const all =
      "[is_incremental(), dbt.is_incremental(), toolbox.twice(1), type_string(), invocation_id, var('greeting'), env_var('ETL_PROBE')]";
    expect(await evaluate(all, { overrides })).toBe("[True, True, 9, 't', 'i', None, 'other']");
  });

  test("log, print and warn reach the host", async () => {
    const own = harness();
    await own.run(
      "{% macro probe() %}{{ log('a') }}{{ log('b', info=true) }}{{ print('c') }}{{ exceptions.warn('d') }}{% endmacro %}",
      own.scope("model"),
    );
    expect(own.events).toMatchObject([
      { kind: "message", level: "debug", text: "a", node: "model.shop.orders" },
      { kind: "message", level: "info", text: "b" },
      { kind: "message", text: "c", print: true },
      {
        kind: "diagnostic",
        diagnostic: { code: "jinja-warning", severity: "warning", message: "model.shop.orders: d" },
      },
    ]);
  });
});
