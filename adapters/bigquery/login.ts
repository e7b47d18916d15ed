// How the service learns who asks: the methods of dbt-bigquery's profiles. Keys of service accounts are read here, so that
// what is wrong with one is told with the line of the profile before anything is sent.

import { resolve } from "node:path";
import type { ProfileOutput, Setting } from "../../src/adapter/adapter.ts";
import { isMapping, type ProfileSettings } from "../../src/adapter/profile-settings.ts";
import type { Host } from "../../src/base/host.ts";
import { nearest } from "../../src/base/nearest.ts";
import { type FederatedLogin, federatedKeys, federatedSecrets, readFederated } from "./federated-login.ts";

/** The part of a service account's key that is used. */
export interface ServiceKey {
  readonly client_email: string;
  readonly private_key: string;
}

export type Login = {
  /** The project that the login belongs to, where it says so. */
  readonly project?: string | undefined;
} & (
  | { readonly kind: "default" }
  | { readonly kind: "key"; readonly key: ServiceKey }
  | { readonly kind: "token"; readonly token: string }
  | {
      readonly kind: "refresh";
      readonly refreshToken: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly tokenUri: string | undefined;
    }
  | FederatedLogin
);

const methods = [
  "oauth",
  "oauth-secrets",
  "service-account",
  "service-account-json",
  "external-oauth-wif",
] as const;
type Method = (typeof methods)[number];

/** @returns the login that a profile asks for; mistakes are noted in `settings` */
export function readLogin(
  settings: ProfileSettings,
  output: ProfileOutput,
  { files, home }: Pick<Host, "files" | "home">,
): Login {
  const method = readMethod(settings);
  if (method !== undefined && method !== "external-oauth-wif")
    for (const key of federatedKeys.filter((one) => settings.has(one)))
      settings.warn(
        "profile-value",
        `"${key}" is not used by method ${method}`,
        key,
        "write method: external-oauth-wif",
      );
  switch (method) {
    case "external-oauth-wif":
      return readFederated(settings);
    case "oauth":
      return { kind: "default" };
    case "service-account":
      return keyFile(settings, (path) => {
        const full = path.startsWith("~/") ? resolve(home, path.slice(2)) : path;
        return files.readText(resolve(output.projectFolder, full));
      });
    case "service-account-json":
      return keyJson(settings, output.settings.keyfile_json);
    case "oauth-secrets":
      return secrets(settings);
    default:
      return { kind: "default" };
  }
}

/** Texts that must never be printed. */
export function secretsOf(login: Login): readonly string[] {
  switch (login.kind) {
    case "default":
      return [];
    case "key":
      // A log may show the key with its line ends escaped, or one line of it.
      return [
        login.key.private_key,
        ...login.key.private_key.split("\n").filter((line) => /^[\w+/=]{40,}$/.test(line)),
      ];
    case "token":
      return [login.token];
    case "refresh":
      return [login.refreshToken, login.clientSecret];
    case "federated":
      return federatedSecrets(login);
  }
}

function readMethod(settings: ProfileSettings): Method | undefined {
  const method = settings.requiredText("method", `write method: ${methods.join(", ")}`);
  if (method === "") return undefined;
  const known = methods.find((one) => one === method);
  if (known !== undefined) return known;
  const near = nearest(method, methods);
  settings.error(
    `"${method}" is not a method to log in`,
    "method",
    near === undefined ? `known methods: ${methods.join(", ")}` : `did you mean "${near}"?`,
  );
  return undefined;
}

function keyFile(settings: ProfileSettings, read: (path: string) => string): Login {
  const path = settings.requiredText(
    "keyfile",
    "write keyfile: the path of the service account's key, a file of JSON",
  );
  if (path === "") return { kind: "default" };
  let text: string;
  try {
    text = read(path);
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && error.code === "ENOENT"
        ? "there is no such file"
        : "it cannot be read";
    settings.error(
      `the key of the service account is not found: ${why}`,
      "keyfile",
      `looked for ${path}, from the project's folder`,
    );
    return { kind: "default" };
  }
  return keyOf(settings, "keyfile", parsed(text));
}

function keyJson(settings: ProfileSettings, given: Setting | undefined): Login {
  if (given === undefined || given === null) {
    settings.requiredText(
      "keyfile_json",
      "write the key as a mapping below keyfile_json, or as a text, also in base64",
    );
    return { kind: "default" };
  }
  if (typeof given !== "string") return keyOf(settings, "keyfile_json", given);
  const isBase64 = /^[\w+/\s]+=*\s*$/.test(given);
  return keyOf(
    settings,
    "keyfile_json",
    parsed(isBase64 ? Buffer.from(given, "base64").toString("utf8") : given),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyOf(settings: ProfileSettings, where: string, key: unknown): Login {
  const fields = isMapping(key as Setting) ? (key as Readonly<Record<string, Setting>>) : undefined;
  const { client_email: email, private_key: given, project_id: project, type } = fields ?? {};
  const usual = "download a key of the service account again, as JSON";
  if (fields === undefined) settings.error("the key of the service account is no JSON", where, usual);
  else if (typeof email !== "string" || typeof given !== "string")
    settings.error(
      `this is not the key of a service account${typeof type === "string" && type !== "service_account" ? `, but of type "${type}"` : ": it has no client_email and private_key"}`,
      where,
      usual,
    );
  else {
    const privateKey = given.replaceAll("\\n", "\n");
    if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey))
      settings.error("private_key of the service account is not a key in PEM format", where, usual);
    return {
      kind: "key",
      key: { client_email: email, private_key: privateKey },
      ...(typeof project === "string" ? { project } : {}),
    };
  }
  return { kind: "default" };
}

function secrets(settings: ProfileSettings): Login {
  const refreshToken = settings.text("refresh_token");
  if (refreshToken !== undefined)
    return {
      kind: "refresh",
      refreshToken,
      clientId: settings.requiredText("client_id", "a refresh token needs the client that it was given to"),
      clientSecret: settings.requiredText(
        "client_secret",
        "a refresh token needs the client that it was given to",
      ),
      tokenUri: settings.text("token_uri"),
    };
  const help = `write token: "{{ env_var('DBT_ENV_SECRET_BIGQUERY_TOKEN') }}", or refresh_token with client_id and client_secret`;
  return { kind: "token", token: settings.requiredText("token", help) };
}
