// `--warn-error` and `--warn-error-options`: which warnings are errors, which stay, which are silent. Names are our codes
// or dbt's event names, since projects carry those in their `flags:`.
// Rules as dbt's WarnErrorOptionsV2 (dbt_common/helper_types.py): silence wins, then error, then warn.

import { type Code, codes } from "../base/codes.ts";
import { type Diagnostic, EtlError, sortDiagnostics, warningAt } from "../base/diagnostic.ts";
import type { EtlEvent } from "../base/events.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Value } from "../jinja/value.ts";
import type { Flags } from "./flags.ts";

/** Warnings of things that were lost: what is missing elsewhere may well be among them. */
const CAUSES: ReadonlySet<Code> = new Set<Code>([
  "yaml-duplicate-key",
  "properties-key",
  "project-key",
  "project-path",
  "config-key",
]);

export interface WarningPolicy {
  /** The diagnostic as it counts: an error, as it was, or undefined when it is silenced. */
  judge(diagnostic: Diagnostic): Diagnostic | undefined;
  /**
   * Tells warnings in order; when there are errors, only such as can be their cause.
   * @throws EtlError with all errors among them, those included that the options made errors
   */
  tell(diagnostics: readonly Diagnostic[], emit: (event: EtlEvent) => void): void;
  /** Mistakes in the options themselves. */
  readonly diagnostics: readonly Diagnostic[];
}

/** dbt's word for all deprecations. */
const DEPRECATIONS = "Deprecations";

export function warningPolicy(flags: Flags): WarningPolicy {
  const given = flags.get("warn_error_options");
  const options: ReadonlyMap<Value, Value> = given instanceof Map ? given : new Map();
  const errors = namesOf(options.get("error") ?? options.get("include"));
  const warnings = namesOf(options.get("warn") ?? options.get("exclude"));
  const silent = namesOf(options.get("silence"));
  const all = flags.boolean("warn_error") || errors === "all";
  const judge = (diagnostic: Diagnostic): Diagnostic | undefined => {
    if (diagnostic.severity === "error") return diagnostic;
    if (isNamed(silent, diagnostic.code)) return undefined;
    if (isNamed(warnings, diagnostic.code)) return diagnostic;
    return all || isNamed(errors, diagnostic.code) ? { ...diagnostic, severity: "error" } : diagnostic;
  };
  return {
    judge,
    tell(diagnostics, emit) {
      const judged = sortDiagnostics(diagnostics).flatMap((diagnostic) => judge(diagnostic) ?? []);
      const mistakes = judged.filter(({ severity }) => severity === "error");
      if (mistakes.length > 0) {
        // Beside errors, warnings are noise, and many of them only follow from the errors; but some are their cause.
        for (const diagnostic of judged)
          if (diagnostic.severity === "warning" && CAUSES.has(diagnostic.code))
            emit({ kind: "diagnostic", diagnostic });
        throw new EtlError(mistakes);
      }
      for (const diagnostic of judged) emit({ kind: "diagnostic", diagnostic });
    },
    diagnostics: [errors, warnings, silent].flatMap((names) => (names === "all" ? [] : unknownNames(names))),
  };
}

type Names = "all" | readonly string[];

function namesOf(value: Value | undefined): Names {
  if (value === "all" || value === "*" || (Array.isArray(value) && value.includes("all"))) return "all";
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function isNamed(names: Names, code: Code): boolean {
  if (names === "all") return true;
  const dbt = codes[code].dbt;
  return names.some(
    (name) => name === code || name === dbt || (name === DEPRECATIONS && dbt?.endsWith("Deprecation")),
  );
}

/** Our own codes are known; names in dbt's form may belong to warnings that etl never has cause to give. */
function unknownNames(names: readonly string[]): Diagnostic[] {
  return names
    .filter((name) => !Object.hasOwn(codes, name) && !/^[A-Z][A-Za-z0-9]+$/.test(name))
    .map((name) =>
      warningAt("warning-unknown", `warn_error_options names "${name}", which is not a warning`, undefined, {
        help: didYouMean(name, Object.keys(codes)),
      }),
    );
}
