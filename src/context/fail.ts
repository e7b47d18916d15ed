// The mistakes that host functions report to a template. One place makes them, so that all carry help in the same way.

import { JinjaError, type JinjaErrorDetails } from "../jinja/errors.ts";

/**
 * Ends the template with a mistake of the user; the engine adds the place and the macro calls.
 * @param pythonType dbt's class of exception, e.g. "CompilationError"
 * @param detail one or more lines that say what is wrong
 * @param help what to do about it
 */
export function fail(
  pythonType: string,
  detail: string,
  help?: string,
  details: JinjaErrorDetails = {},
): never {
  throw new JinjaError("user", pythonType, detail, help === undefined ? details : { ...details, help });
}
