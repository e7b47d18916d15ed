// `require-dbt-version`: what version we claim to be, and whether a project accepts it. The grammar is dbt's: an optional
// operator and a full version, several of them joined by commas or in a list, all of which must hold.

import { compare, parse, type SemVer } from "semver";

/** The version of dbt whose behaviour we show and report. */
export const DBT_VERSION = "1.11.16";

export interface VersionProblem {
  readonly message: string;
  readonly help: string;
}

/**
 * @param required the specifiers of one project, e.g. [">=1.3.0", "<2.0.0"]
 * @param project the project's name, for the message
 * @returns what is wrong: a specifier that cannot be read, or one that excludes DBT_VERSION
 */
export function checkRequiredVersion(
  required: readonly string[],
  project: string,
): VersionProblem | undefined {
  for (const specifier of required) {
    const read = readSpecifier(specifier);
    if (!read)
      return {
        message: `"${specifier}" is not a version that require-dbt-version understands`,
        help: 'write an operator and a full version, e.g. [">=1.3.0", "<2.0.0"]',
      };
    if (!holds(read))
      return {
        message: `project "${project}" asks for dbt version ${required.join(", ")}, but etl works as ${DBT_VERSION}`,
        help: "change require-dbt-version, or run with --no-version-check",
      };
  }
  return undefined;
}

interface Specifier {
  readonly operator: string;
  readonly version: SemVer;
}

function readSpecifier(text: string): Specifier | undefined {
  const found =
    /^\s*(>=|<=|>|<|=|==)?\s*v?(\d+)\.(\d+)(?:\.(\d+))?([-.]?(?:a|b|rc|alpha|beta)[-.]?\d+)?(\+[\w.]+)?\s*$/.exec(
      text,
    );
  if (!found) return undefined;
  const [, operator = "=", major, minor, patch = "0", pre = ""] = found;
  const version = parse(`${major}.${minor}.${patch}${pre === "" ? "" : `-${pre.replace(/^[-.]/, "")}`}`);
  return version ? { operator: operator === "==" ? "=" : operator, version } : undefined;
}

function holds({ operator, version }: Specifier): boolean {
  const order = compare(DBT_VERSION, version);
  if (operator === "=") return order === 0;
  if (operator === ">=") return order >= 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order < 0;
}
