// The arguments of data tests in properties files: where they stand, and whether the test's macro takes them.

import { type Diagnostic, errorAt, type Place, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { valueAt } from "../jinja/value-path.ts";
import type { Macro } from "../manifest/manifest.ts";
import type { Entry } from "./properties.ts";
import type { TestDefinition } from "./test-definition.ts";

/** The key of an argument, which stands below the test's name or below `arguments:`. */
export function argumentPlace(entry: Entry, path: readonly (string | number)[], key: string): Place {
  const named = valueAt(entry.values, path);
  const [written] = named instanceof Map ? [...named.keys()].map(String) : [];
  const inside = written === undefined ? path : [...path, written];
  const given = valueAt(entry.values, inside);
  if (!(given instanceof Map)) return entry.place(path);
  const nested = !given.has(key) && given.get("arguments") instanceof Map;
  const at = nested ? [...inside, "arguments", key] : [...inside, key];
  return nested || given.has(key) ? entry.place(at, "key") : entry.place(path);
}

/**
 * Tells what is wrong with the arguments of a test, once a test. As in dbt an argument that is not taken is an error
 * where the test's macro is called while the project is parsed; else only the test fails, when it runs, and this warns.
 */
export function checkArguments(
  macro: Macro,
  { name, args }: TestDefinition,
  entry: Entry,
  path: readonly (string | number)[],
  diagnostics: Diagnostic[],
): void {
  if (/\bkwargs\b/.test(macro.block.text)) return;
  const { parameters } = macro.block;
  const own = parameters.filter(
    (parameter) => parameter.name !== "model" && parameter.name !== "column_name",
  );
  const stray = [...args.keys()].map(String).filter((key) => !parameters.some((one) => one.name === key));
  for (const key of stray) {
    const tell = isReadOnly(macro) ? warningAt : errorAt;
    const then = isReadOnly(macro) ? ", so it will fail when it runs" : "";
    diagnostics.push(
      tell(
        "test-invalid",
        `the data test "${name}" takes no argument "${key}"${then}`,
        argumentPlace(entry, path, key),
        { help: takenArguments(key, own) },
      ),
    );
  }
  // A macro may well do without an argument that has no default; only of our own tests is it known that they cannot.
  if (macro.packageName !== "dbt" || stray.length > 0) return;
  const missing = own.filter((parameter) => parameter.default === undefined && !args.has(parameter.name));
  if (missing.length === 0) return;
  const names = missing.map((parameter) => `"${parameter.name}"`).join(" and ");
  const words = missing.map((parameter) => `${parameter.name}: ...`).join(", ");
  diagnostics.push(
    warningAt(
      "test-invalid",
      `the data test "${name}" lacks ${names}, so it will fail when it runs`,
      entry.place(path),
      {
        help: `add below it: arguments: {${words}}`,
      },
    ),
  );
}

function takenArguments(key: string, own: readonly { readonly name: string }[]): string {
  const names = own.map((parameter) => parameter.name);
  const near = didYouMean(key, names);
  if (near !== undefined) return near;
  return names.length > 0 ? `it takes ${names.join(", ")}` : "it takes no arguments of its own";
}

/** The two tests that dbt does not render while it parses, but reads. */
export function isReadOnly(macro: Macro): boolean {
  return macro.packageName === "dbt" && ["test_unique", "test_not_null"].includes(macro.name);
}
