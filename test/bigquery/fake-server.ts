// A server of ours that speaks the REST API of BigQuery: jobs with ids of the client's, results in pages that are waited
// for, load jobs as multipart uploads, tables and datasets. Faults are made on purpose: a status instead of an answer, a
// broken connection before or after the work is done.

import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { listen } from "../adapter/loopback-server.ts";
import { FakeApi } from "./fake-api.ts";
import { loadTranslation } from "./fake-dialect.ts";
import { FakeEngine } from "./fake-engine.ts";
import { FakeFailure } from "./fake-failure.ts";
import { Uploads } from "./fake-uploads.ts";

/** What is done with a request instead of answering it; undefined: it is answered. */
export type Fault =
  | { readonly status: number; readonly reason: string; readonly message?: string }
  | { readonly breaks: "before" | "after" };

export interface SeenRequest {
  readonly method: string;
  /** Behind "/bigquery/v2/projects/". */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
  /** The statement of a job. */
  readonly sql: string | undefined;
  /** The rows of an upload. */
  readonly data: string;
}

export interface FakeBigQuery {
  readonly port: number;
  readonly engine: FakeEngine;
  /** All requests so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** Asked for each request. */
  fault: (request: SeenRequest) => Fault | undefined;
  /** Ends all connections. */
  breakConnections(): void;
  stop(): Promise<void>;
}

export async function startFakeBigQuery(): Promise<FakeBigQuery> {
  await loadTranslation();
  const engine = await FakeEngine.open();
  const api = new FakeApi(engine);
  const uploads = new Uploads();
  const requests: SeenRequest[] = [];

  const server = await listen(handle, (response, error) => send(response, failureOf(error)));

  const fake: FakeBigQuery = {
    port: server.port,
    engine,
    requests,
    fault: () => undefined,
    breakConnections() {
      server.dropConnections();
    },
    async stop() {
      api.stopAll();
      fake.breakConnections();
      await server.stop();
      await api.settled();
      engine.close();
    },
  };
  return fake;

  async function read(request: IncomingMessage): Promise<SeenRequest> {
    const url = new URL(request.url ?? "", "http://fake");
    const raw = await buffer(request);
    const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const path = url.pathname.replace(/^\/(?:upload\/)?bigquery\/v2\/projects\//, "");
    const { body, data } = uploads.read(request, url.searchParams, bytes.toString());
    const { configuration } = body as {
      readonly configuration?: { readonly query?: { readonly query?: string } };
    };
    const { method = "", headers } = request;
    return { method, path, query: url.searchParams, headers, body, sql: configuration?.query?.query, data };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await read(request);
    requests.push(seen);
    const fault = fake.fault(seen);
    if (fault && "status" in fault) {
      const { reason, status, message = reason } = fault;
      throw new FakeFailure({ reason, message }, status);
    }
    if (fault?.breaks === "before") {
      request.socket.destroy();
      return;
    }
    const place = uploads.begun(seen.query, request.method, seen.body);
    if (place !== undefined) {
      const path = request.url?.split("?")[0];
      response.setHeader("Location", `http://127.0.0.1:${server.port}${path}?${place}`);
      send(response, { status: 200, body: {} });
      return;
    }
    const answer = await api.answer(seen);
    if (fault?.breaks === "after") request.socket.destroy();
    else send(response, { status: 200, body: answer });
  }
}

function failureOf(error: unknown): { status: number; body: unknown } {
  const { proto, status } =
    error instanceof FakeFailure
      ? error
      : { proto: { reason: "backendError", message: String(error) }, status: 500 };
  return {
    status,
    body: { error: { code: status, message: proto.message, errors: [{ ...proto, domain: "global" }] } },
  };
}

function send(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
