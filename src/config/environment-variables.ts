// The environment as templates see it: env_var(), secrets, the variables that go into artifacts, and .env files.

import { didYouMean } from "../base/nearest.ts";
import { isSecretVariable } from "../base/scrubber.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
import { type Kwargs, NativeFunction, type Value } from "../jinja/value.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const CUSTOM_PREFIX = "DBT_ENV_CUSTOM_ENV_";

/** True for the name of a variable that artifacts and `dbt_metadata_envs` show. */
export function isCustomVariable(name: string): boolean {
  return name.startsWith(CUSTOM_PREFIX);
}

/** DBT_ENV_CUSTOM_ENV_X as X: what artifacts and `dbt_metadata_envs` show. */
export function customVariables(env: Environment): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const name of Object.keys(env).sort())
    if (isCustomVariable(name)) found.set(name.slice(CUSTOM_PREFIX.length), env[name] ?? "");
  return found;
}

export interface EnvVarOptions {
  readonly env: Environment;
  /** Whether secrets may be read: in profiles.yml and packages.yml only. */
  readonly secrets: boolean;
  /** Told every variable that is read, with its value (null when its default is used); never a secret. */
  readonly onRead?: (name: string, value: string | null) => void;
}

// dbt's way: a secret is a mark while the template is rendered, so that no filter can take it apart.
const MARK = /\u0001secret:([^\u0001]+)\u0001/g;

/**
 * `env_var(name, default)`.
 * @returns a function for templates; it raises EnvVarMissingError without a value and a default, and
 *   SecretEnvVarLocationError for a secret where none may be read
 */
export function envVarFunction(options: EnvVarOptions): NativeFunction {
  return new NativeFunction("env_var", (args, kwargs) => {
    const name = argument(args, kwargs, 0, "var");
    const fallback = argument(args, kwargs, 1, "default");
    if (typeof name !== "string") raise("TypeError", "env_var() takes the name of a variable as a text");
    const value = options.env[name];
    if (isSecretVariable(name)) {
      if (!options.secrets)
        throw new JinjaError(
          "user",
          "SecretEnvVarLocationError",
          `the secret "${name}" can only be read in profiles.yml and packages.yml`,
        );
      if (value !== undefined) return `\u0001secret:${name}\u0001`;
    }
    if (value !== undefined) {
      options.onRead?.(name, value);
      return value;
    }
    if (fallback === undefined || fallback === null) throw missing(name, options.env);
    options.onRead?.(name, null);
    return fallback;
  });
}

function argument(args: readonly Value[], kwargs: Kwargs, index: number, name: string): Value | undefined {
  return args[index] ?? kwargs.get(name);
}

function missing(name: string, env: Environment): JinjaError {
  const near = didYouMean(
    name,
    Object.keys(env).filter((known) => known.length > 3),
  );
  const set = `set it (export ${name}=...) or give a default: env_var('${name}', '...')`;
  return new JinjaError("user", "EnvVarMissingError", `the environment variable "${name}" is not set`, {
    help: near ? `${near} Else ${set}` : set,
  });
}

/** Puts the secrets where a rendered text has their marks. */
export function revealSecrets(text: string, env: Environment): string {
  return text.includes("\u0001secret:") ? text.replace(MARK, (_, name: string) => env[name] ?? "") : text;
}

/**
 * Reads a .env file: `NAME=value` lines, `export` before them, comments, single and double quotes.
 * @returns the variables in the order of the file; lines that are no assignment are skipped
 */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const line =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([^\n#]*?))[ \t]*(?:[ \t]#[^\n]*|#[^\n]*)?$/gm;
  for (const [, name = "", double, single, bare = ""] of text.replaceAll("\r\n", "\n").matchAll(line))
    found.set(
      name,
      double !== undefined
        ? unescaped(double)
        : single !== undefined
          ? single.replaceAll(/\\([\\'])/g, "$1")
          : bare,
    );
  return found;
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    n: "\n",
    r: "\r",
    t: "\t",
    b: "\b",
    f: "\f",
    v: "\v",
    a: "\x07",
  };
  return text.replaceAll(
    /\\(.)/gs,
    (whole, letter: string) => letters[letter] ?? (/["'\\]/.test(letter) ? letter : whole),
  );
}
