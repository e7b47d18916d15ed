// The operators of templates on any values: numbers, and what Python's sequences, sets and objects make of them.

import type { BinaryOperator } from "./ast.ts";
import { raise } from "./errors.ts";
import { percentFormat } from "./format/percent.ts";
import { checkListLength } from "./methods/list.ts";
import { difference } from "./methods/set.ts";
import {
  addNumbers,
  divideNumbers,
  floorDivideNumbers,
  isInteger,
  isNumeric,
  moduloNumbers,
  multiplyNumbers,
  type Numeric,
  negate,
  powerNumbers,
  subtractNumbers,
} from "./number.ts";
import { checkTextLength, repeatText } from "./text.ts";
import { typeName } from "./type-name.ts";
import { PyObject, PySet, Tuple, type Value } from "./value.ts";

const NUMERIC: Readonly<Record<BinaryOperator, (a: Numeric, b: Numeric) => Value>> = {
  "+": addNumbers,
  "-": subtractNumbers,
  "*": multiplyNumbers,
  "/": divideNumbers,
  "//": floorDivideNumbers,
  "%": moduloNumbers,
  "**": powerNumbers,
};

/** `a <operator> b`. Raises TypeError, ZeroDivisionError and so on as Python does. */
export function binary(operator: BinaryOperator, a: Value, b: Value): Value {
  if (isNumeric(a) && isNumeric(b)) return NUMERIC[operator](a, b);
  if (typeof a === "string" && operator === "%") return percentFormat(a, b);
  const own = sequenceResult(operator, a, b);
  if (own !== undefined) return own;
  if (a instanceof PyObject) {
    const result = a.operate?.(operator, b, false);
    if (result !== undefined) return result;
  }
  if (b instanceof PyObject) {
    const result = b.operate?.(operator, a, true);
    if (result !== undefined) return result;
  }
  return unsupported(operator, a, b);
}

function sequenceResult(operator: BinaryOperator, a: Value, b: Value): Value | undefined {
  switch (operator) {
    case "+":
      if (typeof a === "string" && typeof b === "string") {
        checkTextLength(a.length + b.length);
        return a + b;
      }
      if (Array.isArray(a) && Array.isArray(b)) return joinLists(a, b);
      return a instanceof Tuple && b instanceof Tuple ? new Tuple(joinLists(a.items, b.items)) : undefined;
    case "*":
      return repeated(a, b) ?? repeated(b, a);
    case "-":
      return a instanceof PySet && b instanceof PySet ? difference(a, b) : undefined;
    default:
      return undefined;
  }
}

function joinLists(a: readonly Value[], b: readonly Value[]): Value[] {
  checkListLength(a.length + b.length);
  return a.concat(b);
}

function repeated(sequence: Value, count: Value): Value | undefined {
  if (!isInteger(count)) return undefined;
  const times = Math.max(0, Number(count));
  if (typeof sequence === "string") return repeatText(sequence, times);
  if (Array.isArray(sequence)) return repeatItems(sequence, times);
  return sequence instanceof Tuple ? new Tuple(repeatItems(sequence.items, times)) : undefined;
}

function repeatItems(items: readonly Value[], times: number): Value[] {
  if (items.length === 0) return [];
  checkListLength(items.length * times);
  const result: Value[] = [];
  for (let round = 0; round < times; round++) for (const item of items) result.push(item);
  return result;
}

function unsupported(operator: BinaryOperator, a: Value, b: Value): never {
  if (operator === "+" && typeof a === "string") {
    raise("TypeError", `can only concatenate str (not "${typeName(b)}") to str`, {
      help: "join text and other values with '~'",
    });
  }
  if (operator === "+" && (Array.isArray(a) || a instanceof Tuple)) {
    const type = typeName(a);
    raise("TypeError", `can only concatenate ${type} (not "${typeName(b)}") to ${type}`);
  }
  const shown = operator === "**" ? "** or pow()" : operator;
  const help =
    operator === "+" && typeof b === "string" ? { help: "join text and other values with '~'" } : {};
  return raise(
    "TypeError",
    `unsupported operand type(s) for ${shown}: '${typeName(a)}' and '${typeName(b)}'`,
    help,
  );
}

/** `-value` and `+value`. */
export function unary(operator: "+" | "-", value: Value): Value {
  if (isNumeric(value))
    return operator === "-" ? negate(value) : typeof value === "boolean" ? Number(value) : value;
  if (value instanceof PyObject) {
    const result = operator === "-" ? value.operate?.("-", 0, true) : value.operate?.("+", 0, true);
    if (result !== undefined) return result;
  }
  return raise("TypeError", `bad operand type for unary ${operator}: '${typeName(value)}'`);
}
