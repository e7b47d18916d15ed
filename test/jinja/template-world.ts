// What the tests of the template language share: an environment with dbt's return(), rendering in one call.

import { drive } from "../../src/jinja/drive.ts";
import { Environment, type EnvironmentOptions, type Globals } from "../../src/jinja/environment.ts";
import { JinjaError, MacroReturn } from "../../src/jinja/errors.ts";
import { fromPlain } from "../../src/jinja/json.ts";
import { pythonModules } from "../../src/jinja/modules/table.ts";
import { type Dict, NativeFunction, PyFloat, Tuple, type Value } from "../../src/jinja/value.ts";

const returnFunction = new NativeFunction("return", (args) => {
  throw new MacroReturn(args[0] ?? null);
});

/** Made once: it holds the names of all time zones. */
const modules = pythonModules(() => 0);

/** Globals from plain data, with return() and modules. */
export function globalsOf(plain: unknown): Map<string, Value> {
  const globals = new Map<string, Value>([
    ["return", returnFunction],
    ["modules", modules],
  ]);
  for (const [key, value] of fromPlain(plain) as Dict) if (typeof key === "string") globals.set(key, value);
  return globals;
}

/** Renders a template to text; nothing is answered. */
export function render(text: string, plain: unknown = {}, options: EnvironmentOptions = {}): string {
  return renderWith(text, globalsOf(plain), options);
}

export function renderWith(text: string, globals: Globals, options: EnvironmentOptions = {}): string {
  const template = new Environment(options).compile({ file: "models/a.sql", text });
  return drive(template.render(globals), () => null).text;
}

/** The JinjaError of a template that must fail. */
export function failure(text: string, plain: unknown = {}, options: EnvironmentOptions = {}): JinjaError {
  try {
    const text_ = render(text, plain, options);
    throw new Error(`rendered to ${JSON.stringify(text_.slice(0, 200))}`);
  } catch (error) {
    if (error instanceof JinjaError) return error;
    throw error;
  }
}

/** Reads the marks of the recorded suite: {$d: pairs} dict, {$t: items} tuple, {$f: float}. */
export function fromRecorded(plain: unknown): Value {
  if (typeof plain === "number") return Number.isInteger(plain) ? plain : new PyFloat(plain);
  if (Array.isArray(plain)) return plain.map(fromRecorded);
  if (plain === null || typeof plain !== "object") return plain as Value;
  if ("$d" in plain) {
    return new Map(
      (plain.$d as [unknown, unknown][]).map(([key, value]): [Value, Value] => [
        fromRecorded(key),
        fromRecorded(value),
      ]),
    );
  }
  if ("$t" in plain) return new Tuple((plain.$t as unknown[]).map(fromRecorded));
  if ("$f" in plain) return new PyFloat(Number(plain.$f));
  throw new Error(`unknown mark in ${JSON.stringify(plain)}`);
}
