// `--warn-error` and `--warn-error-options`: which warnings are errors, which stay, which are silent. Names are our codes
// or dbt's event names, since projects carry those in their `flags:`.
// Rules as dbt's WarnErrorOptionsV2 (dbt_common/helper_types.py): a name goes before "Deprecations", and that before
// "all"; of equals silence wins, then warn, then error. A name that nobody knows is refused.

import { type Code, codes } from "../base/codes.ts";
import { type Diagnostic, EtlError, errorAt, sortDiagnostics } from "../base/diagnostic.ts";
import type { EtlEvent } from "../base/events.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Value } from "../jinja/value.ts";
import { DBT_EVENTS } from "./dbt-events.ts";
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
    const [silenced, warned, refused] = [silent, warnings, errors].map((names) =>
      closeness(names, diagnostic.code),
    ) as [number, number, number];
    if (silenced > 0 && silenced >= Math.max(warned, refused)) return undefined;
    if (warned > 0 && warned >= refused) return diagnostic;
    return all || refused > 0 ? { ...diagnostic, severity: "error" } : diagnostic;
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
    diagnostics: [
      ...[errors, warnings, silent].flatMap((names) => (names === "all" ? [] : unknownNames(names))),
      ...loneWarnings(errors, warnings, silent),
    ],
  };
}

type Names = "all" | readonly string[];

function namesOf(value: Value | undefined): Names {
  if (value === "all" || value === "*") return "all";
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

/** How a list means a code: 2 by its name, 1 as one of all deprecations, 0 not at all. */
function closeness(names: Names, code: Code): number {
  if (names === "all") return 0;
  const { dbt } = codes[code];
  if (names.some((name) => name === code || name === dbt)) return 2;
  return names.includes(DEPRECATIONS) && dbt?.endsWith("Deprecation") ? 1 : 0;
}

/** Our own codes are known, and all names of dbt: they may belong to warnings that etl never has cause to give. */
function unknownNames(names: readonly string[]): Diagnostic[] {
  return names
    .filter((name) => !Object.hasOwn(codes, name) && !DBT_EVENTS.has(name) && name !== DEPRECATIONS)
    .map((name) =>
      errorAt("warning-unknown", `warn_error_options names "${name}", which is not a warning`, undefined, {
        help: didYouMean(name, [...Object.keys(codes), ...DBT_EVENTS, DEPRECATIONS]),
      }),
    );
}

/** A list of what stays a warning says something only beside a rule that it is an exception from. */
function loneWarnings(errors: Names, warnings: Names, silent: Names): Diagnostic[] {
  if (warnings === "all" || warnings.length === 0 || errors === "all") return [];
  if ([errors, silent].some((names) => names.includes(DEPRECATIONS))) return [];
  return [
    errorAt(
      "flag-value",
      "warn_error_options has a list of warnings, but nothing that they are exceptions from",
      undefined,
      { help: `write error: all beside it, or ${DEPRECATIONS} in error or silence` },
    ),
  ];
}
