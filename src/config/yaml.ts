// Reads a YAML file into Values with places. The one way in which any part of the program reads YAML, so that all of it
// is read as dbt reads it (PyYAML, YAML 1.1) and every mistake is told in the same words.

import { type Checked, type Diagnostic, type Place, warningAt } from "../base/diagnostic.ts";
import type { Value } from "../jinja/value.ts";
import { LineIndex } from "./line-index.ts";
import { showValue } from "./value-words.ts";
import { type Composed, composeYaml } from "./yaml-composer.ts";
import { YamlFault } from "./yaml-fault.ts";
import type { Duplicate } from "./yaml-members.ts";
import { describeFault } from "./yaml-mistakes.ts";

/** A YAML file that was read: its value, and the place of anything in it when a message needs one. */
export interface YamlFile {
  readonly file: string;
  readonly value: Value;
  /** Place of the value (or, with `key`, of the key) at a path; the nearest existing ancestor when it is not there. */
  place(path: readonly (string | number)[], at?: "key" | "value"): Place;
}

export type CheckedYaml = Checked<YamlFile | undefined>;

/**
 * @param text the text of a YAML file
 * @param file its name for messages, see Place.file
 * @param options.secret the file can hold secrets: no message repeats its text
 * @returns the file, undefined when it cannot be read; a "yaml-syntax" error where the mistake begins, and a
 *   "yaml-duplicate-key" warning for each key that stands twice in one mapping
 */
export function readYaml(
  text: string,
  file: string,
  options: { readonly secret?: boolean } = {},
): CheckedYaml {
  const lines = new LineIndex(text, file);
  try {
    const composed = composeYaml(text);
    const diagnostics = composed.duplicates.map((duplicate) => duplicateKey(duplicate, lines));
    return { value: new PlacedYaml(file, composed, lines), diagnostics: hidden(diagnostics, options.secret) };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    const diagnostics = [describeFault(error, lines, options.secret === true)];
    return { value: undefined, diagnostics: hidden(diagnostics, options.secret) };
  }
}

function hidden(diagnostics: readonly Diagnostic[], secret: boolean | undefined): readonly Diagnostic[] {
  return secret ? diagnostics.map((diagnostic) => ({ ...diagnostic, frame: false as const })) : diagnostics;
}

function duplicateKey({ key, first, second }: Duplicate, lines: LineIndex): Diagnostic {
  const name = showValue(key);
  const before = lines.place(first, first + name.length);
  return warningAt(
    "yaml-duplicate-key",
    `the key "${name}" stands twice in one mapping: the first one, in line ${before.line}, is lost`,
    lines.place(second, second + name.length),
    { notes: [{ message: "this one is lost", place: before }], help: `join the two, or remove one of them` },
  );
}

class PlacedYaml implements YamlFile {
  readonly value: Value;

  constructor(
    readonly file: string,
    private readonly composed: Composed,
    private readonly lines: LineIndex,
  ) {
    this.value = composed.value;
  }

  place(path: readonly (string | number)[], at: "key" | "value" = "value"): Place {
    let container: Value = this.composed.value;
    let span: readonly number[] = [
      this.composed.start,
      this.composed.end,
      this.composed.start,
      this.composed.end,
    ];
    for (const step of path) {
      const next = this.member(container, step);
      if (!next) break;
      span = next.span;
      container = next.value;
    }
    const [keyStart = 0, keyEnd = 0, valueStart = 0, valueEnd = 0] = span;
    const onKey = at === "key" || (valueStart === valueEnd && keyEnd > keyStart);
    return onKey ? this.lines.place(keyStart, keyEnd) : this.lines.place(valueStart, valueEnd);
  }

  private member(
    container: Value,
    step: string | number,
  ): { readonly value: Value; readonly span: readonly number[] } | undefined {
    if (!Array.isArray(container) && !(container instanceof Map)) return undefined;
    const spans = this.composed.spans.get(container) ?? [];
    const index = Array.isArray(container) ? Number(step) : indexOfKey(container, step);
    const value = Array.isArray(container) ? container[index] : container.get(step);
    if (value === undefined) return undefined;
    return { value, span: spans.slice(index * 4, index * 4 + 4) };
  }
}

function indexOfKey(map: ReadonlyMap<Value, Value>, key: Value): number {
  let index = 0;
  for (const one of map.keys()) {
    if (one === key) return index;
    index++;
  }
  return -1;
}
