// A wrong profile is told with the key that is to blame and what to do; secrets are never shown.

import { readFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FakeTrino, startFakeTrino } from "./fake-server.ts";
import { credentialsOf, plainHost, type Settings, said, settingsOf } from "./open.ts";

let server: FakeTrino;
beforeAll(async () => {
  server = await startFakeTrino();
});
afterAll(() => server.stop());
afterEach(() => {
  server.fault = () => undefined;
});

async function told(change: Settings): Promise<string> {
  const text = await said({ ...settingsOf(server.port), ...change });
  return text.replaceAll(String(server.port), "PORT");
}

const certificates = join(import.meta.dirname, "..", "postgres", "fixtures");
/** Everything but "none" speaks TLS. */
const password = { method: "ldap", password: "hunter2" };

describe("a profile", () => {
  test("opens", async () => {
    expect(await told({})).toBe("opened");
  });

  test.each<[string, Settings]>([
    ["of an unknown method", { method: "ladp" }],
    ["of a method that is not there", { method: "kerberos", keytab: "etl.keytab", principal: "etl@EXAMPLE" }],
    ["with what other methods read", { jwt_token: "x", keytab: "etl.keytab" }],
    ["with a password in the clear", { ...password, http_scheme: "http" }],
    ["without a password", { method: "ldap" }],
    ["without a token", { method: "jwt" }],
    ["with an address as host", { host: "https://trino.example.com:8443" }],
    ["with a port that is none", { port: 70_000 }],
    ["with two catalogs", { catalog: "memory" }],
    ["with headers of our own", { http_headers: { "X-Trino-User": "root" } }],
    ["with a tag that is two", { client_tags: ["a,b"] }],
    ["with a key that is not known", { usr: "x" }],
    ["with the keys of another service", { starburst_url: "x" }],
    [
      "with a certificate that is not there",
      { method: "certificate", client_certificate: "no.pem", client_private_key: "no.key" },
    ],
  ])("%s", async (_, change) => {
    expect(await told(change)).toMatchSnapshot();
  });

  test("tells everything that is missing at once", async () => {
    expect(await said({ type: "trino" })).toMatchSnapshot();
  });

  test("shows templates no secrets", () => {
    const { visible, secrets } = credentialsOf({ ...settingsOf(1), ...password, cert: false });
    expect(JSON.stringify(visible)).not.toContain("hunter2");
    expect(visible).toMatchObject({ method: "ldap", host: "127.0.0.1", catalog: "memory", cert: false });
    expect(secrets).toContain("hunter2");
    expect(secrets).toContain(Buffer.from("etl:hunter2").toString("base64"));
  });
});

describe("a server", () => {
  test("that does not run", async () => {
    expect(await said({ ...settingsOf(1), retries: 1 })).toMatchSnapshot();
  });

  test("that nobody knows", async () => {
    expect(await told({ host: "no-such-host.invalid", retries: 1 })).toMatch(
      /^connection-failed at host: (?:the host "no-such-host.invalid" is not known|no connection to)/,
    );
  });

  test.each<[string, number, string]>([
    ["wants to know who asks", 401, "Unauthorized"],
    ["lets nobody in", 403, "Access Denied"],
    ["is no Trino", 404, "<html><head><title>x</title></head><h1>Not Found</h1></html>"],
    ["is away for longer", 503, ""],
    ["answers with something else", 200, "hello"],
  ])("that %s", async (_, status, body) => {
    server.fault = () => ({ status, body });
    expect(await told({ retries: 2 })).toMatchSnapshot();
  });

  test("without the catalog, with the nearest", async () => {
    expect(await told({ database: "memroy" })).toMatchSnapshot();
    expect(await told({ database: "lake" })).toMatchSnapshot();
  });

  test("that starts is waited for", async () => {
    let refused = 0;
    server.fault = () => (refused++ < 2 ? { status: 503 } : undefined);
    expect(await told({})).toBe("opened");
    expect(refused).toBeGreaterThan(2);
  });

  test("is not waited for when the run is interrupted", async () => {
    server.fault = () => ({ status: 503, headers: { "Retry-After": "60" } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const text = await said(
      { ...settingsOf(server.port), retries: 1000 },
      plainHost({ signal: controller.signal }),
    );
    expect(text).toContain("interrupted");
  });
});

describe("TLS", () => {
  const seen: (string | undefined)[] = [];
  let refuses = false;
  const tls = createTlsServer(
    {
      cert: readFileSync(join(certificates, "server.crt")),
      key: readFileSync(join(certificates, "server.key")),
    },
    (request, response) => {
      seen.push(request.headers.authorization);
      if (refuses) response.writeHead(401).end("Invalid credentials");
      else response.end(JSON.stringify({ id: "q", ...CATALOGS }));
    },
  );
  const CATALOGS = {
    columns: [
      { name: "catalog_name", type: "varchar", typeSignature: { rawType: "varchar", arguments: [] } },
    ],
    data: [["memory"]],
  };
  beforeAll(() => new Promise<void>((resolve) => void tls.listen(0, "127.0.0.1", () => resolve())));
  afterEach(() => {
    refuses = false;
  });
  afterAll(() => new Promise((resolve) => tls.close(resolve)));

  async function asked(change: Settings): Promise<string> {
    const { port } = tls.address() as AddressInfo;
    const text = await said({ ...settingsOf(port), host: "localhost", retries: 1, ...change });
    return text.replaceAll(String(port), "PORT").replaceAll(certificates, "FOLDER");
  }

  test("is verified unless the profile says otherwise", async () => {
    expect(await asked(password)).toMatch(
      /^connection-failed at host: TLS to localhost:PORT fails: .*\n {2}help: write cert: /,
    );
    expect(await asked({ ...password, cert: join(certificates, "other.crt") })).toMatch(
      /^connection-failed at cert: TLS to/,
    );
    expect(await asked({ ...password, cert: join(certificates, "server.crt") })).toBe("opened");
    expect(await asked({ ...password, cert: "False" })).toBe("opened");
    expect(seen.at(-1)).toBe(`Basic ${Buffer.from("etl:hunter2").toString("base64")}`);
  });

  test("carries a token", async () => {
    expect(await asked({ method: "jwt", jwt_token: "abc.def", cert: false })).toBe("opened");
    expect(seen.at(-1)).toBe("Bearer abc.def");
  });

  test("a wrong password, an expired token", async () => {
    refuses = true;
    const wrong = await asked({ ...password, cert: false });
    expect(wrong).toMatchSnapshot();
    const expired = await asked({ method: "jwt", jwt_token: "abc.def", cert: false });
    expect(expired).toMatchSnapshot();
    expect(wrong + expired).not.toMatch(/hunter2|abc\.def/);
  });

  test("is missed by http, and the other way round", async () => {
    expect(await asked({ http_scheme: "http" })).toMatch(/http_scheme: https/);
    expect(await told({ ...password, retries: 1 })).toMatch(
      /connection-failed at port: 127.0.0.1:PORT does not speak TLS/,
    );
  });
});
