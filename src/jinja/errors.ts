// What goes wrong in a template, as one class. An error is raised without a place by whatever notices it (a filter,
// a host function); the frame of generated code that it passes first gives it the place, each macro adds its call.

import type { SourcePlace } from "./source.ts";
import type { Value } from "./value.ts";

/** One macro that was active when an error happened, and where it was called. */
export interface CallSite {
  readonly macro: string;
  /** Absent where the host called the macro. */
  readonly place?: SourcePlace;
}

/** syntax: cannot be parsed; runtime: failed while rendering; limit: stopped by a limit; user: raised by a host function. */
export type JinjaErrorKind = "syntax" | "runtime" | "limit" | "user";

export interface JinjaErrorDetails {
  readonly place?: SourcePlace;
  readonly help?: string;
  readonly cause?: unknown;
  /** The name that is undefined, where that is the trouble. */
  readonly undefinedName?: string;
  /** Names that were possible where `undefinedName` or an unknown filter, test, tag or argument stands. */
  readonly candidates?: Iterable<string>;
}

export class JinjaError extends Error {
  /** Innermost template place; set once, by the frame of the template in which the error happened. */
  place: SourcePlace | undefined;
  /** Macro frames from innermost to outermost. */
  readonly calls: CallSite[] = [];
  help: string | undefined;
  /** The undefined (or unknown) name, for a did-you-mean. */
  undefinedName: string | undefined;
  candidates: Iterable<string> | undefined;

  /**
   * @param pythonType the exception's class name in Jinja2 or Python, as dbt's users know it
   * @param detail the message without a place
   */
  constructor(
    readonly kind: JinjaErrorKind,
    readonly pythonType: string,
    readonly detail: string,
    details: JinjaErrorDetails = {},
  ) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "JinjaError";
    this.place = details.place;
    this.help = details.help;
    this.undefinedName = details.undefinedName;
    this.candidates = details.candidates;
  }
}

/** Thrown by dbt's return(): ends the innermost macro of the host with that value. */
export class MacroReturn {
  constructor(readonly value: Value) {}
}

/** Raises a Python exception from a filter, method or host function; it gets its place from the calling template. */
export function raise(pythonType: string, detail: string, details?: JinjaErrorDetails): never {
  throw new JinjaError("runtime", pythonType, detail, details);
}

/** Ends a template that asks for more than the limits allow. */
export function raiseLimit(detail: string): never {
  throw new JinjaError("limit", "LimitExceeded", detail);
}
