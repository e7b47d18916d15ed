// Reads what a folder says of packages: packages.yml or dependencies.yml, the name in dbt_project.yml, the lock file.
// packages.yml is rendered (env_var, var; secrets allowed), dependencies.yml is not, as in dbt.

import { join, relative } from "node:path";
import {
  type Checked,
  type Diagnostic,
  EtlError,
  errorAt,
  type Place,
  warningAt,
} from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { didYouMean } from "../../base/nearest.ts";
import type { YamlFile } from "../../config/config.ts";
import { ValueRenderer } from "../../config/render-values.ts";
import { readYaml } from "../../config/yaml.ts";
import { fromPlain } from "../../jinja/json.ts";
import type { Dict } from "../../jinja/value.ts";
import { type PackageSpec, parsePackageSpecs } from "./spec.ts";

/** Specs with the file that they were read from, for places. */
export interface SpecsOfFolder extends Checked<readonly PackageSpec[]> {
  place(spec: PackageSpec): Place;
}

const LOCK_FILE = "package-lock.yml";

export class PackageFiles {
  private readonly renderer: ValueRenderer;

  /**
   * @param projectFolder absolute folder of the root project, for paths in messages
   * @param vars `--vars`
   */
  constructor(
    private readonly host: Host,
    private readonly projectFolder: string,
    vars: Dict,
  ) {
    this.renderer = new ValueRenderer({ env: host.env, vars, secrets: true });
  }

  /** What the packages file of a folder asks for; none where there is no such file. */
  specs(folder: string): SpecsOfFolder {
    for (const name of ["packages.yml", "dependencies.yml"]) {
      const path = join(folder, name);
      if (this.host.files.stat(path)?.kind === "file") return this.readSpecs(path, name === "packages.yml");
    }
    return { value: [], diagnostics: [], place: () => ({ file: "packages.yml", line: 1, column: 1 }) };
  }

  /** The specs of a hub answer's `packages`; entries that are wrong there are the hub's own and are left out. */
  hubSpecs(entries: readonly unknown[], place: Place): readonly PackageSpec[] {
    const value = fromPlain(entries);
    return parsePackageSpecs({ file: place.file, value, place: () => place }, value, value, []);
  }

  /** The packages of the lock file, when it was made from the same specs; undefined when it must be made anew. */
  locked(hash: string): readonly PackageSpec[] | undefined {
    const path = join(this.projectFolder, LOCK_FILE);
    if (this.host.files.stat(path)?.kind !== "file") return undefined;
    const { value: file } = readYaml(this.host.files.readText(path), LOCK_FILE);
    if (!(file?.value instanceof Map) || file.value.get("sha1_hash") !== hash) return undefined;
    const wrong: Diagnostic[] = [];
    const written = file.value.get("packages") ?? null;
    const specs = parsePackageSpecs(
      file,
      this.renderer.render(file, written, ["packages"], wrong),
      written,
      wrong,
    );
    return wrong.length > 0 ? undefined : specs;
  }

  /** @throws EtlError when the folder holds no dbt_project.yml with a name */
  projectName(folder: string, label: string, place: Place): string {
    const path = join(folder, "dbt_project.yml");
    if (this.host.files.stat(path)?.kind !== "file") {
      throw new EtlError([
        errorAt("package-refused", `${label} is not a dbt project: it has no dbt_project.yml`, place),
      ]);
    }
    const { value: file, diagnostics } = readYaml(this.host.files.readText(path), this.shown(path));
    if (!file) throw new EtlError(diagnostics);
    const name = file.value instanceof Map ? file.value.get("name") : undefined;
    if (typeof name !== "string" || name === "") {
      throw new EtlError([errorAt("package-refused", `the dbt_project.yml of ${label} has no name`, place)]);
    }
    return name;
  }

  private readSpecs(path: string, rendered: boolean): SpecsOfFolder {
    const { value: file, diagnostics } = readYaml(this.host.files.readText(path), this.shown(path));
    if (!file)
      return { value: [], diagnostics, place: () => ({ file: this.shown(path), line: 1, column: 1 }) };
    const found: Diagnostic[] = [...diagnostics];
    const written = this.packagesOf(file, found);
    const value = rendered ? this.renderer.render(file, written, ["packages"], found) : written;
    const specs = parsePackageSpecs(file, value, written, found);
    return { value: specs, diagnostics: found, place: (spec) => file.place(["packages", spec.index]) };
  }

  private packagesOf(file: YamlFile, found: Diagnostic[]) {
    if (file.value === null) return null;
    if (!(file.value instanceof Map)) {
      found.push(
        errorAt("packages-invalid", "a packages file has the key packages", file.place([]), {
          help: "packages:\n  - package: dbt-labs/dbt_utils",
        }),
      );
      return null;
    }
    const known = ["packages", "projects", "config", "version"];
    for (const key of file.value.keys()) {
      if (typeof key !== "string" || known.includes(key)) continue;
      found.push(
        warningAt("key-unknown", `"${key}" is not a key of a packages file`, file.place([key], "key"), {
          help: didYouMean(key, known),
        }),
      );
    }
    return file.value.get("packages") ?? null;
  }

  private shown(path: string): string {
    const inside = relative(this.projectFolder, path).replaceAll("\\", "/");
    return inside.startsWith("..") ? path : inside;
  }
}
