// How the account is told who asks: the keys `authenticator`, `password`, `private_key*`, `token` and `oauth_*` of a
// profile, with dbt-snowflake's rules of which belong together.

import type { ProfileSettings } from "../../src/adapter/profile-settings.ts";
import { didYouMean, nearest } from "../../src/base/nearest.ts";

export type Login =
  | { readonly kind: "password"; readonly password: string }
  | { readonly kind: "mfa"; readonly password: string }
  | { readonly kind: "okta"; readonly url: string; readonly password: string }
  | { readonly kind: "browser" }
  | { readonly kind: "key"; readonly key: KeySource; readonly passphrase: string | undefined }
  /** An access token of OAuth, or one that another server signed. */
  | { readonly kind: "token"; readonly token: string }
  /** A refresh token, for which an access token is fetched. */
  | {
      readonly kind: "refresh-token";
      readonly token: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }
  /** An identity of OAuth that needs no person: an access token is fetched for the client itself. */
  | {
      readonly kind: "client";
      readonly clientId: string;
      readonly clientSecret: string;
      /** Where tokens are given; undefined: by the account. */
      readonly tokenUrl: string | undefined;
      /** Undefined: the role of the profile. */
      readonly scope: string | undefined;
    }
  | { readonly kind: "access-token"; readonly token: string }
  /** The machine's own identity, which its cloud vouches for, or one that OIDC's token vouches for. */
  | {
      readonly kind: "workload";
      readonly provider: WorkloadProvider;
      readonly token: string | undefined;
      readonly entraResource: string | undefined;
    };

const workloadProviders = ["AWS", "AZURE", "GCP", "OIDC"] as const;
type WorkloadProvider = (typeof workloadProviders)[number];

export type KeySource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "inline"; readonly text: string };

const authenticators = [
  "snowflake",
  "snowflake_jwt",
  "externalbrowser",
  "username_password_mfa",
  "oauth",
  "jwt",
  "programmatic_access_token",
  "oauth_client_credentials",
  "workload_identity",
] as const;
type Authenticator = (typeof authenticators)[number] | "okta";

/** Authenticators of dbt-snowflake that are refused in a sentence. */
const others = ["oauth_authorization_code"];

/** Which authenticators read a key. */
const readers: Readonly<Record<string, readonly Authenticator[]>> = {
  token: ["oauth", "jwt", "programmatic_access_token", "workload_identity"],
  oauth_client_id: ["oauth", "oauth_client_credentials"],
  oauth_client_secret: ["oauth", "oauth_client_credentials"],
  oauth_token_request_url: ["oauth_client_credentials"],
  oauth_scope: ["oauth_client_credentials"],
  workload_identity_provider: ["workload_identity"],
  workload_identity_entra_resource: ["workload_identity"],
};

const nameless: readonly Authenticator[] = [
  "oauth",
  "jwt",
  "programmatic_access_token",
  "oauth_client_credentials",
  "workload_identity",
];

/** @returns the login, and whether the profile must name a user */
export function readLogin(settings: ProfileSettings): { readonly value: Login; readonly needsUser: boolean } {
  const { authenticator, isWrong } = readAuthenticator(settings);
  for (const [key, by] of Object.entries(readers))
    if (settings.has(key) && !isWrong && !by.some((one) => one === authenticator))
      settings.warn("profile-value", `"${key}" is not used`, key, `write authenticator: ${alternatives(by)}`);
  const value = isWrong ? { kind: "browser" as const } : loginOf(settings, authenticator);
  return { value, needsUser: !isWrong && !nameless.some((one) => one === authenticator) };
}

function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

function loginOf(settings: ProfileSettings, authenticator: Authenticator | undefined): Login {
  switch (authenticator) {
    case "externalbrowser":
      return { kind: "browser" };
    case "okta":
      return { kind: "okta", url: settings.text("authenticator") ?? "", password: password(settings) };
    case "username_password_mfa":
      return { kind: "mfa", password: password(settings) };
    case "oauth":
      return oauth(settings);
    case "jwt":
      return { kind: "token", token: token(settings) };
    case "programmatic_access_token":
      return { kind: "access-token", token: token(settings) };
    case "oauth_client_credentials":
      return client(settings);
    case "workload_identity":
      return workload(settings);
    default:
      return keyOrPassword(settings, authenticator);
  }
}

function readAuthenticator(settings: ProfileSettings): {
  readonly authenticator: Authenticator | undefined;
  /** What else the profile says of the login cannot be judged then. */
  readonly isWrong: boolean;
} {
  const written = settings.text("authenticator");
  if (written === undefined) return { authenticator: undefined, isWrong: false };
  if (/^https:\/\//i.test(written)) return { authenticator: "okta", isWrong: false };
  const name = written.toLowerCase();
  const known = authenticators.find((one) => one === name);
  if (known !== undefined) return { authenticator: known, isWrong: false };
  const isOther = others.includes(name);
  const near = isOther ? undefined : nearest(name, authenticators);
  settings.error(
    `"${written}" ${isOther ? "is not supported yet" : "is not an authenticator"}`,
    "authenticator",
    near === undefined
      ? `known: ${authenticators.join(", ")}, or the https:// address of Okta`
      : `did you mean "${near}"?`,
  );
  return { authenticator: undefined, isWrong: true };
}

function keyOrPassword(settings: ProfileSettings, authenticator: Authenticator | undefined): Login {
  const inline = settings.text("private_key");
  const path = settings.text("private_key_path");
  settings.nameUsed(["private_key", "private_key_path"]);
  const passphrase = settings.text("private_key_passphrase");
  if (inline !== undefined) return { kind: "key", key: { kind: "inline", text: inline }, passphrase };
  if (path !== undefined) return { kind: "key", key: { kind: "file", path }, passphrase };
  if (authenticator === "snowflake_jwt")
    settings.requiredText("private_key_path", "write private_key_path: the file of the key, or private_key");
  return { kind: "password", password: authenticator === "snowflake_jwt" ? "" : password(settings) };
}

function password(settings: ProfileSettings): string {
  return settings.requiredText(
    "password",
    "write password, private_key_path, or authenticator with what it needs",
  );
}

function token(settings: ProfileSettings): string {
  return settings.requiredText("token", `write token: "{{ env_var('DBT_ENV_SECRET_SNOWFLAKE_TOKEN') }}"`);
}

function oauth(settings: ProfileSettings): Login {
  const clientId = settings.text("oauth_client_id");
  const clientSecret = settings.text("oauth_client_secret");
  if (clientId !== undefined && clientSecret !== undefined)
    return { kind: "refresh-token", token: token(settings), clientId, clientSecret };
  if (clientId !== undefined || clientSecret !== undefined) {
    const [there, missing] =
      clientId === undefined
        ? ["oauth_client_secret", "oauth_client_id"]
        : ["oauth_client_id", "oauth_client_secret"];
    const help = "with both, token is a refresh token; without, it is an access token";
    settings.error(`there is "${there}" without "${missing}"`, there, help);
  }
  return { kind: "token", token: token(settings) };
}

function client(settings: ProfileSettings): Login {
  const tokenUrl = settings.text("oauth_token_request_url");
  if (tokenUrl !== undefined && !isSafe(tokenUrl))
    settings.error(
      `"oauth_token_request_url" is not an address that begins with https://`,
      "oauth_token_request_url",
    );
  const help = "write oauth_client_id and oauth_client_secret, which the server of tokens knows";
  return {
    kind: "client",
    clientId: settings.requiredText("oauth_client_id", help),
    clientSecret: settings.requiredText("oauth_client_secret", help),
    tokenUrl,
    scope: settings.text("oauth_scope"),
  };
}

/** Secrets travel in the clear on this machine only. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127(?:\.\d+){3})$/.test(hostname));
}

function workload(settings: ProfileSettings): Login {
  const key = "workload_identity_provider";
  const written = settings.requiredText(key, `write ${key}: ${alternatives(workloadProviders)}`);
  const provider = workloadProviders.find((one) => one === written.toUpperCase());
  if (provider === undefined && written !== "")
    settings.error(
      `"${written}" is not a provider of identities`,
      key,
      didYouMean(written, workloadProviders) ?? `known: ${workloadProviders.join(", ")}`,
    );
  if (provider !== undefined && provider !== "OIDC" && settings.has("token"))
    settings.warn("profile-value", `"token" is not used`, "token", `the identity is that of the machine`);
  if (provider !== undefined && provider !== "AZURE" && settings.has("workload_identity_entra_resource"))
    settings.warn(
      "profile-value",
      `"workload_identity_entra_resource" is not used`,
      "workload_identity_entra_resource",
      `write ${key}: AZURE`,
    );
  return {
    kind: "workload",
    provider: provider ?? "OIDC",
    token: provider === "OIDC" ? token(settings) : undefined,
    entraResource: settings.text("workload_identity_entra_resource"),
  };
}

/** What must be shown nowhere. */
export function loginSecrets(login: Login): readonly string[] {
  switch (login.kind) {
    case "password":
    case "mfa":
    case "okta":
      return [login.password];
    case "browser":
      return [];
    case "key":
      return [
        ...(login.key.kind === "inline" ? [login.key.text] : []),
        ...(login.passphrase === undefined ? [] : [login.passphrase]),
      ];
    case "refresh-token":
      return [login.token, login.clientSecret];
    case "client":
      return [login.clientSecret];
    case "workload":
      return login.token === undefined ? [] : [login.token];
    default:
      return [login.token];
  }
}
