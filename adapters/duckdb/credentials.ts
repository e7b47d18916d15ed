// A profile of type duckdb, read and checked: the keys of dbt-duckdb 1.11 (credentials.py) plus `lock_timeout`.
// Relative paths are relative to the project folder, which dbt makes its working directory.

import { isAbsolute, resolve } from "node:path";
import type { Credentials, ProfileOutput, Setting } from "../../src/adapter/adapter.ts";
import { isMapping, kindOf, ProfileSettings, type SettingMap } from "../../src/adapter/profile-settings.ts";
import type { Checked, Place } from "../../src/base/diagnostic.ts";
import { type Attachment, attachedName, readAttachments, refuseSameNames } from "./attach.ts";
import { databaseOfPath, isFilePath, isMotherDuckPath } from "./database-path.ts";
import { hiddenTexts, mask, passwordsIn } from "./hidden-values.ts";
import { readSecrets, type SecretDefinition, secretTexts } from "./secrets.ts";

export interface Extension {
  readonly name: string;
  /** `community`, `core_nightly` ... or a URL in quotes. */
  readonly repository?: string;
}

export interface DuckDBCredentials extends Credentials {
  /** As the user wrote it. */
  readonly path: string;
  /** What the engine is given: absolute for files. */
  readonly openPath: string;
  readonly configOptions: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly extensions: readonly Extension[];
  readonly secretDefinitions: readonly SecretDefinition[];
  readonly attachments: readonly Attachment[];
  readonly isMotherDuck: boolean;
  readonly duckLakeDatabases: readonly string[];
  readonly externalRoot: string;
  readonly disableTransactions: boolean;
  readonly lockTimeoutSeconds: number;
  /** Place of a key, for errors while opening. */
  place(key: string): Place | undefined;
}

/** Keys of an output; `threads`, `type` and the like belong to the core. */
const keys = [
  "type",
  "threads",
  "path",
  "database",
  "schema",
  "config_options",
  "extensions",
  "settings",
  "secrets",
  "external_root",
  "use_credential_provider",
  "attach",
  "filesystems",
  "remote",
  "plugins",
  "disable_transactions",
  "keep_open",
  "module_paths",
  "retries",
  "is_ducklake",
  "lock_timeout",
];

const LOCK_TIMEOUT_SECONDS = 15;

/**
 * Reads an output of type duckdb.
 * @returns the credentials, undefined when there were errors, and all mistakes with their places (codes profile-value, profile-key)
 */
export function readCredentials(output: ProfileOutput): Checked<DuckDBCredentials | undefined> {
  const settings = new ProfileSettings(output);
  settings.knownKeys(keys);
  const path = settings.text("path") ?? ":memory:";
  const attachments = readAttachments(settings, output.projectFolder);
  const secretDefinitions = readSecrets(settings);
  const configOptions = plainTexts(settings, "config_options");
  const engineSettings = plainTexts(settings, "settings");
  const found = basics(settings, path, attachments, output.projectFolder);
  refuseSameNames(settings, { name: databaseOfPath(path), path: found.openPath }, attachments);
  const credentials: DuckDBCredentials = {
    ...found,
    configOptions,
    settings: engineSettings,
    extensions: readExtensions(settings),
    secretDefinitions,
    attachments,
    secrets: [
      ...new Set([
        ...secretTexts(secretDefinitions),
        ...hiddenTexts(configOptions),
        ...hiddenTexts(engineSettings),
        ...passwordsIn([path, ...writtenPaths(output.settings.attach)]),
      ]),
    ],
    visible: visible(output.settings),
    place: output.place.bind(output),
  };
  warnOfPython(settings);
  return settings.checked(() => credentials);
}

/** The database file that is used without a profiles.yml: `<project>.duckdb` in the project's folder. */
export function defaultCredentials(projectName: string, projectFolder: string): DuckDBCredentials {
  const path = `${projectName}.duckdb`;
  const output: ProfileOutput = {
    profile: projectName,
    target: "dev",
    settings: { type: "duckdb", path },
    place: () => undefined,
    projectFolder,
  };
  return readCredentials(output).value as DuckDBCredentials;
}

type Basics = Pick<
  DuckDBCredentials,
  | "type"
  | "database"
  | "schema"
  | "threads"
  | "path"
  | "openPath"
  | "isMotherDuck"
  | "duckLakeDatabases"
  | "externalRoot"
  | "disableTransactions"
  | "lockTimeoutSeconds"
>;

function basics(
  settings: ProfileSettings,
  path: string,
  attachments: readonly Attachment[],
  projectFolder: string,
): Basics {
  const threads = settings.integer("threads", 1);
  const schema = settings.text("schema") ?? "main";
  if (schema === "") settings.error('"schema" is empty', "schema", "remove the line for the schema main");
  const ownLake = settings.flag("is_ducklake") === true || /ducklake:/i.test(path);
  const lakes = attachments.filter((attachment) => attachment.isDuckLake).map(attachedName);
  settings.flag("keep_open");
  settings.mapping("retries");
  return {
    type: "duckdb",
    database: readDatabase(settings, path, attachments),
    schema,
    ...(threads === undefined ? {} : { threads }),
    path,
    openPath: isFilePath(path) && !isAbsolute(path) ? resolve(projectFolder, path) : path,
    isMotherDuck:
      isMotherDuckPath(path) || attachments.some((attachment) => isMotherDuckPath(attachment.path)),
    duckLakeDatabases: ownLake ? [databaseOfPath(path), ...lakes] : lakes,
    externalRoot: settings.text("external_root") ?? ".",
    disableTransactions: settings.flag("disable_transactions") ?? false,
    lockTimeoutSeconds: settings.number("lock_timeout") ?? LOCK_TIMEOUT_SECONDS,
  };
}

/** The name derived from the path, unless the profile names an attached database; dbt-duckdb refuses any other name. */
function readDatabase(settings: ProfileSettings, path: string, attachments: readonly Attachment[]): string {
  const derived = databaseOfPath(path);
  const named = settings.text("database");
  if (derived === "")
    settings.error(
      `no database name can be taken from the path "${path}"`,
      "path",
      "name a file, for example path: warehouse.duckdb",
    );
  if (named === undefined || named === derived || attachments.some(({ alias }) => alias === named))
    return named ?? derived;
  settings.error(
    `"database" is "${named}", but the path "${path}" makes a database named "${derived}"`,
    "database",
    `write database: ${derived}, or remove the line`,
  );
  return derived;
}

function readExtensions(settings: ProfileSettings): readonly Extension[] {
  return settings.list("extensions").flatMap((entry, i): Extension[] => {
    if (typeof entry === "string" && entry !== "") return [{ name: entry }];
    if (isMapping(entry) && typeof entry.name === "string") {
      const repository = entry.repo;
      if (repository === undefined) return [{ name: entry.name }];
      if (typeof repository === "string" && /^(?:\w+|'[^']*'|https?:\/\/[^'\s]+)$/.test(repository)) {
        return [
          {
            name: entry.name,
            repository:
              repository.includes("://") && !repository.startsWith("'") ? `'${repository}'` : repository,
          },
        ];
      }
      settings.error(
        `"repo" of entry ${i + 1} of "extensions" must be the name of a repository or a URL`,
        "extensions",
      );
      return [];
    }
    settings.error(
      `entry ${i + 1} of "extensions" must be a name, or a mapping with name and repo, not ${kindOf(entry)}`,
      "extensions",
    );
    return [];
  });
}

/** A mapping whose values the engine takes as text; keys are put into SQL and must be plain words. */
function plainTexts(settings: ProfileSettings, key: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.mapping(key))) {
    if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name))
      settings.error(`"${name}" under "${key}" is not the name of a setting`, key);
    else if (typeof value === "object" && value !== null)
      settings.error(
        `"${name}" under "${key}" must be a text, a number, true or false, not ${kindOf(value)}`,
        key,
      );
    else if (value !== null) texts[name] = String(value);
  }
  return texts;
}

/** What templates see as `target.*` (dbt-duckdb's _connection_keys), values with a secret's name masked. */
function visible(settings: SettingMap): Record<string, Setting> {
  const shown = [
    "path",
    "config_options",
    "extensions",
    "settings",
    "external_root",
    "use_credential_provider",
    "attach",
    "disable_transactions",
  ];
  return Object.fromEntries(shown.map((key) => [key, mask(settings[key] ?? defaultOf(key))]));
}

function defaultOf(key: string): Setting {
  if (key === "path") return ":memory:";
  if (key === "external_root") return ".";
  return key === "disable_transactions" ? false : null;
}

/** Paths of the attach list as written, with the query strings that attaching leaves out. */
function writtenPaths(attach: Setting | undefined): string[] {
  if (!Array.isArray(attach)) return [];
  return attach.map((entry) => (isMapping(entry) ? String(entry.path) : ""));
}

/** One warning for what dbt-duckdb does in Python and this program cannot: plugins, fsspec, modules, remotes. */
function warnOfPython(settings: ProfileSettings): void {
  const used = ["plugins", "filesystems", "module_paths", "remote"].filter((key) => settings.has(key));
  const [first] = used;
  if (first === undefined) return;
  settings.warn(
    "profile-value",
    `${used.map((key) => `"${key}"`).join(", ")}: needs Python and is ignored`,
    first,
    "read the data with an extension (httpfs, postgres, sqlite, excel), an attached database or external_location",
  );
}
