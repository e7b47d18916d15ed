// The `attach` list of a profile: databases that are attached to the instance when it opens (dbt-duckdb 1.11,
// credentials.py Attachment): path, type, alias, secret, read_only, options, is_ducklake.

import { isAbsolute, resolve } from "node:path";
import type { Setting } from "../../src/adapter/adapter.ts";
import {
  isMapping,
  kindOf,
  type ProfileSettings,
  type SettingMap,
} from "../../src/adapter/profile-settings.ts";
import { didYouMean } from "../../src/base/nearest.ts";
import { databaseOfPath, isFilePath, isMotherDuckPath } from "./database-path.ts";
import { maskText } from "./hidden-values.ts";
import { foldIdentifier, literal, quote } from "./names.ts";

export interface Attachment {
  /** Where the engine finds it, absolute for files. */
  readonly path: string;
  /** The path for messages, without passwords and tokens. */
  readonly shownPath: string;
  /** The name under which it is attached; undefined: the one that the engine derives. */
  readonly alias: string | undefined;
  readonly isDuckLake: boolean;
  /** Options of ATTACH in their order, `true` for those that stand alone. */
  readonly options: readonly (readonly [string, string | true])[];
}

const keys = ["path", "type", "alias", "secret", "read_only", "options", "is_ducklake"];

/** @returns the attachments of the profile; mistakes are noted in `settings`. */
export function readAttachments(settings: ProfileSettings, projectFolder: string): readonly Attachment[] {
  return settings
    .list("attach")
    .flatMap((entry, i) => readAttachment(settings, entry, i + 1, projectFolder) ?? []);
}

/**
 * Notes names that two databases would have. DuckDB says nothing (ATTACH IF NOT EXISTS) and leaves the second one out,
 * so that what is meant for it would be written into the first. The same file twice does no harm.
 * @param own the database that the profile's path opens
 */
export function refuseSameNames(
  settings: ProfileSettings,
  own: { readonly name: string; readonly path: string },
  attachments: readonly Attachment[],
): void {
  const taken = new Map([
    [foldIdentifier(own.name), { who: "the database of the profile's path", path: own.path }],
  ]);
  for (const reserved of ["temp", "system", "main"]) taken.set(reserved, { who: "DuckDB itself", path: "" });
  for (const [i, attachment] of attachments.entries()) {
    const name = attachedName(attachment);
    const other = taken.get(foldIdentifier(name));
    if (other !== undefined && other.path !== attachment.path)
      settings.error(
        `entry ${i + 1} of "attach" is named "${name}", which is the name of ${other.who}`,
        "attach",
        "give it another name: alias: ...",
      );
    taken.set(foldIdentifier(name), { who: `entry ${i + 1}`, path: attachment.path });
  }
}

function readAttachment(
  settings: ProfileSettings,
  entry: Setting,
  number: number,
  projectFolder: string,
): Attachment | undefined {
  if (!isMapping(entry)) {
    settings.error(
      `entry ${number} of "attach" must be a mapping with a path, not ${kindOf(entry)}`,
      "attach",
      "write - path: other.duckdb",
    );
    return undefined;
  }
  for (const key of Object.keys(entry)) {
    if (keys.includes(key)) continue;
    settings.warn(
      "profile-key",
      `"${key}" is not a key of entry ${number} of "attach"`,
      "attach",
      didYouMean(key, keys) ?? `known keys: ${keys.join(", ")}`,
    );
  }
  const { path, alias, is_ducklake: isDuckLake } = entry;
  if (typeof path !== "string" || path === "") {
    settings.error(`entry ${number} of "attach" has no "path"`, "attach", "write - path: other.duckdb");
    return undefined;
  }
  // MotherDuck takes no query string in ATTACH.
  const target = isMotherDuckPath(path) ? path.replace(/\?.*$/s, "") : path;
  return {
    path: isFilePath(target) && !isAbsolute(target) ? resolve(projectFolder, target) : target,
    shownPath: maskText(target),
    alias: typeof alias === "string" && alias !== "" ? alias : undefined,
    isDuckLake: isDuckLake === true || /ducklake:/i.test(path),
    options: readOptions(settings, entry, number),
  };
}

/** Direct fields first, then the free `options`; dbt-duckdb refuses one that stands in both places. */
function readOptions(
  settings: ProfileSettings,
  entry: SettingMap,
  number: number,
): [string, string | true][] {
  const free = isMapping(entry.options) ? entry.options : {};
  const merged: Record<string, Setting> = {};
  for (const key of ["type", "secret", "read_only"]) {
    const direct = entry[key];
    if (direct && free[key] !== undefined && free[key] !== null) {
      settings.error(
        `"${key}" of entry ${number} of "attach" stands beside the path and under options`,
        "attach",
        "write it in one of the two places",
      );
    }
    merged[key] = direct || (free[key] ?? null);
  }
  Object.assign(merged, Object.fromEntries(Object.entries(free).filter(([key]) => !(key in merged))));
  const options: [string, string | true][] = [];
  for (const [key, value] of Object.entries(merged)) {
    if (!/^\w+$/.test(key))
      settings.error(
        `"${key}" under options of entry ${number} of "attach" is not an option's name`,
        "attach",
      );
    else if (value === true) options.push([key.toUpperCase(), true]);
    else if (typeof value === "number") options.push([key.toUpperCase(), String(value)]);
    else if (typeof value === "string") options.push([key.toUpperCase(), optionText(key, value)]);
    else if (value !== null && value !== false)
      settings.error(
        `"${key}" of entry ${number} of "attach" must be a text, a number or true, not ${kindOf(value)}`,
        "attach",
      );
  }
  return options;
}

/** TYPE and SECRET are words; others are strings, with quotes of the user's own kept, as dbt-duckdb does. */
function optionText(key: string, value: string): string {
  if ((key === "type" || key === "secret") && /^\w+$/.test(value)) return value;
  const text = value.trim();
  return /^'(?:[^']|'')*'$/.test(text) || /^"(?:[^"]|"")*"$/.test(text) ? text : literal(value);
}

/** @returns the ATTACH statement. */
export function attachSql(attachment: Attachment): string {
  const alias = attachment.alias === undefined ? "" : ` AS ${quote(attachment.alias)}`;
  const options = attachment.options.map(([key, value]) => (value === true ? key : `${key} ${value}`));
  return `ATTACH IF NOT EXISTS ${literal(attachment.path)}${alias}${options.length > 0 ? ` (${options.join(", ")})` : ""}`;
}

/** The name under which the database can be used. */
export function attachedName(attachment: Attachment): string {
  return attachment.alias ?? databaseOfPath(attachment.path);
}
