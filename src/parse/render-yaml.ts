// Renders the templates in properties files, with the context that dbt gives them: vars, env_var, target, no ref.

import type { Diagnostic } from "../base/diagnostic.ts";
import type { YamlFile } from "../config/config.ts";
import { diagnose } from "../context/diagnose.ts";
import type { SharedScope } from "../context/scope.ts";
import { yamlGlobals } from "../context/yaml-globals.ts";
import { drive } from "../jinja/drive.ts";
import type { Globals } from "../jinja/environment.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
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
  const text = (
    source: string,
    file: SourceFile,
    yaml: YamlFile,
    path: readonly (string | number)[],
  ): Value => {
    // Jinja drops one line break at the end of a template, with or without expressions in it.
    if (!/\{[{%#]/.test(source)) return source.endsWith("\n") ? source.slice(0, -1) : source;
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
  const render: RenderEntry = (file, yaml, value, path, keep) => {
    if (keep(path)) return value;
    if (typeof value === "string") return text(value, file, yaml, path);
    if (Array.isArray(value))
      return value.map((item, index) => render(file, yaml, item, [...path, index], keep));
    if (!(value instanceof Map)) return value;
    const rendered = new Map<Value, Value>();
    for (const [key, item] of value)
      rendered.set(
        key,
        render(file, yaml, item, [...path, typeof key === "number" ? key : String(key)], keep),
      );
    return rendered;
  };
  return render;
}
