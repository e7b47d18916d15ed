// Times as Trino prints them, in the neutral form: fractions without zeros at the end and of six digits at most, zones
// as offsets. A moment of a region ("... Europe/Berlin") is printed in that region's time, so its offset is looked up.

/** @param text "13:05:07.250" or "12:00:00+01:30" */
export function timeCell(text: string): string {
  return shortFraction(text);
}

/** @param text "2024-01-31 13:05:07.250", with " UTC", " +01:00" or " Europe/Berlin" behind it where it has a zone */
export function momentCell(text: string): string {
  const match = /^(\S+ \S+) (\S+)$/.exec(text);
  if (!match) return shortFraction(text);
  const [, local = "", zone = ""] = match;
  return shortFraction(local) + offsetOf(local, zone);
}

/** Trino's picoseconds are cut to microseconds, as Python's datetime does for dbt. */
function shortFraction(text: string): string {
  return text.replace(/\.(\d+)/, (_, digits: string) => {
    const kept = digits.slice(0, 6).replace(/0+$/, "");
    return kept === "" ? "" : `.${kept}`;
  });
}

function offsetOf(local: string, zone: string): string {
  if (/^[+-]\d\d:\d\d$/.test(zone)) return zone;
  if (zone === "UTC" || zone === "Z") return "+00:00";
  const wanted = Date.parse(`${local.slice(0, 19).replace(" ", "T")}Z`);
  try {
    const clock = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    // The offset a day before and after: one of them turns the local time into a moment that prints it again.
    for (const near of [wanted, wanted - DAY, wanted + DAY]) {
      const offset = offsetAt(clock, near);
      if (offsetAt(clock, wanted - minutesOf(offset) * 60_000) === offset) return offset;
    }
  } catch {
    // A zone that this system does not know, or a year that it cannot count to: shown as it came.
  }
  return ` ${zone}`;
}

const DAY = 86_400_000;

function offsetAt(clock: Intl.DateTimeFormat, moment: number): string {
  const name = clock.formatToParts(moment).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const offset = name.slice("GMT".length);
  return offset === "" ? "+00:00" : offset;
}

function minutesOf(offset: string): number {
  const [hours = "0", minutes = "0"] = offset.slice(1).split(":");
  return (offset.startsWith("-") ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
