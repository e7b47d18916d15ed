// What we tell a user about a mistake, as data: stages collect diagnostics, `report` renders them. A thrown
// EtlError carries diagnostics of a stage that cannot go on; anything else that is thrown is a bug of ours.

import type { Code } from "./codes.ts";

/** A place in a file that the user wrote. */
export interface Place {
  /** Path relative to the project folder with "/" separators; absolute for files outside of it (profiles.yml). */
  readonly file: string;
  /** 1-based line. */
  readonly line: number;
  /** 1-based column, counted in UTF-16 code units. */
  readonly column: number;
  /** How many code units the caret line marks; 1 when absent. */
  readonly length?: number;
}

export type Severity = "error" | "warning";

/** A second place or fact that belongs to a diagnostic ("first defined here", "called from"). */
export interface Note {
  readonly message: string;
  readonly place?: Place;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence with the user's own words, lower case first letter, no full stop at the end. */
  readonly message: string;
  readonly place?: Place;
  readonly notes?: readonly Note[];
  /** What to do, in one line: a did-you-mean, the value written right, or the command to run next. */
  readonly help?: string;
  /** False when the source line must not be shown because it can hold a secret (profiles.yml, .env). */
  readonly frame?: false;
}

/** A value together with everything that there was to say about it. */
export interface Checked<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Ends a stage because of the user's input: the command exits with 2 and prints the diagnostics. */
export class EtlError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  /** @param diagnostics at least one of severity "error"; the first one's message becomes the Error's message. */
  constructor(diagnostics: readonly Diagnostic[], options?: { cause?: unknown }) {
    super(diagnostics[0]?.message ?? "unknown error", options);
    this.name = "EtlError";
    this.diagnostics = diagnostics;
  }
}

/** What a diagnostic has besides its sentence; a help that is undefined is none. */
type Details = Omit<Diagnostic, "code" | "severity" | "message" | "place" | "help"> & {
  readonly help?: string | undefined;
};

/** A diagnostic of severity error. */
export function errorAt(code: Code, message: string, place?: Place, details: Details = {}): Diagnostic {
  return diagnosticOf("error", code, message, place, details);
}

/** A diagnostic of severity warning. */
export function warningAt(code: Code, message: string, place?: Place, details: Details = {}): Diagnostic {
  return diagnosticOf("warning", code, message, place, details);
}

function diagnosticOf(
  severity: Severity,
  code: Code,
  message: string,
  place: Place | undefined,
  { help, ...rest }: Details,
): Diagnostic {
  return {
    code,
    severity,
    message,
    ...(place ? { place } : {}),
    ...rest,
    ...(help === undefined ? {} : { help }),
  };
}

/** True when one of them is of severity error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Sorted by file, line, column, code, so that the same mistakes are told in the same order on every run. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compareText(a.place?.file ?? "", b.place?.file ?? "") ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
