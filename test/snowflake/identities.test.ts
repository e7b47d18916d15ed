// Logins without a person, through the driver: clients of OAuth, and the identity of a machine. What is missing, wrong or
// refused is told with its key, and without a secret.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { credentialsOf, type Settings, said, settingsOf } from "./open.ts";

let server: FakeSnowflake;
let tokens: Server;
let port = 0;
let asked: string[] = [];
let answer: { readonly status: number; readonly body: unknown };
const given = { status: 200, body: { access_token: "of-the-client", token_type: "Bearer" } };

beforeAll(async () => {
  server = await startFakeSnowflake();
  tokens = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(body);
      response.writeHead(answer.status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => tokens.listen(0, "127.0.0.1", () => resolve()));
  ({ port } = tokens.address() as AddressInfo);
});
afterAll(async () => {
  await new Promise((resolve) => tokens.close(resolve));
  await server.stop();
});
afterEach(() => {
  asked = [];
  answer = given;
  server.fault = () => undefined;
  vi.unstubAllEnvs();
});
answer = given;

function settings(change: Settings): Settings {
  const { password: _password, user: _user, ...base } = settingsOf(server.port);
  return { ...base, ...change };
}

async function told(change: Settings): Promise<string> {
  const words = await said(settings(change));
  return words.replaceAll(String(port), "PORT").replaceAll(String(server.port), "PORT");
}

describe("a client of OAuth", () => {
  const client = (change: Settings = {}): Settings => ({
    authenticator: "oauth_client_credentials",
    oauth_client_id: "id",
    oauth_client_secret: "very-secret",
    oauth_token_request_url: `http://127.0.0.1:${port}/token`,
    role: "loader",
    ...change,
  });

  test("gets a token for the role of the profile, or for a scope of its own", async () => {
    expect(await told(client())).toBe("opened");
    expect(server.logins.at(-1)).toMatchObject({ AUTHENTICATOR: "OAUTH", TOKEN: "of-the-client" });
    expect(await told(client({ oauth_scope: "api://it/.default" }))).toBe("opened");
    expect(asked.map((form) => Object.fromEntries(new URLSearchParams(form)))).toEqual([
      {
        grant_type: "client_credentials",
        client_id: "id",
        client_secret: "very-secret",
        scope: "session:role:loader",
      },
      expect.objectContaining({ scope: "api://it/.default" }),
    ]);
  });

  test("gets it from the account where no other server is named", async () => {
    expect(await told(client({ oauth_token_request_url: null }))).toBe("opened");
    expect(server.requests.some(({ path }) => path === "/oauth/token-request")).toBe(true);
    expect(asked).toEqual([]);
  });

  test("that is refused", async () => {
    answer = { status: 401, body: { error: "invalid_client", error_description: "Bad secret.\r\nTrace: 1" } };
    expect(await told(client())).toMatchSnapshot();
    answer = { status: 502, body: null };
    expect(await told(client())).toMatchSnapshot();
  });

  test("whose token the account does not take", async () => {
    server.fault = ({ path }) =>
      path === "/session/v1/login-request"
        ? { code: "390303", message: "Invalid OAuth access token." }
        : undefined;
    expect(await told(client())).toMatchSnapshot();
  });

  test.each<[string, Settings]>([
    ["without a secret", { oauth_client_secret: null }],
    ["without anything", { oauth_client_id: null, oauth_client_secret: null, oauth_token_request_url: null }],
    ["with an address in the clear", { oauth_token_request_url: "http://login.example.com/token" }],
    ["with a server that does not listen", { oauth_token_request_url: "http://127.0.0.1:9/token" }],
    ["with a token besides", { token: "t" }],
    ["with another authenticator", { authenticator: "externalbrowser", user: "me" }],
  ])("%s", async (_, change) => {
    if (change.authenticator)
      server.fault = ({ path }) =>
        path === "/session/authenticator-request" ? { code: "390190", message: "no provider" } : undefined;
    expect(await told(client(change))).toMatchSnapshot();
  });
});

describe("the identity of a machine", () => {
  const identity = (provider: string, change: Settings = {}): Settings => ({
    authenticator: "workload_identity",
    workload_identity_provider: provider,
    ...change,
  });

  test("of a token that OIDC vouches for", async () => {
    vi.stubEnv("SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES", "127.0.0.1");
    expect(await told(identity("oidc", { token: "signed" }))).toBe("opened");
    expect(server.logins.at(-1)).toMatchObject({
      AUTHENTICATOR: "WORKLOAD_IDENTITY",
      PROVIDER: "OIDC",
      TOKEN: "signed",
    });
  });

  test("of AWS is a signed question that the account asks", async () => {
    vi.stubEnv("SNOWFLAKE_WIF_ALLOWED_HOST_SUFFIXES", "127.0.0.1");
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "very-secret");
    expect(await told(identity("AWS"))).toBe("opened");
    const { PROVIDER, TOKEN } = server.logins.at(-1) ?? {};
    const question = JSON.parse(Buffer.from(String(TOKEN), "base64").toString("utf8"));
    expect(PROVIDER).toBe("AWS");
    expect(question).toMatchObject({
      url: "https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
      headers: { authorization: expect.stringContaining("Credential=AKIAEXAMPLE/") },
    });
    expect(JSON.stringify(question)).not.toContain("very-secret");
  });

  test("is shown to hosts of Snowflake alone", async () => {
    expect(await told(identity("OIDC", { token: "signed" }))).toMatchSnapshot();
  });

  test.each<[string, Settings]>([
    ["without a provider", { authenticator: "workload_identity" }],
    ["with a provider that is none", identity("AZURR")],
    ["of OIDC without a token", identity("OIDC")],
    [
      "with what another provider takes",
      identity("OIDC", { token: "t", workload_identity_entra_resource: "api://x" }),
    ],
    ["with another authenticator", { workload_identity_provider: "AWS", authenticator: "jwt", token: "t" }],
    ["with an authenticator that is misspelt", { authenticator: "workload_identty" }],
    ["with one that asks a person", { authenticator: "oauth_authorization_code" }],
  ])("%s", async (_, change) => {
    expect(await told(change)).toMatchSnapshot();
  });
});

test("secrets are shown to no template and kept out of all output", () => {
  const { visible, secrets } = credentialsOf(
    settings({
      authenticator: "oauth_client_credentials",
      oauth_client_id: "id",
      oauth_client_secret: "hidden",
    }),
  );
  expect(JSON.stringify(visible)).not.toContain("hidden");
  expect(secrets).toEqual(["hidden"]);
  const workload = settings({
    authenticator: "workload_identity",
    workload_identity_provider: "OIDC",
    token: "t0ken",
  });
  expect(credentialsOf(workload).secrets).toEqual(["t0ken"]);
});
