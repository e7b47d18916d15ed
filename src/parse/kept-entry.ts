// Entries of properties files that did not change since the last parse: their names are known, and what stands in them is
// read when somebody asks for it. After most edits nobody does.

import type { Diagnostic, Place } from "../base/diagnostic.ts";
import type { Dict, Value } from "../jinja/value.ts";
import type { SourceFile } from "../project/project.ts";
import type { Entry } from "./properties.ts";
import type { Section } from "./property-keys.ts";

/** What is kept of a properties file. */
export interface KeptProperties {
  readonly entries: readonly {
    readonly section: Section;
    readonly name: string;
    readonly keys: readonly Value[];
  }[];
  /** Descriptions in it name docs blocks. */
  readonly usesDocs: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** What to keep of a properties file. */
export function propertiesToKeep(
  entries: readonly Entry[],
  text: string,
  diagnostics: readonly Diagnostic[],
): KeptProperties {
  return {
    entries: entries.map(({ section, name, keys }) => ({ section, name, keys })),
    usesDocs: /\bdoc\s*\(/.test(text),
    diagnostics,
  };
}

/**
 * The entries of a file as they were.
 * @param read reads the file; called once, if at all
 */
export function keptEntries(
  file: SourceFile,
  { entries }: KeptProperties,
  read: () => readonly Entry[],
): readonly Entry[] {
  let found: readonly Entry[] | undefined;
  return entries.map(({ section, name, keys }, position) => {
    const load = (): Entry => {
      found ??= read();
      return found[position] as Entry;
    };
    return new KeptEntry(section, file, position, name, keys, load);
  });
}

class KeptEntry implements Entry {
  constructor(
    readonly section: Section,
    readonly file: SourceFile,
    readonly position: number,
    readonly name: string,
    readonly keys: readonly Value[],
    private readonly load: () => Entry,
  ) {}

  get written(): Dict {
    return this.load().written;
  }

  get values(): Dict {
    return this.load().values;
  }

  place(path?: readonly (string | number)[], at?: "key" | "value"): Place {
    return this.load().place(path, at);
  }
}
