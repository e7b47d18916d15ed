// A ref or source that stands in a properties file as text: what an exposure depends on, the model of a semantic model,
// the table of a foreign key.

import type { Place } from "../base/diagnostic.ts";
import type { RefCall, SourceCall } from "../manifest/node.ts";
import { staticCalls } from "./static-calls.ts";
import { asVersion } from "./value-shapes.ts";

/** @returns undefined for a text that is no call of ref or source with literal names */
export function writtenCall(text: string, place: Place): RefCall | SourceCall | undefined {
  const call = staticCalls(`{{ ${text} }}`)?.[0];
  const [first, second] = call?.args ?? [];
  if (call === undefined || typeof first !== "string") return undefined;
  if (call.name === "source")
    return typeof second === "string" ? { source: first, table: second, place } : undefined;
  if (call.name !== "ref") return undefined;
  const version = asVersion(call.kwargs.get("version") ?? call.kwargs.get("v"));
  return typeof second === "string"
    ? { name: second, packageName: first, version, place }
    : { name: first, packageName: null, version, place };
}
