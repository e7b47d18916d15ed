// Which macro a name means. dbt's order: the package of the node, the root project, then the adapter's and the
// built-in package; `package.name` looks into that package alone; `dispatch` tries the adapter's name, its parents'
// and "default" in each package of the search order. Source: dbt-core, context/macros.py and providers.py.

import { nearest } from "../base/nearest.ts";
import type { ProjectFile } from "../config/config.ts";
import type { Environment, MacroTemplate } from "../jinja/environment.ts";
import type { Macro } from "../manifest/manifest.ts";

/** The name under which templates reach the internal packages as one: `dbt.star`. */
export const BUILT_IN_PACKAGE = "dbt";

export interface MacroIndexOptions {
  readonly environment: Environment;
  readonly macros: Iterable<Macro>;
  readonly rootProject: string;
  /** Searched last, in this order, e.g. ["dbt_duckdb", "dbt"]. */
  readonly internalPackages: readonly string[];
  readonly dispatch: ProjectFile["dispatch"];
  /** The adapter's own type, its parents, "default". */
  readonly adapterTypes: readonly string[];
  /** Whether installed packages may replace built-in materializations; false unless the project's flag says so. */
  readonly packageOverrides?: boolean;
}

type Macros = Map<string, Macro>;

const NONE: ReadonlyMap<string, Macro> = new Map();

/** Made once for an invocation; macros are compiled when they are first called. */
export class MacroIndex {
  readonly rootProject: string;
  private readonly environment: Environment;
  private readonly byPackage = new Map<string, Macros>();
  private readonly internal: Macros = new Map();
  private readonly internalNames: ReadonlySet<string>;
  private readonly searchOrders: ReadonlyMap<string, readonly string[]>;
  private readonly prefixes: readonly string[];
  private readonly packageOverrides: boolean;
  private readonly templates = new Map<Macro, MacroTemplate>();
  private readonly dispatched = new Map<string, Macro | null>();

  constructor(options: MacroIndexOptions) {
    this.rootProject = options.rootProject;
    this.environment = options.environment;
    this.internalNames = new Set(options.internalPackages);
    this.searchOrders = new Map(options.dispatch.map((entry) => [entry.macroNamespace, entry.searchOrder]));
    this.prefixes = options.adapterTypes;
    this.packageOverrides = options.packageOverrides ?? false;
    for (const macro of options.macros) {
      const macros = this.byPackage.get(macro.packageName);
      if (macros) macros.set(macro.name, macro);
      else this.byPackage.set(macro.packageName, new Map([[macro.name, macro]]));
    }
    for (const name of [...options.internalPackages].reverse()) {
      for (const macro of this.byPackage.get(name)?.values() ?? []) this.internal.set(macro.name, macro);
    }
  }

  /** The macro that an unqualified name means in templates of a package. */
  find(name: string, fromPackage: string): Macro | undefined {
    return (
      this.project(fromPackage).get(name) ??
      this.project(this.rootProject).get(name) ??
      this.internal.get(name)
    );
  }

  /**
   * The macro that a name means at the command line: the root project's, else any package's, the built-in ones last. The
   * last package that has it wins, as in dbt (Manifest.find_macro_by_name).
   */
  findAnywhere(name: string): Macro | undefined {
    const installed = this.otherPackages().flatMap((macros) => macros.get(name) ?? []);
    return this.project(this.rootProject).get(name) ?? installed.at(-1) ?? this.internal.get(name);
  }

  /** `packageName.name`; "dbt" stands for all internal packages. */
  findIn(packageName: string, name: string): Macro | undefined {
    return this.namespace(packageName).get(name);
  }

  /** True when `name` is a package that templates can look into. */
  hasPackage(name: string): boolean {
    return name === BUILT_IN_PACKAGE || (this.byPackage.has(name) && !this.internalNames.has(name));
  }

  /** True for macros that come with the program, false for those of the project and of packages, whatever these are called. */
  isBuiltIn({ packageName }: Pick<Macro, "packageName">): boolean {
    return this.internalNames.has(packageName);
  }

  /** True when the node's package or the root project has a macro of this name, which hides a package of that name. */
  isProjectMacro(name: string, fromPackage: string): boolean {
    return this.project(fromPackage).has(name) || this.project(this.rootProject).has(name);
  }

  /** Names of the packages with macros, "dbt" included. */
  packages(): readonly string[] {
    return [...this.byPackage.keys()]
      .filter((name) => !this.internalNames.has(name))
      .concat(BUILT_IN_PACKAGE);
  }

  /** Macros of a package, for `dbt_utils.items()` and did-you-mean. */
  macrosOf(packageName: string): ReadonlyMap<string, Macro> {
    return this.namespace(packageName);
  }

  /**
   * `adapter.dispatch(name, namespace)`.
   * @param namespace null: only the order of `find`; a package: its `search_order` in dbt_project.yml, else the root
   *   project and the package itself
   */
  dispatch(name: string, namespace: string | null, fromPackage: string): Macro | undefined {
    const key = `${fromPackage}\0${namespace ?? ""}\0${name}`;
    let found = this.dispatched.get(key);
    if (found === undefined) {
      found = this.search(name, namespace, fromPackage) ?? null;
      this.dispatched.set(key, found);
    }
    return found ?? undefined;
  }

  /** The names that `dispatch` tries, in order, for the message when there is none. */
  attempts(name: string, namespace: string | null): readonly string[] {
    return this.searchPackages(namespace).flatMap((packageName) =>
      this.prefixes.map((prefix) =>
        packageName === null ? `${prefix}__${name}` : `${packageName}.${prefix}__${name}`,
      ),
    );
  }

  /**
   * The macro of a materialization: what is written for the adapter (or a parent) before what is for "default", and
   * for each the root project before other packages before the internal ones. A package does not replace a built-in
   * materialization unless the flag allows it (dbt: require_explicit_package_overrides_for_builtin_materializations).
   */
  materialization(name: string, adapterType: string): Macro | undefined {
    const types = [...new Set([adapterType, ...this.prefixes])]
      .filter((type) => type !== "default")
      .concat("default");
    const builtIn = types.some((type) => this.internal.has(`materialization_${name}_${type}`));
    const packages = builtIn && !this.packageOverrides ? [] : this.otherPackages();
    const order = [this.project(this.rootProject), ...packages, this.internal];
    for (const type of types) {
      for (const macros of order) {
        const macro = macros.get(`materialization_${name}_${type}`);
        if (macro) return macro;
      }
    }
    return undefined;
  }

  /** Names of all materializations, for did-you-mean. */
  materializations(): ReadonlySet<string> {
    const names = new Set<string>();
    for (const macros of this.byPackage.values()) {
      for (const macro of macros.values())
        if (macro.block.kind === "materialization") names.add(macro.block.shortName);
    }
    return names;
  }

  /** The macro of a generic test: that of the namespace, else what `find` finds. */
  genericTest(name: string, namespace: string | null, fromPackage: string): Macro | undefined {
    const macroName = `test_${name}`;
    if (namespace !== null) return this.findIn(namespace, macroName);
    return this.find(macroName, fromPackage);
  }

  /**
   * Another macro than `test` that dbt takes for it while it parses, though the test names a package: it looks for the name
   * alone then, renders with that macro in reach, and calls nothing (parser/schema_generic_tests.py, render_test_update).
   */
  hidingTest(test: Macro, fromPackage: string): Macro | undefined {
    const found = this.project(fromPackage).get(test.name) ?? this.findAnywhere(test.name);
    return found === test ? undefined : found;
  }

  /** Every name that an unqualified call could mean, for did-you-mean. */
  names(fromPackage: string): Iterable<string> {
    return new Set([
      ...this.project(fromPackage).keys(),
      ...this.project(this.rootProject).keys(),
      ...this.internal.keys(),
    ]);
  }

  /** Names of all packages that have a macro of this name: where it should have been looked for. */
  packagesWith(name: string): readonly string[] {
    return this.packages().filter((packageName) => this.namespace(packageName).has(name));
  }

  /** The nearest macro of a package, for did-you-mean. */
  nearestIn(packageName: string, name: string): string | undefined {
    return nearest(name, this.namespace(packageName).keys());
  }

  /** The compiled macro; compiled when first asked for. */
  template(macro: Macro): MacroTemplate {
    const known = this.templates.get(macro);
    if (known) return known;
    const template = this.environment.macro(macro.block);
    this.templates.set(macro, template);
    return template;
  }

  private search(name: string, namespace: string | null, fromPackage: string): Macro | undefined {
    for (const packageName of this.searchPackages(namespace)) {
      for (const prefix of this.prefixes) {
        const full = `${prefix}__${name}`;
        const macro =
          packageName === null ? this.find(full, fromPackage) : this.namespace(packageName).get(full);
        if (macro) return macro;
      }
    }
    return undefined;
  }

  private searchPackages(namespace: string | null): readonly (string | null)[] {
    if (namespace === null) return [null];
    const configured = this.searchOrders.get(namespace);
    if (configured && configured.length > 0) return configured;
    const known = namespace === BUILT_IN_PACKAGE || this.byPackage.has(namespace);
    return known ? [this.rootProject, namespace] : [null];
  }

  private project(name: string): ReadonlyMap<string, Macro> {
    return this.internalNames.has(name) ? NONE : (this.byPackage.get(name) ?? NONE);
  }

  private namespace(name: string): ReadonlyMap<string, Macro> {
    return name === BUILT_IN_PACKAGE ? this.internal : this.project(name);
  }

  private otherPackages(): readonly ReadonlyMap<string, Macro>[] {
    const others = [...this.byPackage].filter(
      ([name]) => name !== this.rootProject && !this.internalNames.has(name),
    );
    return others.map(([, macros]) => macros);
  }
}
