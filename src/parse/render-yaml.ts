// Renders the templates in properties files, with the context that dbt gives them: vars, env_var, target, no ref.

import type { Diagnostic } from "../base/diagnostic.ts";
import type { YamlFile } from "../config/config.ts";
import { type Path, renderLeaves } from "../config/render-values.ts";
import { diagnose } from "../context/diagnose.ts";
import type { SharedScope } from "../context/scope.ts";
import { yamlGlobals } from "../context/yaml-globals.ts";
import { drive } from "../jinja/drive.ts";
import type { Globals } from "../jinja/environment.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
import { hasTemplate, plainRendered } from "../jinja/source.ts";
import type { Value } from "../jinja/value.ts";
import type { SourceFile } from "../project/project.ts";
import type { RenderEntry } from "./properties.ts";

/** @param diagnostics gets the mistakes in templates, each at its place */
export function entryRenderer(shared: SharedScope, diagnostics: Diagnostic[]): RenderEntry {
  const globals = new Map<string, Globals>();
  const globalsOf = (packageName: string): Globals => {
    let found = globals.get(packageName);
    if (!found) {
      found = yamlGlobals(shared, packageName);
      globals.set(packageName, found);
    }
    return found;
  };
  const text = (source: string, file: SourceFile, yaml: YamlFile, path: Path): Value => {
    if (!hasTemplate(source)) return plainRendered(source);
    const place = yaml.place(path);
    try {
      const template = shared.environment.compile({ file: file.file, text: source, line: place.line });
      return drive(template.renderValue(globalsOf(file.packageName)), () =>
        raise("CompilationError", "nothing can be asked of the warehouse here"),
      );
    } catch (error) {
      if (!(error instanceof JinjaError)) throw error;
      diagnostics.push({
        ...diagnose(error, { packageName: file.packageName, macros: shared.macros }),
        place,
      });
      return source;
    }
  };
  return (file, yaml, value, path, keep) =>
    renderLeaves(value, path, keep, (leaf, at) =>
      typeof leaf === "string" ? text(leaf, file, yaml, at) : leaf,
    );
}
