// References that the arguments of a generic test make by themselves: the tested model, and `to: ref('x')`.

import type { Place } from "../base/diagnostic.ts";
import type { Dict, Value } from "../jinja/value.ts";
import { type Capture, newCapture } from "./capture.ts";
import { staticCalls } from "./static-calls.ts";
import { asVersion } from "./value-shapes.ts";

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
    const wrapped =
      /^\{\{ get_where_subquery\((.*)\) \}\}$/s.exec(value)?.[1] ??
      (/^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/s.test(value) ? value : undefined);
    if (wrapped === undefined) return !/\{[{%#]/.test(value);
    const call = staticCalls(`{{ ${wrapped} }}`)?.[0];
    const [first, second] = call?.args ?? [];
    if (call?.name === "ref" && typeof first === "string") {
      const place = placeOf(argument);
      const version = asVersion(call.kwargs.get("version") ?? call.kwargs.get("v"));
      capture.refs.push(
        typeof second === "string"
          ? { name: second, packageName: first, version, place }
          : { name: first, packageName: null, version, place },
      );
      return true;
    }
    if (call?.name === "source" && typeof first === "string" && typeof second === "string") {
      capture.sources.push({ source: first, table: second, place: placeOf(argument) });
      return true;
    }
    return false;
  };
  return [...kwargs].every(([key, value]) => {
    argument = String(key);
    return visit(value);
  })
    ? capture
    : undefined;
}
