// What a method of selection gives: a test for resources, or the error for a value that it does not know.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Resource } from "../manifest/node.ts";
import type { PreviousState } from "../manifest/previous-state.ts";
import type { Criterion } from "./criterion.ts";

export type Matcher = (resource: Resource) => boolean;

export interface MethodDeps {
  readonly manifest: Manifest;
  readonly previous: PreviousState | undefined;
}

/** The error for a value that a method with a fixed list of values does not have. */
export function wrongValue(criterion: Criterion, known: readonly string[]): EtlError {
  const near = nearest(String(criterion.value), known);
  return new EtlError([
    errorAt(
      "selection-invalid",
      `${criterion.method} cannot be "${String(criterion.value)}" (in "${criterion.raw}")`,
      criterion.place,
      {
        help: near ? `did you mean "${criterion.method}:${near}"?` : `values: ${known.join(", ")}`,
      },
    ),
  ]);
}
