// Packages call and override dbt's macros by name and pass arguments by position or name, so ours must have the same
// names and parameters. dbt-macros.json holds what dbt's packages offer (recorded by record/macro-names.py).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastGlob from "fast-glob";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "dbt-macros.json"), "utf8")) as Record<
  string,
  Record<string, string[]>
>;

/** Folders of our packages, by the names that dbt gives them. */
const packages: Readonly<Record<string, string>> = {
  dbt: "templates/macros",
  dbt_duckdb: "adapters/duckdb/macros",
  dbt_postgres: "adapters/postgres/macros",
};

/** Macros of an adapter that we do not have in its own package, each with the reason. */
const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dbt_duckdb: {
    run_hooks: "the core's own sends no COMMIT before outer hooks either",
    flight_name: "Flights of MotherDuck run Python models, which etl does not",
    default__flight_name: "as flight_name",
    duckdb__flight_name: "as flight_name",
  },
};

interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly file: string;
}

const HEADER = /\{%-?\s*(macro|test|materialization)\s+(\w+)\s*(\(|,)/g;

/** Macros of a folder by their stored names: test_x, materialization_x_default. */
function macrosOf(folder: string): Macro[] {
  return fastGlob.sync("**/*.sql", { cwd: join(root, folder) }).flatMap((file) => {
    const text = readFileSync(join(root, folder, file), "utf8");
    return [...text.matchAll(HEADER)].map(([header, kind, name, opener], i) => {
      const rest = text.slice([...text.matchAll(HEADER)][i]!.index + header.length);
      if (kind === "materialization") {
        const adapter = /^\s*adapter\s*=\s*["'](\w+)["']/.exec(rest)?.[1] ?? "default";
        return { name: `materialization_${name}_${adapter}`, parameters: [], file };
      }
      const parameters = opener === "(" ? splitParameters(rest) : [];
      return { name: kind === "test" ? `test_${name}` : name!, parameters, file };
    });
  });
}

/** Names from "a, b=f('x, y'), c) ...": commas and the closing parenthesis count only outside of brackets and quotes. */
function splitParameters(rest: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let quote = "";
  let current = "";
  for (const c of rest) {
    if (quote) quote = c === quote ? "" : quote;
    else if (c === "'" || c === '"') quote = c;
    else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c) && depth-- === 0) break;
    else if (c === "," && depth === 0) {
      names.push(current);
      current = "";
      continue;
    }
    current += c;
  }
  return [...names, current].map((p) => p.split("=")[0]!.trim()).filter((p) => p !== "");
}

const ours = new Map(Object.entries(packages).map(([name, folder]) => [name, macrosOf(folder)]));

describe.each(Object.keys(packages))("package %s", (name) => {
  const macros = ours.get(name)!;
  const byName = new Map(macros.map((macro) => [macro.name, macro]));
  const excused = leftOut[name] ?? {};

  it("has every macro of dbt's package", () => {
    const missing = Object.keys(recorded[name]!).filter((macro) => !byName.has(macro) && !Object.hasOwn(excused, macro));
    expect(missing).toEqual([]);
  });

  it("takes dbt's parameters in dbt's order", () => {
    const wrong = Object.entries(recorded[name]!).flatMap(([macro, parameters]) => {
      const own = byName.get(macro)?.parameters;
      if (own === undefined || macro.startsWith("materialization_")) return [];
      return own.slice(0, parameters.length).join() === parameters.join() ? [] : [{ macro, own, dbt: parameters }];
    });
    expect(wrong).toEqual([]);
  });

  it("defines no name twice", () => {
    const twice = macros.filter((macro) => byName.get(macro.name) !== macro).map((macro) => macro.name);
    expect(twice).toEqual([]);
  });

  it("excuses nothing that is there", () => {
    expect(Object.keys(excused).filter((macro) => byName.has(macro))).toEqual([]);
  });
});

describe("dispatched macros", () => {
  it("have a default in the core", () => {
    const core = ours.get("dbt")!;
    const names = new Set(core.map((macro) => macro.name));
    const dispatched = fastGlob
      .sync("**/*.sql", { cwd: join(root, packages.dbt!) })
      .flatMap((file) => [...readFileSync(join(root, packages.dbt!, file), "utf8").matchAll(/adapter\.dispatch\('(\w+)', 'dbt'\)/g)])
      .map((match) => match[1]!);
    expect(dispatched.filter((name) => !names.has(`default__${name}`))).toEqual([]);
  });
});
