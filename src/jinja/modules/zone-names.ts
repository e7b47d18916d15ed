// Abbreviations of time zones (EST, CEST, JST), which Intl only knows for some languages and zones.

const EUROPE_WEST = ["WET", "WEST"] as const;
const EUROPE_CENTRAL = ["CET", "CEST"] as const;
const EUROPE_EAST = ["EET", "EEST"] as const;

const FIXED: Readonly<Record<string, readonly [standard: string, daylight: string]>> = {
  "Europe/London": ["GMT", "BST"],
  "Europe/Dublin": ["GMT", "IST"],
  "Europe/Lisbon": EUROPE_WEST,
  "Europe/Moscow": ["MSK", "MSD"],
  "Asia/Tokyo": ["JST", "JDT"],
  Japan: ["JST", "JDT"],
  "Asia/Seoul": ["KST", "KDT"],
  "Asia/Shanghai": ["CST", "CDT"],
  "Asia/Hong_Kong": ["HKT", "HKST"],
  "Asia/Kolkata": ["IST", "IST"],
  "Asia/Calcutta": ["IST", "IST"],
  "Asia/Jerusalem": ["IST", "IDT"],
  "Asia/Karachi": ["PKT", "PKST"],
  "Asia/Manila": ["PST", "PDT"],
  "Asia/Jakarta": ["WIB", "WIB"],
  "Australia/Sydney": ["AEST", "AEDT"],
  "Australia/Melbourne": ["AEST", "AEDT"],
  "Australia/Hobart": ["AEST", "AEDT"],
  "Australia/Brisbane": ["AEST", "AEST"],
  "Australia/Adelaide": ["ACST", "ACDT"],
  "Australia/Darwin": ["ACST", "ACST"],
  "Australia/Perth": ["AWST", "AWDT"],
  "Pacific/Auckland": ["NZST", "NZDT"],
  "Africa/Johannesburg": ["SAST", "SAST"],
  "Africa/Lagos": ["WAT", "WAT"],
  "Africa/Nairobi": ["EAT", "EAT"],
  "Africa/Cairo": EUROPE_EAST,
  CET: EUROPE_CENTRAL,
  EET: EUROPE_EAST,
  WET: EUROPE_WEST,
};

const EUROPE: Readonly<Record<number, readonly [string, string]>> = {
  0: EUROPE_WEST,
  3600: EUROPE_CENTRAL,
  7200: EUROPE_EAST,
};

/** @param utc milliseconds since 1970; @param offset seconds east of UTC */
export function zoneAbbreviation(zone: string, utc: number, offset: number, daylight: boolean): string {
  const fixed = Object.hasOwn(FIXED, zone) ? FIXED[zone] : undefined;
  const pair = fixed ?? (zone.startsWith("Europe/") ? EUROPE[offset - (daylight ? 3600 : 0)] : undefined);
  if (pair !== undefined) return pair[daylight ? 1 : 0];
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" });
  const name = format.formatToParts(new Date(utc)).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return /^[A-Z]{2,5}$/.test(name) ? name : numeric(offset);
}

/** `+03`, `+0530`: what the zone data has where there is no abbreviation. */
function numeric(offset: number): string {
  const size = Math.abs(offset);
  const minutes = Math.floor(size / 60) % 60;
  const hours = String(Math.floor(size / 3600)).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${hours}${minutes === 0 ? "" : String(minutes).padStart(2, "0")}`;
}
