// Reads one output of profiles.yml key by key and collects what is wrong with it: unknown keys with the nearest known
// one, values of a wrong type. A value itself is never repeated in a message, because it may be a secret in the
// wrong place; its kind ("a list") tells enough.

import { type Checked, type Diagnostic, errorAt, hasErrors, warningAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import type { ProfileOutput, Setting } from "./adapter.ts";

export type SettingMap = { readonly [key: string]: Setting };

/** The settings of one output; methods give the default for what is absent or wrong, and note the mistake. */
export class ProfileSettings {
  readonly diagnostics: Diagnostic[] = [];

  constructor(private readonly output: ProfileOutput) {}

  /** Warns of keys that nobody reads. dbt ignores them, so the run goes on. */
  knownKeys(keys: readonly string[]): void {
    for (const key of Object.keys(this.output.settings)) {
      if (keys.includes(key)) continue;
      this.warn(
        "profile-key",
        `"${key}" is not a setting of ${this.#what()}`,
        key,
        didYouMean(key, keys) ?? "it is ignored: remove it",
      );
    }
  }

  has(key: string): boolean {
    const value = this.output.settings[key];
    return value !== undefined && value !== null;
  }

  /** Which of a setting's names is written. Two at once are a mistake, and the first one counts. */
  nameUsed(names: readonly string[]): string | undefined {
    const [name, other] = names.filter((one) => this.has(one));
    if (other !== undefined) this.error(`"${name}" and "${other}" mean the same`, other, "keep one of them");
    return name;
  }

  /** A text; numbers are taken as written (`dbname: 2024`). */
  text(key: string): string | undefined {
    const value = this.#value(key);
    if (value === undefined || typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    return this.#wrong(key, "a text", value);
  }

  requiredText(key: string, help: string): string {
    if (!this.has(key)) this.error(`${this.#what()} has no "${key}"`, undefined, help);
    return this.text(key) ?? "";
  }

  /** A whole number, also written as text, as env_var() gives it. */
  integer(key: string, least = 0): number | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
    if (typeof number === "number" && Number.isInteger(number) && number >= least) return number;
    return this.#wrong(key, `a whole number of at least ${least}`, value);
  }

  port(key: string): number | undefined {
    const port = this.integer(key, 1);
    if (port === undefined || isPort(port)) return port;
    this.error(`"${key}" ${NO_PORT}`, key);
    return undefined;
  }

  /** A number that may have a fraction, also written as text. */
  number(key: string): number | undefined {
    const value = this.#value(key);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number) && number >= 0) return number;
    return this.#wrong(key, "a number of at least 0", value);
  }

  /** true or false, also written as text, as env_var() gives it. */
  flag(key: string): boolean | undefined {
    const value = this.#value(key);
    if (value === undefined || typeof value === "boolean") return value;
    if (typeof value === "string" && /^(true|false)$/i.test(value)) return value.toLowerCase() === "true";
    return this.#wrong(key, "true or false", value);
  }

  list(key: string): readonly Setting[] {
    const value = this.#value(key);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    return this.#wrong(key, "a list (lines that start with a dash)", value) ?? [];
  }

  mapping(key: string): SettingMap {
    const value = this.#value(key);
    if (value === undefined) return {};
    if (isMapping(value)) return value;
    return this.#wrong(key, "a mapping of names to values", value) ?? {};
  }

  /** What was read, undefined where there were errors, and all mistakes. */
  checked<T>(read: () => T): Checked<T | undefined> {
    const { diagnostics } = this;
    return { value: hasErrors(diagnostics) ? undefined : read(), diagnostics };
  }

  error(message: string, key: string | undefined, help?: string): void {
    this.diagnostics.push(errorAt("profile-value", message, this.#place(key), { frame: false, help }));
  }

  warn(code: "profile-key" | "profile-value", message: string, key: string, help?: string): void {
    this.diagnostics.push(warningAt(code, message, this.#place(key), { frame: false, help }));
  }

  #value(key: string): Exclude<Setting, null> | undefined {
    return this.output.settings[key] ?? undefined;
  }

  #wrong(key: string, expected: string, value: Setting): undefined {
    this.error(
      `"${key}" of ${this.#what()} must be ${expected}${typeof value === "number" ? "" : `, not ${kindOf(value)}`}`,
      key,
    );
    return undefined;
  }

  #place(key: string | undefined): ReturnType<ProfileOutput["place"]> {
    return this.output.place(key ?? "type");
  }

  #what(): string {
    return `target "${this.output.target}" of profile "${this.output.profile}"`;
  }
}

export const NO_PORT = "is not a port number: ports are numbers up to 65535";

export function isPort(number: number): boolean {
  return Number.isInteger(number) && number > 0 && number < 65_536;
}

/** Whether a value of a profile is a mapping. */
export function isMapping(value: Setting | undefined): value is SettingMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in words, without showing it. */
export function kindOf(value: Setting): string {
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" ? "a number" : "a text";
}
