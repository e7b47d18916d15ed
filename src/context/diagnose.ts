// A JinjaError as a Diagnostic: the place in the user's file, how macros led there, what was probably meant.

import { type Diagnostic, errorAt, type Note, type Place } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { CallSite, JinjaError } from "../jinja/errors.ts";
import type { SourcePlace } from "../jinja/source.ts";
import { ADAPTER_METHODS } from "./adapter-value.ts";
import type { MacroIndex } from "./macro-index.ts";
import { MEMBERS } from "./members.ts";

/** What is known of the template in which the error happened. */
export interface ErrorScope {
  /** How the user calls it: `model "orders"`; the sentence begins with it. Undefined for files without a node. */
  readonly subject?: string;
  /** The place to name when the error has none (a macro that the host called). */
  readonly place?: Place;
  readonly macros?: MacroIndex;
  readonly packageName?: string;
  /** The template, to see what stands around an undefined name. */
  readonly text?: string;
  /** Names that only this template has (arguments of its macro, extra names of its scope). */
  readonly names?: Iterable<string>;
}

/** How many macro calls are told before the rest is counted. */
const MAX_CALLS = 10;

/**
 * @param error what a template threw
 * @returns one diagnostic: code jinja-syntax or jinja-error
 */
export function diagnose(error: JinjaError, scope: ErrorScope = {}): Diagnostic {
  const code = error.kind === "syntax" ? "jinja-syntax" : "jinja-error";
  const calls = callNotes(error.calls);
  const internal = error.place !== undefined && isOutside(error.place.file);
  const caller = internal ? userCall(error) : undefined;
  const place = placeOf(internal ? caller : error.place) ?? scope.place;
  const notes = calls.filter((note) => note.place?.line !== place?.line || note.place?.file !== place?.file);
  const help = helpFor(error, scope);
  const message = scope.subject === undefined ? error.detail : `${scope.subject}: ${error.detail}`;
  return errorAt(code, message, place, {
    ...(notes.length > 0 ? { notes } : {}),
    help,
  });
}

/** The innermost call in a file of the user on the way to an error; undefined when only macros of ours were called. */
export function userCall({ calls }: JinjaError): SourcePlace | undefined {
  return calls.find((call) => call.place !== undefined && !isOutside(call.place.file))?.place;
}

function placeOf(place: SourcePlace | undefined): Place | undefined {
  return place && { file: place.file, line: place.line, column: place.column, length: place.length };
}

/** Files of the macros that come with etl are named "<package>/...": nobody can change them. */
export function isOutside(file: string): boolean {
  return file.startsWith("<");
}

/** "in macro a, called from here", innermost first; many calls are counted. What macros of ours call is left out. */
export function callNotes(calls: readonly CallSite[]): Note[] {
  const own = calls.flatMap((call): Note[] => {
    const place = placeOf(call.place);
    return place && !isOutside(place.file)
      ? [{ message: `in macro "${call.macro}", called here`, place }]
      : [];
  });
  if (own.length <= MAX_CALLS) return own;
  return [...own.slice(0, MAX_CALLS), { message: `and ${own.length - MAX_CALLS} more macro calls` }];
}

function helpFor(error: JinjaError, scope: ErrorScope): string | undefined {
  const { undefinedName: name, help } = error;
  if (name === undefined || help?.startsWith("did you mean")) return help;
  const near = error.candidates && nearest(name, error.candidates);
  if (near !== undefined)
    return help === undefined ? `did you mean "${near}"?` : `did you mean "${near}"? ${help}`;
  if (help !== undefined || !error.detail.endsWith(`'${name}' is undefined`)) return help;
  return (
    unquoted(name, scope.text) ??
    nearestName(name, scope) ??
    packageOf(name, error) ??
    dataTest(name) ??
    "set it in the template, or define a macro of this name"
  );
}

/** `ref(orders)`: a name without quotes is a variable. */
function unquoted(name: string, text: string | undefined): string | undefined {
  const call = new RegExp(`\\b(ref|source|var|env_var|doc)\\s*\\((?:[^()]*,)?\\s*${name}\\s*[,)]`).exec(
    text ?? "",
  );
  return call ? `put the name in quotes: ${call[1]}('${name}')` : undefined;
}

/** What properties files call a data test is a macro with another name. */
function dataTest(name: string): string | undefined {
  const test = /^test_(\w+)/.exec(name)?.[1];
  return test && `write it as {% test ${test}(model, column_name) %} in tests/generic or macros`;
}

/** Packages by the name under which their macros are called, with where the hub has them. */
const HUB: Readonly<Record<string, string>> = {
  audit_helper: "dbt-labs/audit_helper",
  codegen: "dbt-labs/codegen",
  dbt_artifacts: "brooklyn-data/dbt_artifacts",
  dbt_date: "godatadriven/dbt_date",
  dbt_expectations: "metaplane/dbt_expectations",
  dbt_external_tables: "dbt-labs/dbt_external_tables",
  dbt_project_evaluator: "dbt-labs/dbt_project_evaluator",
  dbt_utils: "dbt-labs/dbt_utils",
  elementary: "elementary-data/elementary",
  fivetran_utils: "fivetran/fivetran_utils",
};

/** A name with a dot behind it, as the marked text is longer than the name, can be a package that is not installed. */
function packageOf(name: string, { place }: JinjaError): string | undefined {
  const hub = Object.hasOwn(HUB, name) ? HUB[name] : undefined;
  if (hub !== undefined)
    return `the package is not installed: add "- package: ${hub}" and a version to packages.yml, and run etl deps`;
  return place !== undefined && place.length > name.length + 1
    ? `if "${name}" is a package, add it to packages.yml and run etl deps; else set it in the template`
    : undefined;
}

/** The nearest thing that could have been meant by a plain name: of the template, a macro and its package, a method of `adapter`. */
function nearestName(name: string, { macros, packageName, names = [] }: ErrorScope): string | undefined {
  if (macros) {
    const elsewhere = macros.packagesWith(name);
    if (elsewhere.length > 0)
      return `write ${elsewhere.map((owner) => `${owner}.${name}`).join(" or ")}: a macro of another package needs its package's name`;
  }
  const own = [
    ...names,
    ...Object.keys(MEMBERS),
    ...(macros ? [...macros.names(packageName ?? macros.rootProject), ...macros.packages()] : []),
  ];
  const near = nearest(name, own);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (macros) {
    for (const owner of macros.packages()) {
      const macro = macros.nearestIn(owner, name);
      if (macro !== undefined) return `did you mean "${owner}.${macro}"?`;
    }
  }
  return ADAPTER_METHODS.includes(name) ? `did you mean "adapter.${name}"?` : undefined;
}
