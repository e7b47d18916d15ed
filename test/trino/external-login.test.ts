// The methods oauth and oauth_console over TLS: a person is shown a page, once for all sessions, and the token that comes
// of it is sent; what the server does wrong on the way, and who does not log in, is told.

import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { EtlEvent } from "../../src/base/events.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { type FakeTrino, startFakeTrino } from "./fake-server.ts";
import { open, type Settings, said, settingsOf } from "./open.ts";

const certificates = join(import.meta.dirname, "..", "postgres", "fixtures");
const folder = mkdtempSync(join(tmpdir(), "etl-trino-login-"));

type TokenAnswer = readonly [number, unknown];
/** What the server does otherwise than it should. */
interface Behaviour {
  readonly challenge?: string;
  readonly answers?: readonly TokenAnswer[];
}

let trino: FakeTrino;
let front: Server;
let port = 0;
/** Tokens that are taken, and what an address of tokens answers, in order. */
let taken: string[] = [];
let answers: TokenAnswer[] = [];
let challenge: string | undefined;
let asked: string[] = [];
/** How the coordinator calls its pages. */
let pages = "https";

beforeAll(async () => {
  trino = await startFakeTrino();
  const read = (name: string): Buffer => readFileSync(join(certificates, name));
  // The coordinator, behind which the fake answers whoever has a token.
  front = createServer({ cert: read("server.crt"), key: read("server.key") }, (request, response) => {
    const path = request.url ?? "";
    if (path.startsWith("/oauth2/")) {
      asked.push(path);
      expect(request.headers.authorization).toBeUndefined();
      const [status, body] = answers.shift() ?? [500, {}];
      response.writeHead(status).end(JSON.stringify(body));
      return;
    }
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined || !taken.includes(token)) {
      const header = challenge ?? challengeOf(`https://localhost:${port}`);
      response.writeHead(401, header === "" ? {} : { "WWW-Authenticate": header }).end("Unauthorized");
      return;
    }
    void text(request).then((body) => {
      const { host: _, ...headers } = request.headers;
      const passed = httpRequest({
        port: trino.port,
        host: "127.0.0.1",
        path,
        method: request.method,
        headers,
      });
      passed.on("response", (answer) => {
        void text(answer).then((page) =>
          response
            .writeHead(answer.statusCode ?? 500, { "Content-Type": "application/json" })
            .end(page.replaceAll(`http://127.0.0.1:${trino.port}/v1`, `${pages}://localhost:${port}/v1`)),
        );
      });
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", () => resolve()));
  ({ port } = front.address() as AddressInfo);
});
afterAll(async () => {
  front.closeAllConnections();
  await new Promise((resolve) => front.close(resolve));
  await trino.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  taken = ["t1"];
  challenge = undefined;
  asked = [];
  pages = "https";
  answers = [
    [200, { nextUri: `https://localhost:${port}/oauth2/token/2` }],
    [200, { token: "t1" }],
  ];
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function challengeOf(base: string): string {
  return `Basic realm="Trino", Bearer x_redirect_server="${base}/oauth2/token/initiate/1", x_token_server="${base}/oauth2/token/1"`;
}

function settings(change: Settings = {}): Settings {
  const { user: _, ...base } = settingsOf(port);
  return { ...base, host: "localhost", cert: false, method: "oauth_console", retries: 1, ...change };
}

function hostOf(events: EtlEvent[], signal = new AbortController().signal) {
  const emit = (event: EtlEvent): void => void events.push(event);
  return nodeHost({ cwd: folder, env: { HOME: folder }, emit, clean: (value) => value, signal });
}

function texts(events: readonly EtlEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "message" ? event.text.replaceAll(String(port), "PORT") : [],
  );
}

async function told(change: Settings = {}): Promise<string> {
  return (await said(settings(change))).replaceAll(String(port), "PORT");
}

test("pages are asked for with TLS, also of a coordinator that does not know of it behind its proxy", async () => {
  pages = "http";
  const warehouse = await open(settings(), hostOf([]));
  const rows = warehouse.withSession("s", async (session) => (await session.execute("select 1 as id")).rows);
  expect(await rows).toEqual([[1]]);
  await warehouse.close();
});

test("a person logs in once, for all sessions, and again when the token has ended", async () => {
  const events: EtlEvent[] = [];
  const warehouse = await open(settings(), hostOf(events));
  const one = (): Promise<unknown> =>
    warehouse.withSession("s", async (session) => (await session.execute("select 1 as id")).rows);
  expect(await Promise.all([one(), one(), one()])).toEqual([[[1]], [[1]], [[1]]]);
  expect(texts(events)).toEqual(["localhost: log in at https://localhost:PORT/oauth2/token/initiate/1"]);
  expect(asked).toEqual(["/oauth2/token/1", "/oauth2/token/2"]);
  taken = ["t2"];
  answers = [[200, { token: "t2" }]];
  expect(await Promise.all([one(), one()])).toEqual([[[1]], [[1]]]);
  expect(texts(events)).toHaveLength(2);
  await warehouse.close();
});

test.skipIf(process.platform !== "linux")("the method oauth opens the page in a browser", async () => {
  const page = join(folder, "page");
  writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\nprintf '%s' "$1" > '${page}'\n`);
  chmodSync(join(folder, "xdg-open"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  expect(await told({ method: "oauth" })).toBe("opened");
  await vi.waitFor(() =>
    expect(existsSync(page) && readFileSync(page, "utf8")).toContain("/oauth2/token/initiate/1"),
  );
});

describe("is told", () => {
  test.each<[string, Behaviour]>([
    ["a server without such logins", { challenge: 'Basic realm="Trino"' }],
    ["a server that says nothing", { challenge: "" }],
    ["an address in the clear", { challenge: challengeOf("http://trino.example.com") }],
    ["a login that was refused", { answers: [[200, { error: "access_denied" }]] }],
    ["an answer that is none", { answers: [[200, "hello"]] }],
    ["a server in trouble", { answers: [[500, {}]] }],
    ["a token that is not taken", { answers: ["t3", "t4"].map((token) => [200, { token }]) }],
  ])("%s", async (_, behaviour) => {
    if (behaviour.answers) answers = [...behaviour.answers];
    challenge = behaviour.challenge;
    expect(await told()).toMatchSnapshot();
  });

  test("an interrupt while nobody logs in", async () => {
    answers = Array.from({ length: 100 }, () => [
      200,
      { nextUri: `https://localhost:${port}/oauth2/token/2` },
    ]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const words = await said(settings(), hostOf([], controller.signal));
    expect(words.replaceAll(String(port), "PORT")).toMatchSnapshot();
  });
});
