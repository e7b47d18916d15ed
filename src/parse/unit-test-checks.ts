// What must hold of a unit test beside its form: its model, its versions, the seeds that it takes rows from, and what it
// says of incremental models.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Model, UnitTest } from "../manifest/node.ts";
import type { Entry } from "./properties.ts";
import type { ParseSession } from "./session.ts";
import { asDict, asList } from "./value-shapes.ts";
import { writtenCall } from "./written-call.ts";

/** True for a model that asks is_incremental(): its unit tests must say what that answers. */
export function isIncremental(model: Model): boolean {
  return model.dependsOnMacros.includes("macro.dbt.is_incremental");
}

/** The rule of dbt-core 1.11, parser/unit_tests.py: the answer of is_incremental(), and rows of `this` where it is true. */
export function checkIncremental(test: UnitTest, model: Model, entry: Entry, session: ParseSession): void {
  if (!isIncremental(model)) return;
  const answer = test.overrides?.macros.get("is_incremental");
  const subject = `unit test "${test.name}" of "${model.name}"`;
  const refuse = (message: string, place: Diagnostic["place"], help: string): void => {
    session.diagnostics.push(errorAt("unit-test-invalid", message, place, { help }));
  };
  if (typeof answer !== "boolean")
    refuse(
      `${subject} does not say what is_incremental() is`,
      entry.place(),
      "add overrides: {macros: {is_incremental: false}}",
    );
  else if (answer && !test.given.some(({ input }) => input === "this"))
    refuse(
      `${subject} is incremental and gives no rows of the table that is there`,
      entry.place(["overrides", "macros", "is_incremental"]),
      "add to given: {input: this, rows: [...]}",
    );
}

/** A unit test of a model that nobody has written. */
export function noModel(
  entry: Entry,
  modelName: string,
  models: ReadonlyMap<string, readonly Model[]>,
): Diagnostic {
  const { name, values } = entry;
  return errorAt(
    "unit-test-invalid",
    modelName === ""
      ? `unit test "${name}" names no model`
      : `unit test "${name}" is of model "${modelName}", which does not exist`,
    values.has("model") ? entry.place(["model"]) : entry.place(),
    {
      help:
        didYouMean(
          modelName,
          [...models.values()].flat().map((model) => model.name),
        ) ?? "add model: ...",
    },
  );
}

/** An input without rows has those of the seed that it names. */
export function checkSeeds(entry: Entry, given: UnitTest["given"], session: ParseSession): void {
  for (const { input, rows, fixture, format, place } of given) {
    if (rows !== null || fixture !== null || format === "sql") continue;
    const call = writtenCall(input, place);
    if (!call || !("name" in call)) continue;
    const seeds = [...session.resources.values()].filter(({ resourceType }) => resourceType === "seed");
    if (seeds.some(({ name }) => name === call.name)) continue;
    session.diagnostics.push(
      errorAt(
        "unit-test-invalid",
        `an input of unit test "${entry.name}" has no rows, and there is no seed "${call.name}" to take them from`,
        place,
        {
          help:
            didYouMean(
              call.name,
              seeds.map(({ name }) => name),
            ) ?? "add rows: [...]; rows: [] for none",
        },
      ),
    );
  }
}

/** Versions are told by what is tested or by what is not. */
export function checkVersions(entry: Entry, session: ParseSession): void {
  const versions = asDict(entry.values.get("versions"));
  if (!asList(versions.get("include")).length || !asList(versions.get("exclude")).length) return;
  session.diagnostics.push(
    errorAt(
      "unit-test-invalid",
      `versions of unit test "${entry.name}" has both include and exclude`,
      entry.place(["versions", "exclude"]),
      { help: "remove one of them" },
    ),
  );
}

/** A unit test whose `versions` choose none. */
export function noVersion(entry: Entry, models: readonly Model[]): Diagnostic {
  return errorAt(
    "unit-test-invalid",
    `versions of unit test "${entry.name}" leaves no version of "${models[0]?.name}" to test`,
    entry.place(["versions"]),
    { help: `versions: ${models.map(({ version }) => version).join(", ")}` },
  );
}
