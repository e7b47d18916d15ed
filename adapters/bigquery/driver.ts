// Google's client for BigQuery, which is installed beside the project and loaded when the first statement must run: it logs
// in and sends requests. What is sent, and how often, is decided in client.ts.

import type { BigQuery } from "@google-cloud/bigquery";
import type { AuthClient } from "google-auth-library";
import { type DriverSearch, loadDriver } from "../../src/adapter/driver-package.ts";
import type { BigQueryCredentials } from "./credentials.ts";
import { IdentityTokens } from "./federated-login.ts";

type DriverModule = typeof import("@google-cloud/bigquery");
type LoginModule = typeof import("google-auth-library");

/** @throws EtlError(driver-missing, driver-invalid), or what the library says of a login that it cannot begin */
export async function openDriver(credentials: BigQueryCredentials): Promise<BigQuery> {
  const search: DriverSearch = {
    name: "@google-cloud/bigquery",
    version: "8",
    projectFolder: credentials.folder,
    program: import.meta.url,
    place: credentials.place("type"),
  };
  const { BigQuery } = loadDriver(search, isDriver);
  const library = loadDriver({ ...search, inside: ["@google-cloud/common", "google-auth-library"] }, isLogin);
  const authClient = await logIn(library, credentials);
  if (credentials.quotaProject !== undefined) authClient.quotaProjectId = credentials.quotaProject;
  return new BigQuery({
    projectId: credentials.executionProject,
    authClient,
    userAgent: "etl",
    // Requests are sent again by client.ts alone.
    autoRetry: false,
    maxRetries: 0,
    ...(credentials.endpoint === undefined ? {} : { apiEndpoint: credentials.endpoint }),
  });
}

function isDriver(module: unknown): module is DriverModule {
  return typeof module === "object" && module !== null && "BigQuery" in module;
}

function isLogin(module: unknown): module is LoginModule {
  return typeof module === "object" && module !== null && "GoogleAuth" in module && "Impersonated" in module;
}

async function logIn(library: LoginModule, credentials: BigQueryCredentials): Promise<AuthClient> {
  const sourceClient = await ownLogin(library, credentials);
  const { impersonated, scopes } = credentials;
  if (impersonated === undefined) return sourceClient;
  return new library.Impersonated({
    sourceClient,
    targetPrincipal: impersonated,
    targetScopes: [...scopes],
    delegates: [],
    lifetime: 3600,
  });
}

async function ownLogin(
  { GoogleAuth, IdentityPoolClient, JWT, OAuth2Client }: LoginModule,
  { login, scopes, database }: BigQueryCredentials,
): Promise<AuthClient> {
  switch (login.kind) {
    case "default":
      return new GoogleAuth({ scopes: [...scopes], projectId: database }).getClient();
    case "key":
      return new JWT({ email: login.key.client_email, key: login.key.private_key, scopes: [...scopes] });
    case "token": {
      const client = new OAuth2Client();
      client.setCredentials({ access_token: login.token });
      return client;
    }
    case "refresh": {
      const { clientId, clientSecret, tokenUri, refreshToken } = login;
      const client = new OAuth2Client({
        clientId,
        clientSecret,
        ...(tokenUri === undefined ? {} : { endpoints: { oauth2TokenUrl: tokenUri } }),
      });
      client.setCredentials({ refresh_token: refreshToken });
      return client;
    }
    case "federated": {
      const { audience, exchangeUrl, impersonationUrl } = login;
      return new IdentityPoolClient({
        type: "external_account",
        audience,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        subject_token_supplier: new IdentityTokens(login),
        scopes: [...scopes],
        ...(exchangeUrl === undefined ? {} : { token_url: exchangeUrl }),
        ...(impersonationUrl === undefined ? {} : { service_account_impersonation_url: impersonationUrl }),
      });
    }
  }
}
