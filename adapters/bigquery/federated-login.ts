// The method external-oauth-wif: an identity of Microsoft Entra, for which Google's Security Token Service gives a token of
// its own. What the profile must say of it, and how the identity's token is fetched. Facts from dbt-bigquery 1.11,
// credentials.py and token_suppliers.py.

import { isMapping, type ProfileSettings, type SettingMap } from "../../src/adapter/profile-settings.ts";
import { hasErrors } from "../../src/base/diagnostic.ts";
import { didYouMean } from "../../src/base/nearest.ts";

/** What the profile says of it. */
export interface FederatedLogin {
  readonly kind: "federated";
  /** The provider of the workload identity pool, as the service names it. */
  readonly audience: string;
  readonly requestUrl: string;
  /** The form that is posted, with the client's secret in it. */
  readonly requestData: string;
  /** The service account in whose name one goes on; undefined: the pool's identity has rights of its own. */
  readonly impersonationUrl: string | undefined;
  /** Where tokens are exchanged; undefined: Google's usual address. */
  readonly exchangeUrl: string | undefined;
}

/** The keys of a profile that this method alone reads. */
export const federatedKeys = [
  "workload_pool_provider_path",
  "service_account_impersonation_url",
  "token_endpoint",
];
const endpointKeys = ["type", "request_url", "request_data"];
const PATH =
  "//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>";

/** @returns the login; mistakes are noted in `settings` */
export function readFederated(settings: ProfileSettings): FederatedLogin {
  const audience = settings.requiredText(
    "workload_pool_provider_path",
    `write workload_pool_provider_path: ${PATH}`,
  );
  if (audience !== "" && !/^\/\/iam\.[^/]+\/.+\/providers\/[^/]+$/.test(audience))
    settings.error(
      `"workload_pool_provider_path" is not the path of a provider`,
      "workload_pool_provider_path",
      `write ${PATH}`,
    );
  const endpoint = readEndpoint(settings);
  return {
    kind: "federated",
    audience,
    requestUrl: endpoint.request_url ?? "",
    requestData: endpoint.request_data ?? "",
    impersonationUrl: address(settings, "service_account_impersonation_url"),
    exchangeUrl: address(settings, "token_uri"),
  };
}

function readEndpoint(settings: ProfileSettings): Readonly<Record<string, string>> {
  const key = "token_endpoint";
  const usual =
    "write token_endpoint: {type: entra, request_url: https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token, request_data: ...}";
  if (!settings.has(key)) {
    settings.requiredText(key, usual);
    return {};
  }
  const before = settings.diagnostics.length;
  const given: SettingMap = settings.mapping(key);
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (!endpointKeys.includes(name))
      settings.warn(
        "profile-key",
        `"${name}" is not a setting of ${key}`,
        key,
        didYouMean(name, endpointKeys) ?? "it is ignored: remove it",
      );
    else if (typeof value === "string") found[name] = value;
    else settings.error(`"${name}" of ${key} must be a text`, key);
  }
  if (Object.keys(given).length === 0) {
    if (!hasErrors(settings.diagnostics.slice(before))) settings.error(`"${key}" is empty`, key, usual);
    return {};
  }
  for (const name of endpointKeys)
    if (!Object.hasOwn(given, name)) settings.error(`"${key}" has no "${name}"`, key, usual);
  if (found.type !== undefined && found.type !== "entra")
    settings.error(
      `"${found.type}" is not a provider of identities that is known`,
      key,
      `write type: entra; files of other providers serve method: oauth through GOOGLE_APPLICATION_CREDENTIALS`,
    );
  if (found.request_url !== undefined && !isSafe(found.request_url))
    settings.error(`"request_url" of ${key} is not an address that begins with https://`, key);
  if (found.request_data !== undefined && !/(?:^|&)grant_type=/.test(found.request_data))
    settings.error(
      `"request_data" of ${key} has no grant_type`,
      key,
      "write client_id=...&client_secret=...&grant_type=client_credentials&scope=<application>/.default",
    );
  return found;
}

function address(settings: ProfileSettings, key: string): string | undefined {
  const given = settings.text(key);
  if (given !== undefined && !isSafe(given))
    settings.error(`"${key}" is not an address that begins with https://`, key);
  return given;
}

/** Tokens and secrets travel in the clear on this machine only. */
function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127(?:\.\d+){3})$/.test(hostname));
}

/** What must be shown nowhere: the form, and the secrets in it as they are written and as they are meant. */
export function federatedSecrets({ requestData }: FederatedLogin): readonly string[] {
  const written = requestData.split("&").flatMap((pair) => {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    return /secret|password|assertion|token/i.test(name) && !/_type$/i.test(name) ? [value] : [];
  });
  const meant = written.map((value) => new URLSearchParams(`value=${value}`).get("value") ?? "");
  return [requestData, ...written, ...meant].filter((value) => value !== "");
}

/** The identity's provider gives no token, in words for the owner of the profile. */
export class IdentityRefused extends Error {
  constructor(
    message: string,
    readonly help: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** How long the provider may take for an answer. */
const PATIENCE_MS = 30_000;
/** A token is fetched anew so long before it ends. */
const MARGIN_MS = 300_000;
const USUAL_SECONDS = 3600;

/** Tokens of the identity; the last one is kept until shortly before it ends. */
export class IdentityTokens {
  #kept: { readonly token: string; readonly until: number } | undefined;

  constructor(private readonly login: FederatedLogin) {}

  /** Google's library asks for one whenever its own has ended. @throws IdentityRefused */
  async getSubjectToken(): Promise<string> {
    if (this.#kept && Date.now() < this.#kept.until) return this.#kept.token;
    const { status, body } = await this.#ask();
    const { access_token: token, expires_in: seconds } = body;
    if (typeof token !== "string") throw refused(status, body);
    const life = typeof seconds === "number" ? seconds : USUAL_SECONDS;
    this.#kept = { token, until: Date.now() + life * 1000 - MARGIN_MS };
    return token;
  }

  async #ask(): Promise<{ readonly status: number; readonly body: SettingMap }> {
    const { requestUrl, requestData } = this.login;
    try {
      const response = await fetch(requestUrl, {
        method: "POST",
        headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
        body: requestData,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const body: unknown = await response.json().catch(() => undefined);
      return { status: response.status, body: isMapping(body as SettingMap) ? (body as SettingMap) : {} };
    } catch (error) {
      const { host } = new URL(requestUrl);
      throw new IdentityRefused(
        `the provider of the identity, ${host}, does not answer`,
        "correct request_url of token_endpoint, or is there no network?",
        { cause: error },
      );
    }
  }
}

function refused(status: number, body: SettingMap): IdentityRefused {
  if (status === 429)
    return new IdentityRefused(
      "the provider of the identity gives no more tokens for now (HTTP status 429)",
      "try again later, or raise its limit",
    );
  const words = [body.error, body.error_description].filter((part) => typeof part === "string").join(": ");
  const [first = ""] = words.split(/[\r\n]/);
  return new IdentityRefused(
    `the provider of the identity gives no token: ${first || `HTTP status ${status}`}`,
    "correct request_data of token_endpoint: client, secret and scope",
  );
}
