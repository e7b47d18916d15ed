// What a datetime asks its time zone: offset, daylight saving part, name, and the way from UTC. `datetime.timezone` is
// a fixed offset; pytz's zones are in their own file.

import { NativeFunction, PyObject, type Value } from "../value.ts";
import { pad } from "./calendar.ts";
import { PyTimeDelta } from "./timedelta.ts";

export abstract class TzInfo extends PyObject {
  /**
   * Seconds east of UTC; undefined where that is not known. A zone with daylight saving time is a value of its own for
   * each of its offsets, as pytz has it, so none of these needs the time that is asked about.
   */
  abstract offset(): number | undefined;
  abstract dst(): number | undefined;
  abstract zoneName(): string | undefined;
  /**
   * The zone to attach to a time given in UTC, and its offset there.
   * @param utc milliseconds since 1970
   */
  abstract atUtc(utc: number): { readonly zone: TzInfo; readonly offset: number };

  override getAttribute(name: string): Value | undefined {
    const ask = (answer: () => Value) => new NativeFunction(name, answer);
    switch (name) {
      case "utcoffset":
        return ask(() => deltaOf(this.offset()));
      case "dst":
        return ask(() => deltaOf(this.dst()));
      case "tzname":
        return ask(() => this.zoneName() ?? null);
      default:
        return undefined;
    }
  }
}

/** Seconds as a timedelta; None when not known. */
export function deltaOf(seconds: number | undefined): Value {
  return seconds === undefined ? null : new PyTimeDelta(0, seconds * 1e6);
}

/** `+05:30`; with `separator` "" `+0530`. */
export function offsetText(seconds: number, separator = ":"): string {
  const size = Math.abs(seconds);
  const rest = size % 60 === 0 ? "" : `${separator}${pad(size % 60)}`;
  return `${seconds < 0 ? "-" : "+"}${pad(Math.floor(size / 3600))}${separator}${pad(Math.floor(size / 60) % 60)}${rest}`;
}

/** datetime.timezone: a fixed offset. */
export class FixedZone extends TzInfo {
  override readonly typeName = "datetime.timezone";

  constructor(
    readonly seconds: number,
    readonly label?: string,
  ) {
    super();
  }

  override offset(): number {
    return this.seconds;
  }

  override dst(): undefined {
    return undefined;
  }

  override zoneName(): string {
    return this.label ?? (this.seconds === 0 ? "UTC" : `UTC${offsetText(this.seconds)}`);
  }

  override atUtc(): { zone: TzInfo; offset: number } {
    return { zone: this, offset: this.seconds };
  }

  override equals(other: Value): boolean {
    return other instanceof FixedZone && other.seconds === this.seconds;
  }

  override hashKey(): unknown {
    return `\0zone:${this.seconds}`;
  }

  override toText(): string {
    return this.zoneName();
  }

  override toRepr(): string {
    if (this.seconds === 0 && this.label === undefined) return "datetime.timezone.utc";
    const label = this.label === undefined ? "" : `, '${this.label}'`;
    return `datetime.timezone(${new PyTimeDelta(0, this.seconds * 1e6).toRepr()}${label})`;
  }
}
