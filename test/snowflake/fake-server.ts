// A server of ours that speaks the protocol of Snowflake's drivers: log in, statements that answer at once or are polled
// for, results in chunks, PUT into a local folder, abort, the end of a session. Faults are made on purpose: a status
// instead of an answer, a broken connection, an error of the service.

import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { listen } from "../adapter/loopback-server.ts";
import { FakeEngine, type FakeSession, type StatementResult } from "./fake-engine.ts";
import { literal } from "./fake-names.ts";
import { FakeFailure } from "./fake-results.ts";

type Body = Readonly<Record<string, unknown>>;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: Body;
  /** The statement of a query; else empty. */
  readonly sql: string;
  readonly session: number;
}

/** What is done with a request instead of answering it; undefined: it is answered. */
export type Fault =
  | { readonly status: number }
  | { readonly breaks: "before" | "after" }
  | { readonly code: string; readonly message: string };

export interface FakeSnowflake {
  readonly port: number;
  /** All requests so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** How many sessions were begun. */
  readonly logins: readonly Body[];
  /** Asked for each request. */
  fault: (request: SeenRequest) => Fault | undefined;
  /** Asked for what to run in the place of a statement that failed. */
  standIn: (sql: string) => string | undefined;
  /** Ends all connections and forgets all sessions. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** After so long a statement that runs is told to be polled for. */
const PATIENCE_MS = 100;

interface Running {
  readonly session: FakeSession;
  readonly requestId: string;
  readonly result: Promise<unknown>;
}

export async function startFakeSnowflake(): Promise<FakeSnowflake> {
  const stages = mkdtempSync(join(tmpdir(), "etl-fake-stages-"));
  const engine = await FakeEngine.open(stages);
  const sessions = new Map<string, { readonly session: FakeSession; readonly number: number }>();
  const queries = new Map<string, Running>();
  const chunks = new Map<string, () => Buffer>();
  const requests: SeenRequest[] = [];
  const logins: Body[] = [];
  let count = 0;

  const server = await listen(handle);

  const fake: FakeSnowflake = {
    port: server.port,
    requests,
    logins,
    fault: () => undefined,
    standIn: () => undefined,
    async restart() {
      const ended = [...sessions.values()];
      sessions.clear();
      server.dropConnections();
      for (const { session } of ended) await engine.end(session);
      queries.clear();
    },
    async stop() {
      await fake.restart();
      await server.stop();
      engine.close();
      rmSync(stages, { recursive: true, force: true });
    },
  };
  return fake;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://fake");
    const raw = await buffer(request);
    const plain = request.headers["content-encoding"] === "gzip" && raw.length > 0 ? gunzipSync(raw) : raw;
    const body: Body = plain[0] === 0x7b ? JSON.parse(plain.toString("utf8")) : {};
    const token = /Token="([^"]*)"/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const known = sessions.get(token);
    const sql = typeof body.sqlText === "string" ? body.sqlText : "";
    const seen = { method: request.method ?? "", path: url.pathname, body, sql, session: known?.number ?? 0 };
    requests.push(seen);
    const fault = fake.fault(seen);
    if (fault && "status" in fault) {
      response.writeHead(fault.status).end("");
      return;
    }
    if (fault && "breaks" in fault && fault.breaks === "before") {
      request.socket.destroy();
      return;
    }
    if (url.pathname.startsWith("/chunks/")) {
      response.writeHead(200, { "content-encoding": "gzip" }).end(chunks.get(url.pathname.slice(8))?.());
      return;
    }
    const answer =
      fault && "code" in fault
        ? failure(new FakeFailure(fault.code, "08001", fault.message))
        : await answerTo(url, seen, known?.session, token);
    if (fault && "breaks" in fault) request.socket.destroy();
    else response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
  }

  async function answerTo(
    url: URL,
    seen: SeenRequest,
    session: FakeSession | undefined,
    token: string,
  ): Promise<unknown> {
    const { path } = seen;
    if (path === "/session/v1/login-request") return login(url, seen.body);
    if (path === "/oauth/token-request") return { access_token: "access-of-refresh" };
    if (path === "/telemetry/send") return success(null);
    if (path === "/session") return end(token);
    const aborted = /^\/queries\/(.+)\/abort-request$/.exec(path)?.[1];
    if (aborted !== undefined) return abort(aborted, seen.body);
    if (session === undefined)
      return failure(
        new FakeFailure(
          "390114",
          "08001",
          "Authentication token has expired.  The user must authenticate again.",
        ),
      );
    if (path === "/session/heartbeat") return success(null);
    if (path === "/queries/v1/query-request") return query(url, seen, session);
    const polled = /^\/queries\/(.+)\/result$/.exec(path)?.[1];
    return polled === undefined
      ? failure(new FakeFailure("000000", "08001", `no such path ${path}`))
      : poll(polled);
  }

  async function login(url: URL, body: Body): Promise<unknown> {
    const data = (body.data ?? {}) as Body;
    logins.push(data);
    if (data.PASSWORD === "wrong")
      return failure(new FakeFailure("390100", "08001", "Incorrect username or password was specified."));
    const token = `token-${++count}`;
    const schema = url.searchParams.get("schemaName") ?? "PUBLIC";
    const warehouse = url.searchParams.get("warehouse") ?? undefined;
    sessions.set(token, { session: await engine.session(schema, warehouse?.toUpperCase()), number: count });
    return success({
      token,
      masterToken: `master-${count}`,
      validityInSeconds: 3600,
      masterValidityInSeconds: 14_400,
      sessionId: count,
      parameters: [],
      sessionInfo: {
        databaseName: "DB",
        schemaName: schema,
        warehouseName: warehouse ?? null,
        roleName: "ROLE",
      },
    });
  }

  async function end(token: string): Promise<unknown> {
    const ended = sessions.get(token);
    sessions.delete(token);
    if (ended) await engine.end(ended.session);
    return success(null);
  }

  function abort(id: string, body: Body): unknown {
    for (const [queryId, running] of queries)
      if (queryId === id || running.requestId === body.requestId) running.session.interrupt();
    return success(null);
  }

  async function query(url: URL, { sql, body }: SeenRequest, session: FakeSession): Promise<unknown> {
    const queryId = `01b0-${String(++count).padStart(8, "0")}`;
    const put = /^\s*PUT\s+'file:\/\/([^']+)'\s+@~\/(\S+)/i.exec(sql);
    if (put) return success(upload(put[1] ?? "", put[2] ?? ""));
    const text = withBinds(sql, body.bindings);
    const describes = body.describeOnly === true;
    const attempt = session.execute(text, describes).catch((error: unknown) => {
      const other = fake.standIn(text);
      if (other === undefined) throw error;
      return session.execute(other, describes);
    });
    const result = attempt.then(
      (done) => success(data(done, queryId)),
      (error: unknown) => failure(error, queryId),
    );
    queries.set(queryId, { session, requestId: url.searchParams.get("requestId") ?? "", result });
    return (await soon(result)) ?? pending(queryId);
  }

  async function poll(id: string): Promise<unknown> {
    const running = queries.get(id);
    if (!running) return failure(new FakeFailure("000709", "02000", `Statement ${id} not found`));
    return (await soon(running.result)) ?? pending(id);
  }

  function upload(file: string, stage: string): Body {
    return {
      command: "UPLOAD",
      src_locations: [file],
      autoCompress: false,
      sourceCompression: "gzip",
      overwrite: true,
      parallel: 1,
      threshold: 1_000_000,
      stageInfo: { locationType: "LOCAL_FS", location: join(stages, stage), creds: {} },
    };
  }

  function data({ rowtype, rowset, rest = [], statementTypeId }: StatementResult, queryId: string): Body {
    const list = rest.map(({ count: rowCount, rows }, i) => {
      chunks.set(`${queryId}-${i}`, () => {
        const json = rows().map((row) => JSON.stringify(row));
        return gzipSync(json.join(","), { level: 1 });
      });
      const url = `http://127.0.0.1:${server.port}/chunks/${queryId}-${i}`;
      return { url, rowCount, uncompressedSize: 1, compressedSize: 1 };
    });
    const total = rest.reduce((sum, { count: more }) => sum + more, rowset.length);
    return {
      parameters: [
        { name: "TIMEZONE", value: "UTC" },
        { name: "TIME_OUTPUT_FORMAT", value: "HH24:MI:SS" },
      ],
      rowtype,
      rowset,
      total,
      returned: total,
      queryId,
      queryResultFormat: "json",
      ...(list.length > 0 ? { chunks: list, chunkHeaders: {} } : {}),
      statementTypeId,
      version: 1,
    };
  }
}

function soon(result: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  return Promise.race([result, late]).finally(() => clearTimeout(timer));
}

function success(data: unknown): unknown {
  return { data, success: true, code: null, message: null };
}

function pending(queryId: string): unknown {
  const data = { queryId, getResultUrl: `/queries/${queryId}/result`, queryAbortsAfterSecs: 300 };
  return { data, success: true, code: "333333", message: "Query execution in progress." };
}

function failure(error: unknown, queryId?: string): unknown {
  const { code, sqlState, message } =
    error instanceof FakeFailure ? error : new FakeFailure("300002", "XX000", String(error));
  const data = { errorCode: code, sqlState, queryId, type: null, internalError: false, line: -1, pos: -1 };
  return { data, success: false, code, message };
}

/** Values in the place of ? and :1, as literals. */
function withBinds(sql: string, bindings: unknown): string {
  if (typeof bindings !== "object" || bindings === null) return sql;
  const values = bindings as Readonly<
    Record<string, { readonly type: string; readonly value: string | null }>
  >;
  let next = 0;
  return sql.replaceAll(/\?|:(\d+)/g, (_, number?: string) => {
    const bound = values[number ?? String(++next)];
    if (!bound || bound.value === null) return "NULL";
    return ["FIXED", "REAL", "BOOLEAN"].includes(bound.type)
      ? bound.value
      : literal(bound.value).replaceAll("\\", "\\\\");
  });
}
