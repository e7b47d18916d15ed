// Times as the driver gives them, in the neutral form: no zeros at the end of fractions, zones as offsets. Nanoseconds stay:
// a watermark that was cut would let its own row come again. A moment of the session's zone comes with that zone's name, so its offset is looked up.

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

/** @returns "2024-01-31 13:05:07.25+01:00" */
export function zonedCell(moment: DriverMoment): string {
  const seconds = moment.getEpochSeconds();
  const zone = moment.getTimezone();
  const minutes = typeof zone === "number" ? zone : offsetMinutes(zone ?? "UTC", seconds);
  return wallClock(seconds + minutes * 60, moment.getNanoSeconds()) + offsetText(minutes);
}

/** @param text of a TIME, which the driver prints as TIME_OUTPUT_FORMAT says (without fractions unless it was changed) */
export function timeCell(text: string): string {
  return text.replace(/\.(\d+)$/, (_, digits: string) => {
    const kept = digits.slice(0, 6).replace(/0+$/, "");
    return kept === "" ? "" : `.${kept}`;
  });
}

function wallClock(seconds: number, nanoseconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  const [date = "", time = ""] = iso.split("T");
  const digits = String(nanoseconds).padStart(9, "0").replace(/0+$/, "");
  return `${date.replace(/^\+00/, "")} ${time.slice(0, 8)}${digits === "" ? "" : `.${digits}`}`;
}

function offsetMinutes(zone: string, seconds: number): number {
  if (zone === "UTC") return 0;
  const clock = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const name = clock.formatToParts(seconds * 1000).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
