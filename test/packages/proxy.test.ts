// Downloads through a proxy: a hub and a proxy of ours on loopback, which notes whom it was asked for.

import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { downloadText } from "../../src/project/packages/download.ts";

let hub: Server;
let proxy: Server;
let asked: string[] = [];

beforeAll(async () => {
  hub = createServer((_, answer) => answer.end("answer of the hub"));
  proxy = createServer();
  proxy.on("connect", ({ url = "" }, client) => {
    asked.push(url);
    if (url.startsWith("refused."))
      return void client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const server = connect(portOf(hub), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      server.pipe(client).pipe(server);
    });
    for (const end of [server, client]) end.on("error", () => {});
  });
  await Promise.all([hub, proxy].map((one) => new Promise<void>((done) => one.listen(0, "127.0.0.1", done))));
});
afterAll(() => {
  hub.close();
  proxy.close();
});
beforeEach(() => {
  asked = [];
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function download(url: string, env: Readonly<Record<string, string>>): Promise<string> {
  const place = { file: "packages.yml", line: 1, column: 1 };
  return downloadText(url, { host: { env, signal: new AbortController().signal }, place });
}

test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])("%s is asked for addresses elsewhere", async (name) => {
  const env = { [name]: `http://127.0.0.1:${portOf(proxy)}` };
  expect(await download("http://hub.example/api", env)).toBe("answer of the hub");
  expect(asked).toEqual(["hub.example:80"]);
});

test("HTTPS_PROXY is asked for https only, and what it refuses is told with the address", async () => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}` };
  expect(await download(`http://127.0.0.1:${portOf(hub)}/api`, env)).toBe("answer of the hub");
  expect(asked).toEqual([]);
  await expect(download("https://refused.example/api", env)).rejects.toThrow(
    /cannot download https:\/\/refused\.example\/api: .*407/,
  );
  expect(new Set(asked)).toEqual(new Set(["refused.example:443"]));
});

test("NO_PROXY names who is asked directly", async () => {
  const env = { HTTP_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: "example.com,127.0.0.1" };
  expect(await download(`http://127.0.0.1:${portOf(hub)}/api`, env)).toBe("answer of the hub");
  expect(asked).toEqual([]);
});

test("a proxy whose address is none is told", async () => {
  await expect(download("http://hub.example/api", { HTTP_PROXY: "no address" })).rejects.toThrow(
    /cannot download http:\/\/hub\.example\/api/,
  );
});
