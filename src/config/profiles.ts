// Finds and reads profiles.yml: which file, which profile, which target, and its settings with places. Messages name the
// file that was read and never show its lines, which hold passwords. Facts from dbt-core 1.11, config/profile.py.

import type { ProfileOutput, Setting } from "../adapter/adapter.ts";
import { type Diagnostic, EtlError, errorAt, hasErrors, type Place } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { didYouMean, nearest } from "../base/nearest.ts";
import { type Dict, PyFloat, type Value } from "../jinja/value.ts";
import type { YamlFile } from "./config.ts";
import { joinPath, resolvePath, shownPath } from "./file-paths.ts";
import type { ValueRenderer } from "./render-values.ts";
import { kindWords, showValue } from "./value-words.ts";
import { readYaml } from "./yaml.ts";

export const PROFILES_FILE = "profiles.yml";

export interface ProfilesSearch {
  /** Folders that are looked into, in order. */
  readonly folders: readonly string[];
  /** The first profiles.yml among them. */
  readonly path: string | undefined;
  /** True when it lies in a folder that was named, the working folder or the project: meant for this project. */
  readonly near: boolean;
}

/**
 * Looks for profiles.yml: in the folder given, else in the working folder, the project and ~/.dbt.
 * @param given `--profiles-dir` or DBT_PROFILES_DIR
 */
export function findProfiles(
  host: Host,
  cwd: string,
  given: string | undefined,
  projectFolder: string,
): ProfilesSearch {
  const near = given === undefined ? [cwd, projectFolder] : [resolvePath(cwd, given, host.home)];
  const folders = [...new Set(given === undefined ? [...near, joinPath(host.home, ".dbt")] : near)];
  const folder = folders.find(
    (candidate) => host.files.stat(joinPath(candidate, PROFILES_FILE))?.kind === "file",
  );
  return {
    folders,
    path: folder === undefined ? undefined : joinPath(folder, PROFILES_FILE),
    near: folder !== undefined && near.includes(folder),
  };
}

export interface ProfileRequest {
  readonly path: string;
  readonly projectFolder: string;
  /** The profile's name and where it was written; no place for `--profile`. */
  readonly profile: string;
  readonly profilePlace: Place | undefined;
  /** `--target` */
  readonly target: string | undefined;
  readonly renderer: ValueRenderer;
}

/**
 * Reads one target of profiles.yml.
 * @param diagnostics gets duplicate keys
 * @throws EtlError "yaml-syntax", "profile-unknown", "target-unknown", "profile-value", "env-var-missing"
 */
export function readProfile(host: Host, request: ProfileRequest, diagnostics: Diagnostic[]): ProfileOutput {
  const file = shownPath(request.path, request.projectFolder);
  const read = readYaml(host.files.readText(request.path), file, { secret: true });
  if (!read.value) throw new EtlError(read.diagnostics);
  diagnostics.push(...read.diagnostics);
  return new ProfileReader(read.value, request, file).output();
}

class ProfileReader {
  constructor(
    private readonly yaml: YamlFile,
    private readonly request: ProfileRequest,
    private readonly file: string,
  ) {}

  output(): ProfileOutput {
    const { profile, projectFolder } = this.request;
    const raw = this.profile();
    const outputs = this.outputs(raw);
    const target = this.target(raw);
    const found = this.targetMapping(outputs, target, raw);
    const diagnostics: Diagnostic[] = [];
    const rendered = this.request.renderer.render(
      this.yaml,
      found,
      [profile, "outputs", target],
      diagnostics,
    );
    if (hasErrors(diagnostics)) throw new EtlError(diagnostics);
    const settings = rendered instanceof Map ? settingsOf(rendered) : {};
    return {
      profile,
      target,
      settings,
      projectFolder,
      place: (key) => this.settingPlace(target, key, found.has(key)),
    };
  }

  private profile(): Dict {
    const { profile, profilePlace } = this.request;
    const profiles = this.yaml.value;
    if (profiles === null)
      this.fail("profile-unknown", `${this.file} is empty`, { file: this.file, line: 1, column: 1 });
    if (!(profiles instanceof Map))
      this.fail(
        "profile-value",
        `${this.file} must hold a mapping of profiles, not ${kindWords(profiles)}`,
        this.yaml.place([]),
      );
    const raw = profiles.get(profile);
    if (raw === undefined) {
      const names = namesOf(profiles).filter((name) => name !== "config");
      this.fail(
        "profile-unknown",
        `profile "${profile}" does not exist in ${this.file}`,
        profilePlace,
        nearOrAll(profile, names, "profiles"),
        true,
      );
    }
    if (raw instanceof Map) return raw;
    const found =
      raw === null ? "is empty" : `must be a mapping with target and outputs, not ${kindWords(raw)}`;
    this.fail(
      "profile-value",
      `profile "${profile}" in ${this.file} ${found}`,
      this.yaml.place([profile], "key"),
    );
  }

  private outputs(raw: Dict): Dict {
    const { profile } = this.request;
    const outputs = raw.get("outputs") ?? null;
    if (outputs instanceof Map) return outputs;
    if (outputs !== null)
      this.fail(
        "profile-value",
        `"outputs" of profile "${profile}" must be a mapping of targets, not ${kindWords(outputs)}`,
        this.place(["outputs"]),
      );
    const near = nearest("outputs", namesOf(raw));
    const root = this.yaml.value;
    if (root instanceof Map && root.has("outputs"))
      this.fail(
        "profile-value",
        `profile "${profile}" in ${this.file} has no "outputs", which stands at the top level`,
        this.yaml.place(["outputs"], "key"),
        `indent it, so that it stands below ${profile}:`,
      );
    this.fail(
      "profile-value",
      `profile "${profile}" in ${this.file} has no "outputs"`,
      this.yaml.place([profile], "key"),
      near ? `"${near}" should be "outputs"` : "its targets stand under outputs:",
    );
  }

  private target(raw: Dict): string {
    if (this.request.target !== undefined) return this.request.target;
    const value = raw.get("target") ?? null;
    if (value === null) return "default";
    const diagnostics: Diagnostic[] = [];
    const rendered = this.request.renderer.render(
      this.yaml,
      value,
      [this.request.profile, "target"],
      diagnostics,
    );
    if (hasErrors(diagnostics)) throw new EtlError(diagnostics);
    return showValue(rendered);
  }

  private targetMapping(outputs: Dict, target: string, raw: Dict): Dict {
    const { profile } = this.request;
    const found = outputs.get(target) ?? [...outputs].find(([name]) => showValue(name) === target)?.[1];
    if (found === undefined) {
      const fromFile = this.request.target === undefined && raw.has("target");
      const place = this.place(fromFile ? ["target"] : ["outputs"], fromFile ? "value" : "key");
      this.fail(
        "target-unknown",
        `profile "${profile}" in ${this.file} has no target "${target}"`,
        place,
        nearOrAll(target, namesOf(outputs), "targets"),
      );
    }
    if (found instanceof Map) return found;
    this.fail(
      "profile-value",
      `target "${target}" of profile "${profile}" must be a mapping with type and settings, not ${kindWords(found)}`,
      this.place(["outputs", target], "key"),
    );
  }

  /** The value of a setting; for one that is absent the name of the target that lacks it. */
  private settingPlace(target: string, key: string, exists: boolean): Place {
    return exists ? this.place(["outputs", target, key]) : this.place(["outputs", target], "key");
  }

  private place(path: readonly string[], at: "key" | "value" = "value"): Place {
    return this.yaml.place([this.request.profile, ...path], at);
  }

  private fail(
    code: Parameters<typeof errorAt>[0],
    message: string,
    place: Place | undefined,
    help?: string,
    frame = false,
  ): never {
    throw new EtlError([
      errorAt(code, message, place, {
        help,
        ...(frame ? {} : { frame: false as const }),
      }),
    ]);
  }
}

function namesOf(dict: Dict): readonly string[] {
  return [...dict.keys()].map((key) => showValue(key));
}

function nearOrAll(name: string, names: readonly string[], what: string): string {
  const near = didYouMean(name, names);
  const list = names.length === 0 ? `there are no ${what}` : `${what}: ${names.join(", ")}`;
  return near === undefined ? list : `${near} (${list})`;
}

/** A rendered mapping as plain data. */
export function settingsOf(dict: Dict): Record<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const [key, value] of dict) settings.set(showValue(key), settingOf(value));
  return Object.fromEntries(settings);
}

function settingOf(value: Value): Setting {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof PyFloat) return value.value;
  if (Array.isArray(value)) return value.map(settingOf);
  return value instanceof Map ? settingsOf(value) : showValue(value);
}

/**
 * The error for a project that names a profile while there is no profiles.yml.
 * @param sample Adapter.sampleProfile of the embedded engine
 */
export function noProfiles(
  search: ProfilesSearch,
  profile: string,
  place: Place | undefined,
  sample: string,
): Diagnostic {
  const lines = [`${profile}:`, "  target: dev", "  outputs:", "    dev:"];
  for (const line of sample.trimEnd().split("\n")) lines.push(`      ${line}`);
  return errorAt(
    "profiles-missing",
    `there is no ${PROFILES_FILE}, which must hold the profile "${profile}"; searched in ${search.folders.join(", ")}`,
    place,
    {
      notes: [{ message: `a ${PROFILES_FILE} that works at once:\n${lines.join("\n")}` }],
      help: `write it to ${joinPath(search.folders[0] ?? ".", PROFILES_FILE)}, or name its folder with --profiles-dir`,
    },
  );
}
