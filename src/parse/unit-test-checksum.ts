// The checksum of a unit test, by which `state:modified` sees that it changed: dbt's to the letter, a hash of what
// Python prints for dbt's dataclasses (dbt-core, UnitTestDefinition.build_unit_test_checksum).

import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { toRepr } from "../jinja/repr.ts";
import type { Value } from "../jinja/value.ts";
import type { UnitTest, UnitTestFixture } from "../manifest/node.ts";
import { asDict } from "./value-shapes.ts";

const FORMATS: Readonly<Record<UnitTestFixture["format"], string>> = {
  dict: "<UnitTestFormat.Dict: 'dict'>",
  csv: "<UnitTestFormat.CSV: 'csv'>",
  sql: "<UnitTestFormat.SQL: 'sql'>",
};

/** @param fixtureText the text of a fixture file; undefined when there is none of this name */
export function unitTestChecksum(
  test: Pick<UnitTest, "model" | "versions" | "given" | "expect" | "overrides">,
  fixtureText: (name: string, format: string) => string | undefined,
): string {
  const rowsOf = (fixture: UnitTestFixture): Value => ordered(readRows(fixture, fixtureText));
  const given = test.given.map(
    (input) => `UnitTestInputFixture(input=${toRepr(input.input)}, ${fixtureFields(input, rowsOf(input))})`,
  );
  const parts = [
    test.model,
    versionsText(test.versions),
    `[${given.join(", ")}]`,
    `UnitTestOutputFixture(${fixtureFields(test.expect, rowsOf(test.expect))})`,
    overridesText(test.overrides),
    ...test.given.flatMap((input) => (input.fixture === null ? [] : [printed(rowsOf(input))])),
  ];
  return createHash("sha256").update(parts.join("-")).digest("hex");
}

function fixtureFields({ format, fixture }: UnitTestFixture, rows: Value): string {
  return `rows=${toRepr(rows)}, format=${FORMATS[format]}, fixture=${toRepr(fixture)}`;
}

function versionsText(versions: Value): string {
  if (!(versions instanceof Map)) return "None";
  const [include, exclude] = ["include", "exclude"].map((key) => toRepr(versions.get(key) ?? null));
  return `UnitTestNodeVersions(include=${include}, exclude=${exclude})`;
}

function overridesText(overrides: UnitTest["overrides"]): string {
  if (overrides === null) return "None";
  const { macros, vars, envVars } = overrides;
  return `UnitTestOverrides(macros=${toRepr(asDict(macros))}, vars=${toRepr(asDict(vars))}, env_vars=${toRepr(asDict(envVars))})`;
}

function printed(rows: Value): string {
  return typeof rows === "string" ? rows : toRepr(rows);
}

function readRows(
  { format, rows, fixture }: UnitTestFixture,
  fixtureText: (name: string, format: string) => string | undefined,
): Value {
  const content = fixture === null ? rows : (fixtureText(fixture, format) ?? null);
  return format === "csv" && typeof content === "string" ? csvRows(content) : content;
}

/** Cells are text, empty ones null. */
function csvRows(text: string): Value[] {
  const [names = [], ...rows] = parse(text, {
    relax_column_count: true,
    skip_empty_lines: true,
  }) as string[][];
  return rows.map((cells) => new Map<Value, Value>(names.map((name, i) => [name, cells[i] || null])));
}

/** dbt puts the first row without a null in front, for engines that take types from the first row. */
function ordered(rows: Value): Value {
  if (!Array.isArray(rows)) return rows;
  const whole = rows.findIndex((row) => row instanceof Map && ![...row.values()].includes(null));
  if (whole <= 0) return rows;
  const swapped = [...rows];
  [swapped[0], swapped[whole]] = [swapped[whole] as Value, swapped[0] as Value];
  return swapped;
}
