// One HTTP request to the coordinator, with what all of them carry: the login, TLS, limits of time. A request that
// failed on its way is sent again, which the protocol allows for every one of them: a query runs only when its first page
// is asked for, and a page may be asked for twice.

import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { resolve } from "node:path";
import { readProfileFile } from "../../src/adapter/connection-failed.ts";
import { pause } from "../../src/base/pause.ts";
import type { TrinoCredentials } from "./credentials.ts";

export interface Request {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The server answered with a status that is no answer of a query. */
export class HttpStatusError extends Error {
  constructor(
    readonly status: number,
    /** The beginning of the body, in one line. */
    readonly text: string,
  ) {
    super(text === "" ? `the server answered with HTTP status ${status}` : `HTTP ${status}: ${text}`);
  }
}

/** A request that was given up since its signal was aborted. */
export class AbortedRequest extends Error {}

/** A coordinator answers a page after a second at most, so one that is silent for so long is lost. */
const SILENCE_MS = 60_000;
const CONNECT_MS = 30_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
/** "Try again": the coordinator, or a proxy before it, is busy or away for a moment. */
const PASSING = new Set([429, 502, 503, 504]);

export class Transport {
  readonly #agent: HttpAgent;
  readonly #login: Readonly<Record<string, string>>;

  /** @throws EtlError(connection-failed) for a file of a certificate that cannot be read */
  constructor(readonly credentials: TrinoCredentials) {
    const { scheme, login } = credentials;
    const options: AgentOptions = { keepAlive: true, timeout: SILENCE_MS };
    this.#agent =
      scheme === "http" ? new HttpAgent(options) : new HttpsAgent({ ...options, ...tls(credentials) });
    this.#login = loginHeader(login);
  }

  get base(): string {
    const { scheme, host, port } = this.credentials;
    return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  /**
   * Sends a request, again and again where it may go well later.
   * @returns an answer with a status below 300
   * @throws HttpStatusError, AbortedRequest, or what Node says of the connection
   */
  async send(request: Request, signal: AbortSignal): Promise<Answer> {
    const { attempts } = this.credentials;
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts;
      let wait = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
      try {
        const answer = await this.#once(request, signal);
        if (answer.status < 300) return answer;
        if (last || !PASSING.has(answer.status)) throw new HttpStatusError(answer.status, plainWords(answer));
        const asked = Number(answer.headers["retry-after"]);
        if (asked > 0) wait = Math.min(asked * 1000, LONGEST_WAIT_MS);
      } catch (error) {
        if (signal.aborted) throw new AbortedRequest("the request was given up", { cause: error });
        if (error instanceof HttpStatusError || last || !isPassing(error)) throw error;
      }
      await pause(wait, signal);
      if (signal.aborted) throw new AbortedRequest("the request was given up");
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #once({ method, url, headers, body }: Request, signal: AbortSignal): Promise<Answer> {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(
        url,
        {
          method,
          agent: this.#agent,
          signal,
          headers: {
            ...headers,
            ...this.credentials.httpHeaders,
            ...this.#login,
            ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
          },
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on("data", (piece: Buffer) => pieces.push(piece));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(pieces).toString("utf8");
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      request.on("error", reject);
      request.on("timeout", () => request.destroy(timedOut(SILENCE_MS)));
      request.on("socket", (socket) => {
        if (!socket.connecting) return;
        const timer = setTimeout(() => request.destroy(timedOut(CONNECT_MS)), CONNECT_MS);
        socket.once("connect", () => clearTimeout(timer));
        socket.once("close", () => clearTimeout(timer));
      });
      request.end(body);
    });
  }
}

function timedOut(milliseconds: number): Error {
  const error = new Error(`no answer within ${milliseconds / 1000} s`);
  return Object.assign(error, { code: "ETIMEDOUT" });
}

const PASSING_CODES = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ECONNABORTED",
  "EAI_AGAIN",
]);

/** Whether a connection failed for a reason that may pass by itself; a certificate or a name does not. */
function isPassing(error: unknown): boolean {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && "code" in first && PASSING_CODES.has(String(first.code));
}

function loginHeader(login: TrinoCredentials["login"]): Readonly<Record<string, string>> {
  switch (login.kind) {
    case "password":
      return { Authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}` };
    case "jwt":
      return { Authorization: `Bearer ${login.token}` };
    default:
      return {};
  }
}

function tls(credentials: TrinoCredentials): AgentOptions {
  const { verify, login, folder } = credentials;
  const read = (key: string, path: string): Buffer =>
    readProfileFile(key, path, resolve(folder, path), credentials);
  return {
    rejectUnauthorized: verify !== false,
    ...(typeof verify === "string" ? { ca: read("cert", verify) } : {}),
    ...(login.kind === "certificate"
      ? { cert: read("client_certificate", login.certificate), key: read("client_private_key", login.key) }
      : {}),
  };
}

/** What a person can read of an answer that is no JSON. */
function plainWords({ text }: Answer): string {
  const words = text
    .replaceAll(/<(style|script|head)\b[\s\S]*?<\/\1>/gi, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return words.length > 200 ? `${words.slice(0, 199)}…` : words;
}
