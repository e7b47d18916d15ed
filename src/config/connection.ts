// From a project to the warehouse that it is built in: profile, adapter, credentials. A project without `profile:` is
// built in a database file of the embedded engine; one with it needs a profiles.yml (see decisions in src/README.md).

import type { Adapter, Credentials, ProfileOutput } from "../adapter/adapter.ts";
import {
  type AdapterSearch,
  bundledAdapters,
  loadAdapter,
  loadBundledAdapter,
  loadParents,
} from "../adapter/registry.ts";
import { type Diagnostic, EtlError, errorAt } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import type { YamlFile } from "./config.ts";
import type { Flags } from "./flags.ts";
import { findProfiles, noProfiles, PROFILES_FILE, type ProfilesSearch, readProfile } from "./profiles.ts";
import type { ValueRenderer } from "./render-values.ts";
import { showValue } from "./value-words.ts";

export interface Connection {
  readonly profile: ProfileOutput;
  readonly adapter: Adapter;
  /** Adapters whose macros are tried after its own. */
  readonly parentAdapters: readonly Adapter[];
  readonly credentials: Credentials;
}

export interface ConnectionRequest {
  readonly yaml: YamlFile;
  readonly projectFolder: string;
  readonly cwd: string;
  readonly flags: Flags;
  readonly renderer: ValueRenderer;
}

/**
 * @param diagnostics gets warnings of profiles.yml and of the adapter
 * @throws EtlError for everything that keeps the profile from being read
 */
export async function findConnection(
  host: Host,
  request: ConnectionRequest,
  diagnostics: Diagnostic[],
): Promise<Connection> {
  const { yaml, projectFolder, cwd, flags, renderer } = request;
  const search = findProfiles(host, cwd, flags.text("profiles_dir"), projectFolder);
  const name = flags.text("profile") ?? profileName(yaml, renderer);
  if (name === undefined) {
    if (search.near) throw new EtlError([withoutProfile(yaml, search)]);
    return embedded(yaml, projectFolder);
  }
  const place = flags.text("profile") === undefined ? yaml.place(["profile"]) : undefined;
  if (search.path === undefined)
    throw new EtlError([noProfiles(search, name, place, (await embeddedAdapter()).adapter.sampleProfile)]);
  const target = flags.text("target");
  const profile = readProfile(
    host,
    { path: search.path, projectFolder, profile: name, profilePlace: place, target, renderer },
    diagnostics,
  );
  const { adapter, parentAdapters } = await adapterOf(profile, host);
  const checked = adapter.credentials(profile, host);
  if (!checked.value) throw new EtlError(checked.diagnostics);
  diagnostics.push(...checked.diagnostics);
  return { profile, adapter, parentAdapters, credentials: checked.value };
}

/** The connection of commands that need none (deps, clean) where there is no profile. */
export function unusedConnection(yaml: YamlFile, projectFolder: string): Promise<Connection> {
  return embedded(yaml, projectFolder);
}

function profileName(yaml: YamlFile, renderer: ValueRenderer): string | undefined {
  const value = yaml.value instanceof Map ? (yaml.value.get("profile") ?? null) : null;
  if (value === null) return undefined;
  const diagnostics: Diagnostic[] = [];
  const rendered = renderer.render(yaml, value, ["profile"], diagnostics);
  if (diagnostics.length > 0) throw new EtlError(diagnostics);
  return showValue(rendered);
}

function withoutProfile(yaml: YamlFile, search: ProfilesSearch): Diagnostic {
  const name = yaml.value instanceof Map ? showValue(yaml.value.get("name") ?? "my_profile") : "my_profile";
  return errorAt(
    "project-value",
    `${yaml.file} does not say which profile of ${search.path ?? PROFILES_FILE} to use`,
    yaml.place(["name"], "key"),
    {
      help: `add the line profile: ${name}, with the name of a profile in ${PROFILES_FILE}`,
    },
  );
}

async function adapterOf(
  profile: ProfileOutput,
  host: Host,
): Promise<Pick<Connection, "adapter" | "parentAdapters">> {
  const { type } = profile.settings;
  const what = `target "${profile.target}" of profile "${profile.profile}"`;
  if (typeof type !== "string")
    throw new EtlError([
      errorAt("profile-value", `${what} has no "type"`, profile.place("type"), {
        frame: false,
        help: `add the line type: with an adapter: ${bundledAdapters.join(", ")}`,
      }),
    ]);
  try {
    const { projectFolder } = profile;
    const search: AdapterSearch = { projectFolder, files: host.files, place: profile.place("type") };
    const adapter = await loadAdapter(type, search);
    return { adapter, parentAdapters: await loadParents(adapter, search) };
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    throw new EtlError(error.diagnostics.map((diagnostic) => ({ ...diagnostic, frame: false as const })));
  }
}

/** The first of our adapters that needs no profile, with what gives its credentials. */
async function embeddedAdapter(): Promise<{
  readonly adapter: Adapter;
  readonly credentialsOf: NonNullable<Adapter["defaultCredentials"]>;
}> {
  for (const type of bundledAdapters) {
    const adapter = await loadBundledAdapter(type);
    if (adapter?.defaultCredentials) return { adapter, credentialsOf: adapter.defaultCredentials };
  }
  throw new Error("no bundled adapter works without a profile");
}

async function embedded(yaml: YamlFile, projectFolder: string): Promise<Connection> {
  const name = yaml.value instanceof Map ? showValue(yaml.value.get("name") ?? "project") : "project";
  const { adapter, credentialsOf } = await embeddedAdapter();
  const credentials = credentialsOf(name, projectFolder);
  const settings = { type: adapter.type };
  return {
    adapter,
    parentAdapters: [],
    credentials,
    profile: { profile: name, target: "dev", settings, place: () => undefined, projectFolder },
  };
}
