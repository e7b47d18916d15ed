// How the statements of one node are told from others (`client_tags`, `http_headers` of its config): by tags the server
// chooses a resource group, by headers a gateway chooses the server. Facts from dbt-trino 1.11, impl.py.

import { isOperationMap, type Operation, type OperationData } from "../../src/adapter/operation.ts";
import { headerProblem, tagProblem } from "./credentials.ts";

export const operations = {
  route_queries: {
    kind: "warehouse",
    parameters: ["client_tags", "http_headers"],
    parsing: null,
    reads: true,
  },
} as const satisfies Readonly<Record<string, Operation>>;

export interface Routing {
  /** In the place of those of the profile; undefined: those stay. */
  readonly tags: readonly string[] | undefined;
  /** Beside those of the profile. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns what a node's configs ask for, or what is wrong with them in words */
export function readRouting(tags: OperationData, headers: OperationData): Routing | string {
  const isTexts = tags === null || (Array.isArray(tags) && tags.every((tag) => typeof tag === "string"));
  if (!isTexts) return "client_tags must be a list of texts";
  if (headers !== null && !isOperationMap(headers)) return "http_headers must be a mapping of names to texts";
  const written = Object.entries(headers ?? {});
  if (!written.every(([, value]) => typeof value === "string"))
    return "http_headers must be a mapping of names to texts";
  const given = tags === null ? undefined : (tags as readonly string[]);
  const texts = written.map(([name, value]) => [name, String(value)] as const);
  const problem =
    tagProblem(given ?? []) ??
    texts.map(([name, value]) => headerProblem(name, value)).find((one) => one !== undefined);
  return problem ?? { tags: given, headers: Object.fromEntries(texts) };
}
