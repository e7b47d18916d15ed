// The method external-oauth-wif with Google's own library: an identity's token is fetched, exchanged, and kept; what each
// of the servers on the way refuses, and each key that is missing or wrong, is told without a secret.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { credentialsOf, type Settings, said, settingsOf } from "./open.ts";

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

let server: FakeBigQuery;
let others: Server;
let port = 0;
/** What was asked of the other servers: path and body. */
let asked: (readonly [string, string])[] = [];
let answers: Readonly<Record<string, Answer>> = {};
const usual: Readonly<Record<string, Answer>> = {
  "/entra": { body: { access_token: "identity-token", expires_in: 3600 } },
  "/sts": { body: { access_token: "exchanged", expires_in: 3600, token_type: "Bearer" } },
  "/act": { body: { accessToken: "impersonated", expireTime: "2100-01-01T00:00:00Z" } },
};

beforeAll(async () => {
  server = await startFakeBigQuery();
  others = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? "";
      asked.push([path, body]);
      const { status = 200, body: answer } = answers[path] ?? usual[path] ?? { status: 404, body: {} };
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => others.listen(0, "127.0.0.1", () => resolve()));
  ({ port } = others.address() as AddressInfo);
});
afterAll(async () => {
  await new Promise((resolve) => others.close(resolve));
  await server.stop();
});
afterEach(() => {
  asked = [];
  answers = {};
});

const FORM = "client_id=c&client_secret=very%2Bsecret&grant_type=client_credentials&scope=api/.default";

function settings(change: Settings = {}): Settings {
  return {
    ...settingsOf(server.port),
    token: null,
    method: "external-oauth-wif",
    workload_pool_provider_path:
      "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/entra",
    token_endpoint: { type: "entra", request_url: `http://127.0.0.1:${port}/entra`, request_data: FORM },
    token_uri: `http://127.0.0.1:${port}/sts`,
    ...change,
  };
}

async function told(change: Settings): Promise<string> {
  const words = await said(settings(change));
  return words.replaceAll(String(port), "PORT").replaceAll(String(server.port), "PORT");
}

test("a token of the identity is exchanged for one of Google's", async () => {
  expect(await told({})).toBe("opened");
  expect(asked.map(([path]) => path)).toEqual(["/entra", "/sts"]);
  expect(asked[0]?.[1]).toBe(FORM);
  const sent = new URLSearchParams(asked[1]?.[1]);
  expect(Object.fromEntries(sent)).toMatchObject({
    audience: settings().workload_pool_provider_path,
    subject_token: "identity-token",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    scope: expect.stringContaining("auth/bigquery"),
  });
  expect(server.requests.at(-1)?.headers).toMatchObject({ authorization: "Bearer exchanged" });
});

test("and then for one of a service account, where the profile names it", async () => {
  expect(await told({ service_account_impersonation_url: `http://127.0.0.1:${port}/act` })).toBe("opened");
  expect(asked.map(([path]) => path)).toEqual(["/entra", "/sts", "/act"]);
  expect(server.requests.at(-1)?.headers).toMatchObject({ authorization: "Bearer impersonated" });
});

describe("what is refused", () => {
  test.each<[string, Readonly<Record<string, Answer>>]>([
    [
      "by the provider of the identity",
      {
        "/entra": {
          status: 401,
          body: {
            error: "invalid_client",
            error_description: "AADSTS7000215: Invalid client secret\r\nTrace ID: 1",
          },
        },
      },
    ],
    ["by its limit", { "/entra": { status: 429, body: {} } }],
    ["by an answer without a token", { "/entra": { body: { id_token: "x" } } }],
    [
      "by the exchange",
      {
        "/sts": {
          status: 400,
          body: { error: "invalid_grant", error_description: "The audience in ID Token does not match" },
        },
      },
    ],
  ])("%s", async (_, given) => {
    answers = given;
    const words = await told({});
    expect(words).not.toContain("very");
    expect(words).toMatchSnapshot();
  });

  test("by nobody that listens", async () => {
    const endpoint = { type: "entra", request_url: "http://127.0.0.1:9/token", request_data: FORM };
    expect(await told({ token_endpoint: endpoint })).toMatchSnapshot();
  });
});

describe("a profile", () => {
  const endpoint = (change: Settings): Settings => ({
    token_endpoint: {
      type: "entra",
      request_url: "https://login.microsoftonline.com/t/oauth2/v2.0/token",
      request_data: FORM,
      ...change,
    },
  });

  test.each<[string, Settings]>([
    ["without the pool", { workload_pool_provider_path: null }],
    ["with a pool that is none", { workload_pool_provider_path: "projects/1/pools/x" }],
    ["without an endpoint", { token_endpoint: null }],
    ["with an endpoint that is a text", { token_endpoint: "https://login.microsoftonline.com" }],
    ["with an empty endpoint", { token_endpoint: {} }],
    ["with another provider", endpoint({ type: "okta" })],
    ["with an endpoint in the clear", endpoint({ request_url: "http://login.example.com/token" })],
    ["with a form that asks for nothing", endpoint({ request_data: "client_secret=very%2Bsecret" })],
    ["with a misspelt key of the endpoint", endpoint({ request_uri: "https://x" })],
    ["with an address that is none", { service_account_impersonation_url: "etl@p.iam.gserviceaccount.com" }],
    ["of another method", { method: "oauth-secrets", token: "t" }],
  ])("%s", async (_, change) => {
    expect(await told(change)).toMatchSnapshot();
  });

  test("shows templates nothing of it, and its secrets are kept out of all output", () => {
    const { visible, secrets } = credentialsOf(settings());
    expect(JSON.stringify(visible)).not.toContain("very");
    expect(secrets).toEqual([FORM, "very%2Bsecret", "very+secret"]);
  });
});
