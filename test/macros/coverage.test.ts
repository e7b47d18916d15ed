// Packages call and override dbt's macros by name and pass arguments by position or name, so ours must have the same
// names and parameters. dbt-macros.json holds what dbt's packages offer (recorded by record/macro-names.py).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastGlob from "fast-glob";
import { describe, expect, it } from "vitest";
import { type Block, Environment, type TemplateSource } from "../../src/jinja/environment.ts";

const root = join(import.meta.dirname, "../..");
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "dbt-macros.json"), "utf8")) as Record<
  string,
  Record<string, string[]>
>;
const environment = new Environment();

/** Folders of our packages, by the names that dbt gives them. */
const packages: Readonly<Record<string, string>> = {
  dbt: "templates/macros",
  dbt_duckdb: "adapters/duckdb/macros",
  dbt_postgres: "adapters/postgres/macros",
};

/** Macros of dbt's adapters that ours do not have in their own package, each with the reason. */
const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dbt_duckdb: {
    run_hooks: "the core's own sends no COMMIT before outer hooks either",
    flight_name: "Flights of MotherDuck run Python models, which etl does not",
    default__flight_name: "as flight_name",
    duckdb__flight_name: "as flight_name",
  },
};

function filesOf(folder: string): TemplateSource[] {
  return fastGlob
    .sync("**/*.sql", { cwd: join(root, folder) })
    .sort()
    .map((file) => ({ file: `${folder}/${file}`, text: readFileSync(join(root, folder, file), "utf8") }));
}

const files = new Map(Object.entries(packages).map(([name, folder]) => [name, filesOf(folder)]));
const blocks = new Map(
  [...files].map(([name, sources]) => [name, sources.flatMap((source) => environment.scan(source))]),
);

function parametersOf(block: Block): string[] {
  return block.parameters.map((parameter) => parameter.name);
}

describe.each(Object.keys(packages))("package %s", (name) => {
  const own = blocks.get(name)!;
  const byName = new Map(own.map((block) => [block.name, block]));
  const excused = leftOut[name] ?? {};

  it("has every macro of dbt's package", () => {
    const missing = Object.keys(recorded[name]!).filter(
      (macro) => !byName.has(macro) && !Object.hasOwn(excused, macro),
    );
    expect(missing).toEqual([]);
  });

  it("takes dbt's parameters in dbt's order", () => {
    const wrong = Object.entries(recorded[name]!).flatMap(([macro, dbt]) => {
      const block = byName.get(macro);
      if (block === undefined || block.kind === "materialization") return [];
      const ours = parametersOf(block);
      return ours.slice(0, dbt.length).join() === dbt.join() ? [] : [{ macro, ours, dbt }];
    });
    expect(wrong).toEqual([]);
  });

  it("excuses nothing that is there", () => {
    expect(Object.keys(excused).filter((macro) => byName.has(macro))).toEqual([]);
  });

  it("defines no name twice", () => {
    expect(own.filter((block) => byName.get(block.name) !== block).map((block) => block.name)).toEqual([]);
  });

  it("compiles", () => {
    for (const source of files.get(name)!)
      expect(() => environment.compile(source), source.file).not.toThrow();
  });

  it("says in each file what it is about", () => {
    expect(
      files
        .get(name)!
        .filter(({ text }) => !text.startsWith("{#\n"))
        .map(({ file }) => file),
    ).toEqual([]);
  });
});

describe("dispatched macros", () => {
  it("have a default in the core", () => {
    const names = new Set(blocks.get("dbt")!.map((block) => block.name));
    const dispatched = files
      .get("dbt")!
      .flatMap(({ text }) => [...text.matchAll(/adapter\.dispatch\('(\w+)', 'dbt'\)/g)])
      .map((match) => match[1]!);
    expect(dispatched.filter((macro) => !names.has(`default__${macro}`))).toEqual([]);
  });
});
