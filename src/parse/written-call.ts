// A ref or source that stands in a properties file as text: what an exposure depends on, the model of a semantic model,
// the table of a foreign key, an argument of a data test.

import type { Place } from "../base/diagnostic.ts";
import type { RefCall, SourceCall } from "../manifest/node.ts";
import { type StaticCall, staticCalls } from "./static-calls.ts";
import { asVersion } from "./value-shapes.ts";

/** @returns undefined for a text that is no call of ref or source with literal names */
export function writtenCall(text: string, place: Place): RefCall | SourceCall | undefined {
  const call = staticCalls(`{{ ${text} }}`)?.[0];
  return call && referenceOf(call, place);
}

/** What a call with literal arguments refers to; undefined for a call of something else. */
export function referenceOf(
  { name, args, kwargs }: StaticCall,
  place: Place,
): RefCall | SourceCall | undefined {
  const [first, second] = args;
  if (name === "config" || typeof first !== "string") return undefined;
  if (name === "source")
    return typeof second === "string" ? { source: first, table: second, place } : undefined;
  const version = asVersion(kwargs.get("version") ?? kwargs.get("v"));
  return typeof second === "string"
    ? { name: second, packageName: first, version, place }
    : { name: first, packageName: null, version, place };
}
