// A server of ours that speaks Trino's protocol: queries start when their first page is asked for, pages have tokens and
// may be asked for twice, DELETE ends a query. Faults are made on purpose: a status instead of an answer, a broken
// connection, a slow one.

import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listen } from "../adapter/loopback-server.ts";
import { FakeEngine, FakeFailure, type FakeResult, type FakeStatement } from "./fake-engine.ts";

/** What is done with a request instead of answering it; undefined: it is answered. */
export type Fault =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly breaks: "before" | "after" };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** The statement of a POST. */
  readonly sql: string;
}

export interface FakeTrino {
  readonly port: number;
  /** All requests so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** Asked for each request. */
  fault: (request: SeenRequest) => Fault | undefined;
  /** Asked for what to run in the place of a statement that failed. */
  standIn: (sql: string) => string | undefined;
  /** Headers of the answer that ends a statement. */
  answerHeaders: (sql: string) => Readonly<Record<string, string>>;
  /** As a coordinator that is started anew: connections end, queries are forgotten. */
  restart(): void;
  stop(): Promise<void>;
}

const ROWS_OF_PAGE = 4_000;
const LONG_POLL_MS = 200;

interface RunningQuery {
  readonly id: string;
  readonly sql: string;
  statement?: FakeStatement;
  result?: FakeResult;
  failure?: FakeFailure;
  token: number;
  /** The page that was sent last, for who asks twice. */
  last?: { readonly token: number; readonly body: string };
}

export async function startFakeTrino(): Promise<FakeTrino> {
  const engine = await FakeEngine.open();
  const queries = new Map<string, RunningQuery>();
  const requests: SeenRequest[] = [];
  let count = 0;

  const server = await listen(handle);

  const fake: FakeTrino = {
    port: server.port,
    requests,
    fault: () => undefined,
    standIn: () => undefined,
    answerHeaders: () => ({}),
    restart() {
      for (const query of queries.values()) query.statement?.interrupt();
      queries.clear();
      server.dropConnections();
    },
    async stop() {
      fake.restart();
      await server.stop();
      engine.close();
    },
  };
  return fake;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const seen = { method: request.method ?? "", path, headers: request.headers, sql: await text(request) };
    requests.push(seen);
    const fault = fake.fault(seen);
    if (fault && "status" in fault) {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
      return;
    }
    if (fault?.breaks === "before") {
      request.socket.destroy();
      return;
    }
    const body = await answer(seen, response);
    if (fault?.breaks === "after") request.socket.destroy();
    else response.setHeader("Content-Type", "application/json").end(body);
  }

  async function answer(seen: SeenRequest, response: ServerResponse): Promise<string> {
    if (seen.method === "POST" && seen.path === "/v1/statement") {
      const id = `20260101_000000_${String(++count).padStart(5, "0")}_fake0`;
      queries.set(id, { id, sql: seen.sql, token: 0 });
      return JSON.stringify({
        id,
        infoUri: infoUri(id),
        nextUri: uri("queued", id, 0),
        stats: { state: "QUEUED" },
      });
    }
    const [, , , state, id = "", token] = seen.path.split("/");
    const query = queries.get(id);
    if (!query) {
      response.statusCode = 404;
      return "Query not found";
    }
    if (seen.method === "DELETE") {
      query.statement?.interrupt();
      query.statement?.result.then(
        (result) => result.close(),
        () => {},
      );
      queries.delete(id);
      response.statusCode = 204;
      return "";
    }
    query.statement ??= begin(query);
    if (state === "queued")
      return JSON.stringify({
        id,
        infoUri: infoUri(id),
        nextUri: uri("executing", id, 0),
        stats: { state: "QUEUED" },
      });
    return page(query, Number(token), response);
  }

  function begin(query: RunningQuery): FakeStatement {
    const statement = engine.start(query.sql);
    const otherwise = (error: unknown): Promise<FakeResult> => {
      const other = fake.standIn(query.sql);
      if (other === undefined) throw error;
      query.statement = engine.start(other);
      return query.statement.result;
    };
    statement.result.catch(otherwise).then(
      (result) => {
        query.result = result;
      },
      (error: unknown) => {
        query.failure = error instanceof FakeFailure ? error : new FakeFailure(internal(error));
      },
    );
    return statement;
  }

  async function page(query: RunningQuery, token: number, response: ServerResponse): Promise<string> {
    if (query.last?.token === token) return query.last.body;
    if (token !== query.token) {
      response.statusCode = 410;
      return "Gone";
    }
    await Promise.race([
      query.statement?.result.catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, LONG_POLL_MS)),
    ]);
    const body = await pageBody(query, response);
    query.last = { token, body };
    query.token++;
    return body;
  }

  async function pageBody(query: RunningQuery, response: ServerResponse): Promise<string> {
    const { id, result, failure } = query;
    const nextUri = uri("executing", id, query.token + 1);
    if (failure) return end(query, response, { error: failure.failure });
    if (!result) return JSON.stringify({ id, infoUri: infoUri(id), nextUri, stats: { state: "RUNNING" } });
    const rows: string[] = [];
    try {
      while (rows.length < ROWS_OF_PAGE) {
        const more = await result.next();
        if (more === undefined) {
          const { columns, updateType, updateCount } = result;
          const facts = { ...(columns.length > 0 ? { columns } : {}), updateType, updateCount };
          return end(query, response, facts, rows);
        }
        rows.push(...more);
      }
    } catch (error) {
      return end(query, response, { error: error instanceof FakeFailure ? error.failure : internal(error) });
    }
    return withData(
      { id, infoUri: infoUri(id), nextUri, columns: result.columns, stats: { state: "RUNNING" } },
      rows,
    );
  }

  function end(
    query: RunningQuery,
    response: ServerResponse,
    facts: object,
    rows: readonly string[] = [],
  ): string {
    const { id, sql, result } = query;
    result?.close();
    for (const [name, value] of Object.entries(fake.answerHeaders(sql))) response.setHeader(name, value);
    return withData(
      { id, infoUri: infoUri(id), ...facts, stats: { state: "FINISHED", processedBytes: 7 } },
      rows,
    );
  }

  /** Where people look at the query. */
  function infoUri(id: string): string {
    return `http://127.0.0.1:${server.port}/ui/query.html?${id}`;
  }

  function uri(state: string, id: string, token: number): string {
    return `http://127.0.0.1:${server.port}/v1/statement/${state}/${id}/${token}`;
  }
}

function withData(facts: object, rows: readonly string[]): string {
  const json = JSON.stringify(facts);
  return rows.length === 0 ? json : `${json.slice(0, -1)},"data":[${rows.join(",")}]}`;
}

function internal(error: unknown) {
  return { message: String(error), errorName: "GENERIC_INTERNAL_ERROR", errorType: "INTERNAL_ERROR" };
}
