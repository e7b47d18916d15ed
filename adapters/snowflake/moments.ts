// Times as the driver gives them, in the neutral form: no zeros at the end of fractions, zones as offsets. Nanoseconds
// stay: a watermark that was cut would let its own row come again.

import { offsetText, zoneOffset } from "../../src/adapter/cell-texts.ts";

/** What the driver adds to the dates that it gives. */
export interface DriverMoment {
  getEpochSeconds(): number;
  getNanoSeconds(): number;
  /** A name, or minutes east of UTC. */
  getTimezone(): string | number | undefined;
}

export function isDriverMoment(value: unknown): value is DriverMoment {
  return typeof value === "object" && value !== null && "getEpochSeconds" in value;
}

/** @returns "2024-01-31" */
export function dateCell(moment: DriverMoment): string {
  return wallClock(moment.getEpochSeconds(), 0).slice(0, -" 00:00:00".length);
}

/** @returns "2024-01-31 13:05:07.25", for a moment without a zone */
export function timestampCell(moment: DriverMoment): string {
  return wallClock(moment.getEpochSeconds(), moment.getNanoSeconds());
}

/**
 * @returns a function for the moments of a column: "2024-01-31 13:05:07.25+01:00". One of the session's zone comes with that
 *   zone's name, so its offset is looked up.
 */
export function zonedCells(): (moment: DriverMoment) => string {
  const zones = new Map<string, (milliseconds: number) => number>();
  const offsetIn = (zone: string, seconds: number): number => {
    const offsetAt = zones.get(zone) ?? zoneOffset(zone);
    zones.set(zone, offsetAt);
    return offsetAt(seconds * 1000);
  };
  return (moment) => {
    const seconds = moment.getEpochSeconds();
    const zone = moment.getTimezone() ?? "UTC";
    const minutes = typeof zone === "number" ? zone : offsetIn(zone, seconds);
    return wallClock(seconds + minutes * 60, moment.getNanoSeconds()) + offsetText(minutes);
  };
}

function wallClock(seconds: number, nanoseconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  const [date = "", time = ""] = iso.split("T");
  const digits = String(nanoseconds).padStart(9, "0").replace(/0+$/, "");
  return `${date.replace(/^\+00/, "")} ${time.slice(0, 8)}${digits === "" ? "" : `.${digits}`}`;
}
