// A wrong profile is told with the key that is to blame and what to do; what logs in is what the profile says; secrets are
// never shown.

import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { credentialsOf, open, plainHost, type Settings, said, settingsOf } from "./open.ts";

let server: FakeSnowflake;
const folder = mkdtempSync(join(tmpdir(), "etl-snowflake-keys-"));
beforeAll(async () => {
  server = await startFakeSnowflake();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  server.fault = () => undefined;
});

/** Without the password of `settingsOf`. */
function without(...keys: readonly string[]): Settings {
  return Object.fromEntries(Object.entries(settingsOf(server.port)).filter(([key]) => !keys.includes(key)));
}

async function told(change: Settings, base = settingsOf(server.port)): Promise<string> {
  const text = await said({ ...base, ...change });
  return text.replaceAll(String(server.port), "PORT").replaceAll(folder, "FOLDER");
}

/** What the driver told the server of who asks. */
async function login(
  change: Settings,
  base: Settings = without("password"),
): Promise<Readonly<Record<string, unknown>>> {
  expect(await told(change, base)).toBe("opened");
  return server.logins.at(-1) ?? {};
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const plainKey = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const lockedKey = privateKey
  .export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "sesame" })
  .toString();

describe("a profile", () => {
  test("opens", async () => {
    expect(await told({})).toBe("opened");
  });

  test.each<[string, Settings]>([
    ["of an unknown authenticator", { authenticator: "oaut" }],
    ["with an address as account", { account: "https://acme.snowflakecomputing.com" }],
    ["with an address as host", { host: "http://localhost:8080" }],
    ["with a port that is none", { port: 70_000 }],
    ["with another protocol", { protocol: "ftp" }],
    ["with two keys", { private_key: "x", private_key_path: "y" }],
    ["with half a client of OAuth", { authenticator: "oauth", token: "t", oauth_client_id: "c" }],
    ["with a token that nobody uses", { token: "t" }],
    ["with a key that is not known", { warehous: "x" }],
    ["with a key's file that is not there", { private_key_path: "no.p8" }],
    ["with a key that is none", { private_key: "bm8ga2V5" }],
  ])("%s", async (_, change) => {
    expect(await told(change)).toMatchSnapshot();
  });

  test("tells everything that is missing at once", async () => {
    expect(await said({ type: "snowflake" })).toMatchSnapshot();
  });

  test("without what its authenticator needs", async () => {
    for (const authenticator of [
      "oauth",
      "programmatic_access_token",
      "snowflake_jwt",
      "username_password_mfa",
    ])
      expect(await told({ authenticator }, without("password", "user"))).toMatchSnapshot(authenticator);
  });

  test("shows templates no secrets", () => {
    const { visible, secrets } = credentialsOf({
      ...without("password"),
      private_key: lockedKey,
      private_key_passphrase: "sesame",
    });
    expect(JSON.stringify(visible)).not.toMatch(/sesame|BEGIN/);
    expect(visible).toMatchObject({ account: "acme-test", user: "etl", warehouse: "wh", connect_retries: 0 });
    expect(secrets).toEqual(expect.arrayContaining(["sesame", lockedKey]));
  });

  test("writes hyphens for underscores in the account's name", () => {
    expect(credentialsOf({ ...settingsOf(1), account: "acme_eu_west" }).visible.account).toBe("acme-eu-west");
  });
});

describe("logging in", () => {
  test("by password", async () => {
    expect(await login({}, settingsOf(server.port))).toMatchObject({
      LOGIN_NAME: "etl",
      PASSWORD: "hunter2",
    });
  });

  test("by a second factor that is remembered", async () => {
    expect(await login({ authenticator: "username_password_mfa" }, settingsOf(server.port))).toMatchObject({
      AUTHENTICATOR: "USERNAME_PASSWORD_MFA",
      SESSION_PARAMETERS: { CLIENT_REQUEST_MFA_TOKEN: true },
    });
  });

  test("by a key of a file, inline, encrypted, and as base64", async () => {
    writeFileSync(join(folder, "key.p8"), lockedKey);
    const passphrase = { private_key_passphrase: "sesame" };
    const base64 = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
    for (const key of [
      { private_key_path: join(folder, "key.p8"), ...passphrase },
      { private_key: lockedKey, ...passphrase },
      { private_key: plainKey },
      { private_key: base64, authenticator: "snowflake_jwt" },
    ]) {
      const { AUTHENTICATOR, TOKEN } = await login(key);
      expect(AUTHENTICATOR).toBe("SNOWFLAKE_JWT");
      const [, claims = ""] = String(TOKEN).split(".");
      expect(JSON.parse(Buffer.from(claims, "base64url").toString("utf8"))).toMatchObject({
        sub: "ACME-TEST.ETL",
      });
    }
  });

  test("by a key that cannot be opened is told before anything is asked", async () => {
    const from = server.requests.length;
    expect(await told({ private_key: lockedKey }, without("password"))).toMatchSnapshot();
    expect(
      await told({ private_key: lockedKey, private_key_passphrase: "simsalabim" }, without("password")),
    ).toMatchSnapshot();
    expect(server.requests.length).toBe(from);
  });

  test("by tokens", async () => {
    expect(await login({ authenticator: "oauth", token: "access" })).toMatchObject({
      AUTHENTICATOR: "OAUTH",
      TOKEN: "access",
    });
    expect(await login({ authenticator: "jwt", token: "signed" })).toMatchObject({
      AUTHENTICATOR: "OAUTH",
      TOKEN: "signed",
    });
    expect(await login({ authenticator: "programmatic_access_token", token: "pat" })).toMatchObject({
      AUTHENTICATOR: "PROGRAMMATIC_ACCESS_TOKEN",
      TOKEN: "pat",
    });
    expect(
      await login({
        authenticator: "oauth",
        token: "refresh",
        oauth_client_id: "id",
        oauth_client_secret: "secret",
      }),
    ).toMatchObject({ AUTHENTICATOR: "OAUTH", TOKEN: "access-of-refresh" });
  });

  test("in the browser asks the account where to go", async () => {
    server.fault = ({ path }) =>
      path === "/session/authenticator-request"
        ? { code: "390190", message: "no identity provider" }
        : undefined;
    const text = await told({ authenticator: "externalbrowser" }, without("password"));
    expect(text).toMatch(/^connection-failed at /);
  });

  test("again after trouble that passes, as often as the profile says", async () => {
    let refused = 0;
    server.fault = ({ path }) =>
      path === "/session/v1/login-request" && refused++ < 1 ? { code: "390000", message: "busy" } : undefined;
    expect(await told({})).toMatch(
      /^connection-failed at user: the account refuses the login of "etl": busy/,
    );
    refused = 0;
    expect(await told({ connect_retries: 1, connect_timeout: 0.01, retry_on_database_errors: true })).toBe(
      "opened",
    );
  });

  test("leaves no files behind and says nothing", async () => {
    const before = readdirSync(process.cwd());
    await login({}, settingsOf(server.port));
    expect(readdirSync(process.cwd())).toEqual(before);
  });
});

describe("an account", () => {
  test.each<[string, string]>([
    ["does not know the password", "390100"],
    ["has locked the user", "390102"],
    ["wants a second factor", "390127"],
    ["does not know the key", "390144"],
    ["finds a token too old", "390318"],
    ["has no such role", "390189"],
    ["lets nobody in from here", "390422"],
    ["says something else", "390555"],
  ])("that %s", async (_, code) => {
    server.fault = ({ path }) =>
      path === "/session/v1/login-request" ? { code, message: `it was refused with hunter2` } : undefined;
    const text = await told({ role: "analyst" });
    expect(text).toMatchSnapshot();
    expect(text).not.toContain("hunter2");
  });

  test("without the database", async () => {
    expect(await told({ database: "no_such_db", role: "analyst" })).toMatchSnapshot();
  });

  test("that does not answer", async () => {
    expect(await said({ ...settingsOf(1) })).toMatchSnapshot();
  });

  test("is not waited for when the run is interrupted", async () => {
    server.fault = () => ({ status: 503 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const text = await said(
      { ...settingsOf(server.port), connect_retries: 100 },
      plainHost({ signal: controller.signal }),
    );
    expect(text).toContain("interrupted");
  });

  test("leaves no session behind when it answers an interrupted run", async () => {
    const controller = new AbortController();
    server.fault = ({ path }) => {
      if (path === "/session/v1/login-request") controller.abort();
      return undefined;
    };
    const before = server.requests.length;
    await said(settingsOf(server.port), plainHost({ signal: controller.signal }));
    const paths = (): string[] => server.requests.slice(before).map(({ path }) => path);
    await vi.waitFor(() => expect(paths()).toContain("/session"));
  });
});

test("an open warehouse takes what the session needs", async () => {
  const warehouse = await open({
    ...settingsOf(server.port),
    client_session_keep_alive: true,
    reuse_connections: true,
  });
  await warehouse.close();
  expect(server.logins.at(-1)).toMatchObject({ SESSION_PARAMETERS: { CLIENT_SESSION_KEEP_ALIVE: true } });
});
