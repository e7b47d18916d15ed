// The checksum of a unit test, by which `state:modified` sees that it changed: dbt's to the letter, a hash of what
// Python prints for dbt's dataclasses (dbt-core, UnitTestDefinition.build_unit_test_checksum).

import { createHash } from "node:crypto";
import { toRepr } from "../jinja/repr.ts";
import type { Value } from "../jinja/value.ts";
import type { UnitTest, UnitTestFixture } from "../manifest/node.ts";
import { asDict } from "./value-shapes.ts";

const FORMATS: Readonly<Record<UnitTestFixture["format"], string>> = {
  dict: "<UnitTestFormat.Dict: 'dict'>",
  csv: "<UnitTestFormat.CSV: 'csv'>",
  sql: "<UnitTestFormat.SQL: 'sql'>",
};

/** @param test with the rows of its fixtures */
export function unitTestChecksum(
  test: Pick<UnitTest, "model" | "versions" | "given" | "expect" | "overrides">,
): string {
  const given = test.given.map(
    (input) => `UnitTestInputFixture(input=${toRepr(input.input)}, ${fixtureFields(input)})`,
  );
  const parts = [
    test.model,
    versionsText(test.versions),
    `[${given.join(", ")}]`,
    `UnitTestOutputFixture(${fixtureFields(test.expect)})`,
    overridesText(test.overrides),
    ...test.given.flatMap((input) => (input.fixture === null ? [] : [printed(input.rows)])),
  ];
  return createHash("sha256").update(parts.join("-")).digest("hex");
}

function fixtureFields({ format, fixture, rows }: UnitTestFixture): string {
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
