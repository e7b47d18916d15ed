// Reads typed values out of a mapping of a YAML file and collects what is wrong, each mistake in words with its place
// and the value written right.

import type { Code } from "../base/codes.ts";
import { type Diagnostic, errorAt, type Place } from "../base/diagnostic.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { YamlFile } from "./config.ts";
import type { Path } from "./render-values.ts";
import { kindWords, scalarText, showValue } from "./value-words.ts";

export class MappingReader {
  /**
   * @param values the mapping, rendered
   * @param path where it stands in the file
   * @param code code of the errors
   */
  constructor(
    readonly file: YamlFile,
    readonly values: Dict,
    readonly path: Path,
    private readonly code: Code,
    private readonly diagnostics: Diagnostic[],
  ) {}

  place(key: string, at: "key" | "value" = "value"): Place {
    return this.file.place([...this.path, key], at);
  }

  /** The mapping below a key; an empty one when it is absent, null or wrong. */
  mapping(key: string, what = "a mapping (key: value)"): MappingReader {
    const value = this.values.get(key) ?? null;
    if (value !== null && !(value instanceof Map)) this.wrong(key, what, value);
    return new MappingReader(
      this.file,
      value instanceof Map ? value : new Map(),
      [...this.path, key],
      this.code,
      this.diagnostics,
    );
  }

  /** A scalar as text. */
  text(key: string): string | undefined {
    const value = this.values.get(key) ?? null;
    if (value === null) return undefined;
    const text = scalarText(value);
    if (text === undefined) this.wrong(key, "a text", value);
    return text;
  }

  /** A list of texts, or one text alone. */
  oneOrMore(key: string): readonly string[] | undefined {
    const text = scalarText(this.values.get(key) ?? null);
    return text === undefined ? this.texts(key) : [text];
  }

  /** A list of texts. */
  texts(key: string): readonly string[] | undefined {
    const value = this.values.get(key) ?? null;
    if (value === null) return undefined;
    if (!Array.isArray(value)) {
      const text = scalarText(value);
      this.wrong(key, "a list", value, text === undefined ? undefined : `write ${key}: ["${text}"]`);
      return undefined;
    }
    return value.flatMap((item, i): string[] => {
      const entry = scalarText(item);
      if (entry !== undefined) return [entry];
      if (item !== null)
        this.error(`entry ${i + 1} of "${key}" must be a text, not ${kindWords(item)}`, [key, i]);
      return [];
    });
  }

  boolean(key: string): boolean | undefined {
    const value = this.values.get(key) ?? null;
    if (value === null || typeof value === "boolean") return value ?? undefined;
    if (typeof value === "string" && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === "true";
    this.wrong(key, "true or false", value);
    return undefined;
  }

  wrong(key: string, wanted: string, value: Value, help?: string): void {
    const shown = typeof value === "string" ? `the text "${value}"` : kindWords(value);
    this.error(`"${key}" must be ${wanted}, not ${shown}`, [key], help);
  }

  error(message: string, at: Path, help?: string): void {
    this.diagnostics.push(errorAt(this.code, message, this.file.place([...this.path, ...at]), { help }));
  }

  /** Keys as texts, in the order of the file. */
  keys(): readonly string[] {
    return [...this.values.keys()].map((key) => showValue(key));
  }
}
