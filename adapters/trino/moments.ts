// Times as Trino prints them, in the neutral form: fractions without zeros at the end and of six digits at most, zones
// as offsets. A moment of a region ("... Europe/Berlin") is printed in that region's time, so its offset is looked up.

import { offsetText, shortFraction, zoneOffset } from "../../src/adapter/cell-texts.ts";

type OffsetAt = (milliseconds: number) => number;

/**
 * @returns a function for the moments of a column, from "2024-01-31 13:05:07.250" with " UTC", " +01:00" or " Europe/Berlin"
 *   behind it
 */
export function zonedCells(): (text: string) => string {
  const zones = new Map<string, OffsetAt | undefined>();
  const offsetOf = (local: string, zone: string): string => {
    if (/^[+-]\d\d:\d\d$/.test(zone)) return zone;
    if (zone === "UTC" || zone === "Z") return "+00:00";
    if (!zones.has(zone)) zones.set(zone, zoneIfKnown(zone));
    const minutes = offsetOfLocal(local, zones.get(zone));
    // In a year that nobody here can count to, or a zone that is not known, as it came.
    return minutes === undefined ? ` ${zone}` : offsetText(minutes);
  };
  return (text) => {
    const [, local = text, zone] = /^(\S+ \S+) (\S+)$/.exec(text) ?? [];
    return shortFraction(local) + (zone === undefined ? "" : offsetOf(local, zone));
  };
}

function zoneIfKnown(zone: string): OffsetAt | undefined {
  try {
    return zoneOffset(zone);
  } catch {
    return undefined;
  }
}

/** The offset a day before and after: one of them turns the local time into a moment that prints it again. */
function offsetOfLocal(local: string, offsetAt: OffsetAt | undefined): number | undefined {
  const wanted = Date.parse(`${local.slice(0, 19).replace(" ", "T")}Z`);
  if (offsetAt === undefined || Number.isNaN(wanted)) return undefined;
  return [wanted, wanted - DAY_MS, wanted + DAY_MS]
    .map(offsetAt)
    .find((minutes) => offsetAt(wanted - minutes * 60_000) === minutes);
}

const DAY_MS = 86_400_000;
