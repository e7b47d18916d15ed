// Operations that are in no manifest: an inline query, the macro of run-operation. They look like nodes to what compiles
// and reports them.

import type { Place } from "../base/diagnostic.ts";
import type { Value } from "../jinja/value.ts";
import type { Operation } from "../manifest/node.ts";

/** @param code template text; its lines are counted from the beginning of `place` */
export function queryNode(parts: {
  readonly kind: Operation["resourceType"];
  readonly name: string;
  readonly packageName: string;
  readonly projectName: string;
  readonly code: string;
  readonly place: Place;
}): Operation {
  const { kind, name, packageName, projectName, code, place } = parts;
  return {
    resourceType: kind,
    id: `${kind}.${projectName}.${name}`,
    name,
    packageName,
    path: place.file,
    originalFilePath: place.file,
    fqn: [packageName, name],
    place,
    rawCode: code,
    rawPlace: place,
    index: 0,
    on: null,
    description: "",
    config: new Map<Value, Value>(),
    unrenderedConfig: new Map<Value, Value>(),
    tags: [],
    meta: new Map<Value, Value>(),
    docs: { show: true, nodeColor: null },
    columns: new Map(),
    docBlocks: [],
    patchPath: null,
    patchPlace: null,
    checksum: { name: "none", checksum: "" },
    language: "sql",
    database: null,
    schema: "",
    alias: name,
    relationName: null,
    refs: [],
    sources: [],
    metrics: [],
    functions: [],
    dependsOnNodes: [],
    dependsOnMacros: [],
    buildPath: null,
    createdAt: 0,
  };
}
