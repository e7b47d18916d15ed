// Python's dates, times and decimals made from the neutral text of cells. A date that Python cannot hold (infinity,
// years beyond 9999) stays text rather than failing the query.

import { Decimal } from "../jinja/decimal.ts";
import { JinjaError } from "../jinja/errors.ts";
import { PyDate, PyDateTime } from "../jinja/modules/datetime.ts";
import { toText } from "../jinja/operations.ts";
import { PyFloat, type Value } from "../jinja/value.ts";

/** "2020-01-02" as datetime.date. */
export function dateFromText(text: string): Value {
  return orText(text, () => PyDate.parse(text));
}

/** "2020-01-02 03:04:05.678", with an offset or without, as datetime.datetime. */
export function dateTimeFromText(text: string): Value {
  return orText(text, () => PyDateTime.parse(text.replace(/([+-]\d\d)$/, "$1:00")));
}

/** Digits as decimal.Decimal, with the scale that they have. */
export function decimalFromText(text: string): Value {
  return orText(text, () => Decimal.parse(text));
}

/** A double as Decimal(repr(double)). Decimal has no nan and infinity here: those stay floats, which print the same. */
export function decimalFromDouble(value: number): Value {
  return Number.isFinite(value) ? decimalFromText(floatText(value)) : new PyFloat(value);
}

/** A double as Python's repr prints it. */
export function floatText(value: number): string {
  return toText(new PyFloat(value));
}

/** `run_started_at`: the start of the invocation in UTC. */
export function startedAt(date: Date): Value {
  return PyDateTime.ofEpoch(date.getTime());
}

function orText(text: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    if (error instanceof JinjaError) return text;
    throw error;
  }
}
