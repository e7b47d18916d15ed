// How the account is told who asks: the keys `authenticator`, `password`, `private_key*`, `token` and `oauth_*` of a
// profile, with dbt-snowflake's rules of which belong together.

import type { ProfileSettings } from "../../src/adapter/profile-settings.ts";
import { nearest } from "../../src/base/nearest.ts";

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
  | { readonly kind: "access-token"; readonly token: string };

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
] as const;
type Authenticator = (typeof authenticators)[number] | "okta";

/** Authenticators of dbt-snowflake that are refused in a sentence. */
const others = ["workload_identity", "oauth_authorization_code", "oauth_client_credentials"];

/** @returns the login, and whether the profile must name a user */
export function readLogin(settings: ProfileSettings): { readonly value: Login; readonly needsUser: boolean } {
  const authenticator = readAuthenticator(settings);
  const isToken = ["oauth", "jwt", "programmatic_access_token"].includes(authenticator ?? "");
  if (!isToken && settings.has("token"))
    settings.warn(
      "profile-value",
      `"token" is not used`,
      "token",
      "write authenticator: oauth, jwt or programmatic_access_token",
    );
  if (authenticator !== "oauth" && (settings.has("oauth_client_id") || settings.has("oauth_client_secret")))
    settings.warn(
      "profile-value",
      "a client of OAuth is named, but not used",
      settings.has("oauth_client_id") ? "oauth_client_id" : "oauth_client_secret",
      "write authenticator: oauth",
    );
  return { value: loginOf(settings, authenticator), needsUser: !isToken };
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
    default:
      return keyOrPassword(settings, authenticator);
  }
}

function readAuthenticator(settings: ProfileSettings): Authenticator | undefined {
  const written = settings.text("authenticator");
  if (written === undefined) return undefined;
  if (/^https:\/\//i.test(written)) return "okta";
  const name = written.toLowerCase();
  const known = authenticators.find((one) => one === name);
  if (known !== undefined) return known;
  const isOther = others.includes(name);
  const near = isOther ? undefined : nearest(name, authenticators);
  settings.error(
    `"${written}" ${isOther ? "is not supported yet" : "is not an authenticator"}`,
    "authenticator",
    near === undefined
      ? `known: ${authenticators.join(", ")}, or the https:// address of Okta`
      : `did you mean "${near}"?`,
  );
  return undefined;
}

function keyOrPassword(settings: ProfileSettings, authenticator: Authenticator | undefined): Login {
  const inline = settings.text("private_key");
  const path = settings.text("private_key_path");
  if (inline !== undefined && path !== undefined)
    settings.error(`"private_key" and "private_key_path" mean the same`, "private_key", "keep one of them");
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
    default:
      return [login.token];
  }
}
