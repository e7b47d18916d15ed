// References that the arguments of a generic test make by themselves: the tested model, and `to: ref('x')`.

import type { Place } from "../base/diagnostic.ts";
import { looksLikeCall } from "../context/test-argument.ts";
import { hasTemplate } from "../jinja/source.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { type Capture, keepReference, newCapture } from "./capture.ts";
import { writtenCall } from "./written-call.ts";

/**
 * @param placeOf where an argument is written; the test itself for those that are not written
 * @returns what the arguments refer to; undefined when one of them must be rendered to know
 */
export function argumentCapture(kwargs: Dict, placeOf: (key: string) => Place): Capture | undefined {
  const capture = newCapture();
  let argument = "model";
  const visit = (value: Value): boolean => {
    if (Array.isArray(value)) return value.every(visit);
    if (value instanceof Map) return [...value.values()].every(visit);
    if (typeof value !== "string") return true;
    const call =
      /^\{\{ get_where_subquery\((.*)\) \}\}$/s.exec(value)?.[1] ??
      (looksLikeCall(value) ? value : undefined);
    if (call === undefined) return !hasTemplate(value);
    const reference = writtenCall(call, placeOf(argument));
    if (reference) keepReference(capture, reference);
    return reference !== undefined;
  };
  return [...kwargs].every(([key, value]) => {
    argument = String(key);
    return visit(value);
  })
    ? capture
    : undefined;
}
