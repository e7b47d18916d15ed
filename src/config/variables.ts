// The value of `var()` for a package: --vars, then the root project's `vars:` (its part for the package before its
// global part), then the package's own. Source: dbt-core, context/configured.py.

import type { Dict, Value } from "../jinja/value.ts";
import type { Config, ProjectFile, Variables } from "./config.ts";

/**
 * @param cli `--vars` over vars.yml
 * @param packages project files of the installed packages
 */
export function projectVariables(
  cli: Dict,
  root: Pick<ProjectFile, "name" | "vars">,
  packages: readonly Pick<ProjectFile, "name" | "vars">[],
): Variables {
  const own = new Map([root, ...packages].map((project) => [project.name, project.vars]));
  const sources = (packageName: string): readonly Dict[] => [
    cli,
    scoped(root.vars, packageName),
    root.vars,
    scoped(own.get(packageName) ?? new Map(), packageName),
    own.get(packageName) ?? new Map(),
  ];
  return {
    cli,
    get(name, packageName) {
      for (const source of sources(packageName)) {
        const value = source.get(name);
        if (value !== undefined) return { value };
      }
      return undefined;
    },
    names(packageName) {
      const names = new Set<string>();
      for (const source of sources(packageName))
        for (const [key, value] of source)
          if (typeof key === "string" && !(value instanceof Map && own.has(key))) names.add(key);
      return names;
    },
  };
}

function scoped(vars: Dict, packageName: string): Dict {
  const value: Value | undefined = vars.get(packageName);
  return value instanceof Map ? value : new Map();
}

/** The configuration once the packages are known: their own vars are looked up last. */
export function withPackages(config: Config, packages: readonly ProjectFile[]): Config {
  return { ...config, variables: projectVariables(config.variables.cli, config.project, packages) };
}
