// The properties files of a project and its packages, in the order in which dbt reads them.

import type { Diagnostic } from "../base/diagnostic.ts";
import type { SourceFile } from "../project/project.ts";
import { type KeptProperties, keptEntries, propertiesToKeep } from "./kept-entry.ts";
import { type Entry, namesInText, readProperties } from "./properties.ts";
import { entryRenderer } from "./render-yaml.ts";
import type { ParseSession } from "./session.ts";

/**
 * Adds the entries of all properties files to those of the session. Files that did not change since the last parse are
 * not read: their entries are, when somebody asks for what stands in one.
 * @returns what to keep of each file, by path
 */
export function readAllProperties(session: ParseSession): ReadonlyMap<string, KeptProperties> {
  const { shared, project, properties, previous } = session;
  const render = entryRenderer(shared, session.diagnostics);
  const read = (file: SourceFile, told: Diagnostic[]): readonly Entry[] | undefined =>
    readProperties(file, session.textOf(file), render, shared.adapter, told);
  const kept = new Map<string, KeptProperties>();
  for (const one of project.packages) {
    // What packages write in their properties is not the user's to mend: only errors are told.
    const isOwn = one === project.root || one.name === project.root.name;
    for (const file of one.files) {
      if (file.kind !== "properties") continue;
      const before = previous?.properties(file);
      const told: Diagnostic[] = [];
      const entries = before ? keptEntries(file, before, () => read(file, []) ?? []) : read(file, told);
      for (const entry of entries ?? []) properties.add(entry);
      if (!entries) for (const name of namesInText(session.textOf(file))) session.brokenNames.add(name);
      const own = isOwn ? told : told.filter(({ severity }) => severity === "error");
      const now = before ?? propertiesToKeep(entries ?? [], session.textOf(file), own);
      session.diagnostics.push(...now.diagnostics);
      kept.set(file.path, now);
    }
  }
  return kept;
}
