// Cells in the neutral form of result.ts, for engines and drivers that print them in another one.

/** @returns the whole number, as a bigint where a number would round it */
export function exactInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** "13:05:07.250" as "13:05:07.25": fractions have six digits at most, as Python has them for dbt, and no zeros at the end. */
export function shortFraction(text: string): string {
  return text.replace(/\.(\d+)/, (_, digits: string) => {
    const kept = digits.slice(0, 6).replace(/0+$/, "");
    return kept === "" ? "" : `.${kept}`;
  });
}

const QUARTER_MS = 900_000;
/** The moments that JavaScript's calendar reaches; the offsets beyond are those of its ends. */
const LAST_MS = 8_640_000_000_000_000;

/**
 * How far local time in a zone is ahead of UTC. Offsets change at whole quarters of an hour only, so one answer of Intl, which
 * is slow, serves a whole quarter.
 * @param zone an IANA name
 * @returns a function from milliseconds since 1970 to whole minutes (offsets before about 1900 had seconds)
 * @throws RangeError for a zone that is not known here
 */
export function zoneOffset(zone: string): (milliseconds: number) => number {
  if (zone === "UTC" || zone === "Etc/UTC" || zone === "GMT") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const known = new Map<number, number>();
  return (milliseconds) => {
    const quarter = Math.floor(milliseconds / QUARTER_MS);
    let minutes = known.get(quarter);
    if (minutes === undefined) {
      const moment = Math.max(-LAST_MS, Math.min(LAST_MS, quarter * QUARTER_MS));
      const name = format.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "";
      minutes = minutesOf(name.slice("GMT".length));
      known.set(quarter, minutes);
    }
    return minutes;
  };
}

/** "+05:30" as 330; nothing for UTC. */
function minutesOf(offset: string): number {
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):(\d\d)/.exec(offset) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** 330 as "+05:30". */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
