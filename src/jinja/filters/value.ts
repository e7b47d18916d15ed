// Filters that convert: default, int, float, round, abs, attr, tojson, pprint, and dbt's as_bool and its kin.

import { ownAttribute } from "../attributes.ts";
import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { truth } from "../compare.ts";
import { raise } from "../errors.ts";
import { toJson } from "../json.ts";
import {
  integerFromDouble,
  integerOf,
  isInteger,
  isNumeric,
  negate,
  roundDouble,
  toDouble,
} from "../number.ts";
import { parseFloatText, parseIntegerText } from "../number-text.ts";
import { orElse } from "../or-else.ts";
import { prettyText } from "../pretty.ts";
import { toText } from "../repr.ts";
import { typeName } from "../type-name.ts";
import { Undefined } from "../undefined.ts";
import { PyFloat, PyObject, type Value } from "../value.ts";
import type { Filter, FilterEntry } from "./contract.ts";
import { Marker, type MarkerKind } from "./marker.ts";

const defaultFilter: Filter = (value, args, kwargs) => {
  const [otherwise, boolean] = bindArguments("default", ["default_value?", "boolean?"], args, kwargs);
  const missing = value instanceof Undefined || (truth(boolean ?? false) && !truth(value));
  return missing ? orElse(otherwise, () => "") : value;
};

const int: Filter = (value, args, kwargs) => {
  const [otherwise, base] = bindArguments("int", ["default?", "base?"], args, kwargs);
  if (value instanceof Undefined) value.fail();
  if (isInteger(value)) return typeof value === "boolean" ? Number(value) : value;
  if (value instanceof PyFloat)
    return Number.isFinite(value.value) ? integerFromDouble(value.value) : orElse(otherwise, () => 0);
  if (typeof value === "string") {
    const whole = parseIntegerText(value, integerArgument(base ?? 10));
    if (whole !== undefined) return whole;
    const number = parseFloatText(value);
    return number !== undefined && Number.isFinite(number)
      ? integerFromDouble(number)
      : orElse(otherwise, () => 0);
  }
  const converted = value instanceof PyObject ? value.getAttribute("__int__") : undefined;
  return converted ?? orElse(otherwise, () => 0);
};

const float: Filter = (value, args, kwargs) => {
  const [otherwise] = bindArguments("float", ["default?"], args, kwargs);
  if (value instanceof Undefined) value.fail();
  if (isNumeric(value)) return new PyFloat(toDouble(value));
  const number = typeof value === "string" ? parseFloatText(value) : undefined;
  if (number !== undefined) return new PyFloat(number);
  const converted = value instanceof PyObject ? value.getAttribute("__float__") : undefined;
  return converted ?? orElse(otherwise, () => new PyFloat(0));
};

const round: Filter = (value, args, kwargs) => {
  const [precision, method] = bindArguments("round", ["precision?", "method?"], args, kwargs);
  const digits = integerArgument(precision ?? 0);
  const how = toText(method ?? "common");
  if (how !== "common" && how !== "ceil" && how !== "floor")
    raise("FilterArgumentError", "method must be common, ceil or floor");
  if (value instanceof Undefined) value.fail();
  if (!isNumeric(value)) {
    const double = value instanceof PyObject ? value.getAttribute("__float__") : undefined;
    if (how !== "common" && double instanceof PyFloat) return roundTo(double.value, digits, how);
    const own = value instanceof PyObject ? value.getAttribute("__round__") : undefined;
    if (own instanceof PyObject && own.call !== undefined) return own.call([digits], kwargs) as Value;
    return raise("TypeError", `type ${typeName(value)} doesn't define __round__ method`);
  }
  if (how === "common") {
    if (value instanceof PyFloat) return new PyFloat(roundDouble(value.value, digits));
    if (digits >= 0) return typeof value === "boolean" ? Number(value) : value;
    return roundInteger(BigInt(value), -digits);
  }
  return roundTo(toDouble(value), digits, how);
};

/** Rounds up or down; always a float. */
function roundTo(value: number, digits: number, how: "ceil" | "floor"): Value {
  const factor = 10 ** digits;
  const whole = how === "ceil" ? Math.ceil(value * factor) : Math.floor(value * factor);
  return new PyFloat((whole + 0) / factor);
}

function roundInteger(value: bigint, digits: number): Value {
  const unit = 10n ** BigInt(Math.min(digits, 10_000));
  const rest = ((value % unit) + unit) % unit;
  const down = value - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n !== 0n);
  return integerOf(up ? down + unit : down);
}

const abs: Filter = (value) => {
  if (value instanceof Undefined) value.fail();
  if (value instanceof PyFloat) return new PyFloat(Math.abs(value.value));
  if (isInteger(value))
    return Number(value) < 0 ? negate(value) : typeof value === "boolean" ? Number(value) : value;
  const own = value instanceof PyObject ? value.getAttribute("__abs__") : undefined;
  return own ?? raise("TypeError", `bad operand type for abs(): '${typeName(value)}'`);
};

const attr: Filter = (value, args, kwargs, context) => {
  const name = toText(bindArguments("attr", ["name"], args, kwargs)[0] ?? null);
  if (value instanceof Undefined) value.fail();
  const found = name.startsWith("__") ? undefined : ownAttribute(value, name);
  return orElse(found, () => new Undefined({ name, owner: `${typeName(value)} object` }, context.chaining));
};

const tojson: Filter = (value, args, kwargs) => {
  const [indent] = bindArguments("tojson", ["indent?"], args, kwargs);
  const json = toJson(value, {
    sortKeys: true,
    ...(indent === undefined || indent === null ? {} : { indent: integerArgument(indent) }),
  });
  return json.replace(
    /[<>&']/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
};

/** dbt's filters that tell of which type a YAML value is to be; without native mode they pass the value on. */
function mark(name: string, kind: MarkerKind): FilterEntry {
  return [
    name,
    (value, _args, _kwargs, context) => (context.native ? new Marker(kind, toText(value)) : value),
  ];
}

export const valueFilters: readonly FilterEntry[] = [
  ["default", defaultFilter],
  ["d", defaultFilter],
  ["int", int],
  ["float", float],
  ["round", round],
  ["abs", abs],
  ["attr", attr],
  ["tojson", tojson],
  ["pprint", (value) => prettyText(value)],
  ["is_list", (value) => Array.isArray(value)],
  mark("as_text", "text"),
  mark("as_bool", "bool"),
  mark("as_native", "native"),
  mark("as_number", "number"),
];
