// The server of `etl docs serve`: the written site on this machine, told apart from other files by a short list, and a
// stream that tells the page when the site was written anew. It answers only to the names it was started for, so
// that no page of the web can reach it under a name of its own (DNS rebinding).

import { readFileSync, statSync, watch } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { SITE_FILE } from "./write-site.ts";

/** What is served, with its type. */
const FILES: Readonly<Record<string, string>> = {
  [SITE_FILE]: "text/html; charset=utf-8",
  "llms.txt": "text/plain; charset=utf-8",
  "manifest.json": "application/json",
  "catalog.json": "application/json",
  "run_results.json": "application/json",
  "sources.json": "application/json",
};

/** The site is read when nothing changed for so long (ms): it is large, and written in pieces. */
const SETTLED_MS = 150;

export interface SiteServer {
  /** "http://127.0.0.1:8080/" */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * @param folder that holds index.html
 * @param host address to listen on
 * @param port 0 for any that is free
 * @throws Node's error (EADDRINUSE, EACCES ...) when the port cannot be had
 */
export async function serveSite(folder: string, host: string, port: number): Promise<SiteServer> {
  const readers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (!isForUs(request, host)) refuse(response, 421, "this server answers to its own name only");
    else answer(request, response, folder, readers);
  });
  await listen(server, host, port);
  const stopWatching = watchSite(folder, () => {
    for (const reader of readers) reader.write("event: changed\ndata: 1\n\n");
  });
  const bound = server.address();
  const actual = typeof bound === "object" && bound ? bound.port : port;
  return {
    address: `http://${host.includes(":") ? `[${host}]` : host}:${actual}/`,
    async close() {
      stopWatching();
      for (const reader of readers) reader.end();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      done();
    });
  });
}

function isForUs({ headers }: IncomingMessage, host: string): boolean {
  const name = (headers.host ?? "")
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();
  if (name === host.toLowerCase()) return true;
  if (["127.0.0.1", "::1", "localhost"].includes(host))
    return ["127.0.0.1", "::1", "localhost"].includes(name);
  // Somebody chose to be reached from elsewhere, under whatever name.
  return host === "0.0.0.0" || host === "::";
}

function answer(
  { method, url = "/" }: IncomingMessage,
  response: ServerResponse,
  folder: string,
  readers: Set<ServerResponse>,
): void {
  if (method !== "GET" && method !== "HEAD") {
    refuse(response, 405, "only GET is answered");
    return;
  }
  const name = (url.split("?", 1)[0] ?? "").slice(1) || SITE_FILE;
  if (name === "changes") {
    keepTelling(response, readers);
    return;
  }
  const type = FILES[name];
  const content = type === undefined ? undefined : contentOf(join(folder, name), name);
  if (type === undefined || content === undefined) {
    refuse(response, 404, "not here");
    return;
  }
  response.writeHead(200, {
    "content-type": type,
    "content-length": Buffer.byteLength(content),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(method === "HEAD" ? undefined : content);
}

/** @returns undefined when there is no such file */
function contentOf(path: string, name: string): string | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const text = readFileSync(path, "utf8");
  // Tells the page that there is a stream of changes to listen to.
  return name === SITE_FILE ? text.replace('<html lang="en">', '<html lang="en" data-live>') : text;
}

function keepTelling(response: ServerResponse, readers: Set<ServerResponse>): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": hello\n\n");
  readers.add(response);
  response.on("close", () => readers.delete(response));
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${reason}\n`);
}

function watchSite(folder: string, changed: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = watch(folder, (_, name) => {
    if (name !== SITE_FILE) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLED_MS);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
