// The `secrets` of a profile as CREATE SECRET statements (dbt-duckdb 1.11, secrets.py): known fields, everything else
// is passed to the secret's provider. Values are escaped; nothing of a secret reaches a message.

import type { Setting } from "../../src/adapter/adapter.ts";
import {
  isMapping,
  kindOf,
  type ProfileSettings,
  type SettingMap,
} from "../../src/adapter/profile-settings.ts";
import { literal } from "./names.ts";

export interface SecretDefinition {
  readonly name: string;
  readonly type: string;
  readonly persistent: boolean;
  readonly scopes: readonly string[];
  /** Provider and all its parameters, in the order written. */
  readonly parameters: SettingMap;
}

const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * @returns the secrets of the profile; unnamed ones are called `_dbt_secret_1`, `_dbt_secret_2` ... as in dbt-duckdb,
 *   and `use_credential_provider: aws` adds one with the credential chain
 */
export function readSecrets(settings: ProfileSettings): readonly SecretDefinition[] {
  const entries = [...settings.list("secrets")];
  const provider = settings.text("use_credential_provider");
  if (provider === "aws") entries.push({ type: "s3", provider: "credential_chain" });
  else if (provider !== undefined)
    settings.error(
      `"use_credential_provider" can only be aws`,
      "use_credential_provider",
      "list a secret with its provider under secrets instead",
    );
  return entries.flatMap((entry, i) => readSecret(settings, entry, i + 1) ?? []);
}

function readSecret(settings: ProfileSettings, entry: Setting, number: number): SecretDefinition | undefined {
  if (!isMapping(entry)) {
    settings.error(
      `entry ${number} of "secrets" must be a mapping with a type, not ${kindOf(entry)}`,
      "secrets",
      "write - type: s3",
    );
    return undefined;
  }
  const { type, name, persistent, scope, ...parameters } = entry;
  const title = typeof name === "string" ? name : `_dbt_secret_${number}`;
  if (typeof type !== "string" || !WORD.test(type)) {
    settings.error(
      `entry ${number} of "secrets" has no valid "type"`,
      "secrets",
      "a type is a word such as s3, gcs, azure, r2, http, postgres",
    );
    return undefined;
  }
  if (!WORD.test(title))
    settings.error(
      `the name of entry ${number} of "secrets" must be a word of letters, digits and _`,
      "secrets",
    );
  for (const key of Object.keys(parameters)) {
    if (!WORD.test(key))
      settings.error(`"${key}" in entry ${number} of "secrets" is not a parameter's name`, "secrets");
  }
  const scopes = scope === undefined || scope === null ? [] : Array.isArray(scope) ? scope : [scope];
  return { type, name: title, persistent: persistent === true, scopes: scopes.map(String), parameters };
}

/** @returns the statement that creates the secret, replacing one of the same name. */
export function secretSql(secret: SecretDefinition): string {
  const parts = [`TYPE ${secret.type}`];
  for (const [key, value] of Object.entries(secret.parameters)) {
    if (value !== null) parts.push(`${key} ${parameter(key, value)}`);
  }
  for (const scope of secret.scopes) parts.push(`SCOPE ${literal(scope)}`);
  return `CREATE OR REPLACE ${secret.persistent ? "PERSISTENT " : ""}SECRET ${secret.name} (${parts.join(", ")})`;
}

function parameter(key: string, value: Exclude<Setting, null>): string {
  if (isMapping(value)) {
    return `MAP {${Object.entries(value)
      .map(([name, item]) => `${literal(name)}: ${literal(String(item))}`)
      .join(", ")}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => literal(String(item))).join(", ")}]`;
  return key === "provider" && WORD.test(String(value)) ? String(value) : literal(String(value));
}

/** Every text in the secrets that is no type, provider, region or scope: what must never be printed. */
export function secretTexts(secrets: readonly SecretDefinition[]): string[] {
  const open = new Set(["provider", "region", "endpoint", "url_style", "use_ssl", "chain", "profile"]);
  return secrets.flatMap(({ parameters }) =>
    Object.entries(parameters).flatMap(([key, value]) => (open.has(key.toLowerCase()) ? [] : texts(value))),
  );
}

function texts(value: Setting): string[] {
  if (typeof value === "string") return value.length >= 4 ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(texts);
  return isMapping(value) ? Object.values(value).flatMap(texts) : [];
}
