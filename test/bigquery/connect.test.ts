// A wrong profile is told with the key that is to blame and what to do; secrets are never shown.

import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { loadDriver } from "../../src/adapter/driver-package.ts";
import { EtlError } from "../../src/base/diagnostic.ts";
import { type FakeBigQuery, startFakeBigQuery } from "./fake-server.ts";
import { credentialsOf, open, plainHost, type Settings, said, settingsOf } from "./open.ts";
import { messages, Project } from "./project.ts";

let server: FakeBigQuery;
const folder = mkdtempSync(join(tmpdir(), "etl-bigquery-keys-"));
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const key = {
  type: "service_account",
  client_email: "etl@p.iam.gserviceaccount.com",
  private_key: privateKey,
  project_id: "of-key",
};
const json = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
};

beforeAll(async () => {
  server = await startFakeBigQuery();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.stop();
});
afterEach(() => {
  server.fault = () => undefined;
});

async function told(change: Settings): Promise<string> {
  const words = await said({ ...settingsOf(server.port), ...change });
  return words.replaceAll(String(server.port), "PORT").replaceAll(folder, "FOLDER");
}

describe("a profile", () => {
  test("opens", async () => {
    expect(await told({})).toBe("opened");
  });

  test("opens where the dataset is not there yet", async () => {
    expect(await told({ schema: "to_be_made" })).toBe("opened");
  });

  test.each<[string, Settings]>([
    ["of an unknown method", { method: "oath" }],
    ["without a token", { token: null }],
    ["with a refresh token alone", { token: null, refresh_token: "r" }],
    ["with a key that is not there", { method: "service-account", keyfile: "FOLDER/none.json" }],
    ["with two datasets", { dataset: "other" }],
    ["with a priority that is none", { priority: "batsh" }],
    ["with bytes that are no number", { maximum_bytes_billed: "1 GB" }],
    ["with an endpoint in the clear", { api_endpoint: "http://bigquery.example.com" }],
    ["with a key that is not known", { projekt: "x" }],
    ["with settings of Python models", { gcs_bucket: "x" }],
  ])("%s", async (_, change) => {
    expect(await told(change)).toMatchSnapshot();
  });

  test.each<[string, () => Settings]>([
    ["a key that is no JSON", () => ({ method: "service-account", keyfile: json("a.json", "{") })],
    [
      "a key of a person",
      () => ({ method: "service-account", keyfile: json("b.json", { type: "authorized_user" }) }),
    ],
    [
      "a key without PEM",
      () => ({ method: "service-account-json", keyfile_json: { ...key, private_key: "x" } }),
    ],
  ])("%s", async (_, change) => {
    expect(await told(change())).toMatchSnapshot();
  });

  test("tells everything that is missing at once", async () => {
    expect(await said({ type: "bigquery" })).toMatchSnapshot();
  });

  test("takes keys as files, mappings, texts and base64, with the project of the key", () => {
    const settings: Settings = { type: "bigquery", schema: "main" };
    const text = JSON.stringify({ ...key, private_key: privateKey.replaceAll("\n", "\\n") });
    const given: readonly Settings[] = [
      { method: "service-account", keyfile: json("key.json", key) },
      { method: "service-account-json", keyfile_json: key },
      { method: "service-account-json", keyfile_json: text },
      { method: "service-account-json", keyfile_json: Buffer.from(text).toString("base64") },
    ];
    for (const one of given)
      expect(credentialsOf({ ...settings, ...one })).toMatchObject({
        database: "of-key",
        login: { kind: "key", key: { client_email: key.client_email, private_key: privateKey } },
      });
  });

  test("shows templates no secrets", () => {
    const { visible, secrets } = credentialsOf({
      type: "bigquery",
      schema: "main",
      method: "service-account-json",
      keyfile_json: key,
      job_retries: 3,
      timeout_seconds: 60,
    });
    expect(visible).toMatchObject({
      project: "of-key",
      dataset: "main",
      job_retries: 3,
      job_execution_timeout_seconds: 60,
    });
    expect(JSON.stringify(visible)).not.toContain("PRIVATE KEY");
    expect(secrets).toContain(privateKey);
  });
});

describe("a service that does not let in", () => {
  test.each<[string, number, string, string, Settings]>([
    ["an expired token", 401, "authError", "Request had invalid authentication credentials.", {}],
    [
      "no right",
      403,
      "accessDenied",
      "Access Denied: Project test-project: User does not have bigquery.jobs.create",
      {},
    ],
    [
      "a service that is off",
      403,
      "accessNotConfigured",
      "BigQuery API has not been used in project 1 before",
      {},
    ],
    ["no billing", 403, "billingNotEnabled", "Billing has not been enabled for this project", {}],
    ["a name that is no id", 400, "invalid", "Invalid project ID 'My Project'", {}],
    ["a service in trouble", 503, "backendError", "Visibility check was unavailable", {}],
  ])("%s", async (_, status, reason, message, change) => {
    server.fault = () => ({ status, reason, message });
    expect(await told(change)).toMatchSnapshot();
  });

  test("an unknown project", async () => {
    expect(await told({ project: "tets-project" })).toMatchSnapshot();
  });

  test("nothing that listens", async () => {
    expect(await told({ api_endpoint: "http://127.0.0.1:9" })).toMatchSnapshot();
  });

  test("a wait that is interrupted", async () => {
    const stopped = new AbortController();
    stopped.abort();
    const words = await said(settingsOf(server.port), plainHost({ signal: stopped.signal }));
    expect(words.replaceAll(String(server.port), "PORT")).toMatchSnapshot();
  });

  test("a refresh token that was taken back", async () => {
    const login = createServer((_, response) => {
      response.writeHead(400, { "Content-Type": "application/json" });
      response.end('{"error":"invalid_grant","error_description":"Token has been expired or revoked."}');
    });
    await new Promise<void>((resolve) => login.listen(0, "127.0.0.1", () => resolve()));
    const { port } = login.address() as AddressInfo;
    const change = {
      token: null,
      refresh_token: "1//secret",
      client_id: "c",
      client_secret: "s3cret",
      token_uri: `http://127.0.0.1:${port}`,
    };
    expect(await told(change)).toMatchSnapshot();
    await new Promise((resolve) => login.close(resolve));
  });
});

test("a refresh token is changed for one that is sent", async () => {
  let asked = "";
  const login = createServer((request, response) => {
    void text(request).then((body) => {
      asked = body;
      response.writeHead(200, { "Content-Type": "application/json" });
      response.end('{"access_token":"fresh","expires_in":3600,"token_type":"Bearer"}');
    });
  });
  await new Promise<void>((resolve) => login.listen(0, "127.0.0.1", () => resolve()));
  const { port } = login.address() as AddressInfo;
  const change = {
    token: null,
    refresh_token: "r",
    client_id: "c",
    client_secret: "s",
    token_uri: `http://127.0.0.1:${port}`,
    quota_project: "payer",
  };
  expect(await told(change)).toBe("opened");
  expect(asked).toContain("grant_type=refresh_token");
  const { headers } = server.requests.at(-1) ?? { headers: {} };
  expect(headers).toMatchObject({ authorization: "Bearer fresh", "x-goog-user-project": "payer" });
  await new Promise((resolve) => login.close(resolve));
});

test("a driver that is not installed is told with the command that installs it", () => {
  const search = {
    name: "@google-cloud/no-such",
    version: "8",
    projectFolder: "/nowhere",
    program: import.meta.url,
    place: undefined,
  };
  try {
    loadDriver(search, (module): module is object => typeof module === "object");
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    expect(error.diagnostics[0]?.help).toContain("npm install @google-cloud/no-such@8");
  }
});

test("secrets stand in no file and no message", async () => {
  const project = new Project(server.port, "secrets", {
    "models/a.sql": "select 1 as id",
    "models/b.sql": "select nothing from {{ ref('a') }}",
  });
  const secret = String(settingsOf(1).token);
  server.fault = ({ sql }) =>
    sql?.includes("nothing") ? { status: 400, reason: "invalidQuery", message: "no" } : undefined;
  const report = await project.run("build");
  expect(messages(report).join("\n")).toContain("invalidQuery");
  const files = (at: string): string[] =>
    readdirSync(at).flatMap((name) => {
      const path = join(at, name);
      return statSync(path).isDirectory() ? files(path) : path.endsWith("profiles.yml") ? [] : [path];
    });
  for (const path of files(project.folder))
    expect([path, readFileSync(path, "utf8").includes(secret)]).toEqual([path, false]);
  project.remove();
});

test("a session that was opened is closed", async () => {
  const warehouse = await open(settingsOf(server.port));
  await warehouse.close();
  await expect(warehouse.withSession("late", async () => 1)).rejects.toThrow("closed");
});
