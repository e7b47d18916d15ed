import type { Value } from "../jinja/value.ts";
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}
export function dateValue(year: number, month: number, day: number): Value {
  return `D${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
export function dateTimeValue(m: Moment, offset: number | undefined): Value {
  return `T${JSON.stringify(m)}${offset ?? ""}`;
}
