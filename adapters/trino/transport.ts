// One HTTP request to the coordinator, with what all of them carry: the login, TLS, limits of time. A request that
// failed on its way is sent again, which the protocol allows for every one of them: a query runs only when its first page
// is asked for, and a page may be asked for twice.

import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { resolve } from "node:path";
import { readProfileFile } from "../../src/adapter/connection-failed.ts";
import { pause } from "../../src/base/pause.ts";
import type { TrinoCredentials } from "./credentials.ts";
import { type Ask, ExternalLogin } from "./external-login.ts";

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
/** A token that was just given and is refused will not be taken the third time. */
const MOST_LOGINS = 2;
/** "Try again": the coordinator, or a proxy before it, is busy or away for a moment. */
const PASSING = new Set([429, 502, 503, 504]);

export class Transport {
  readonly #agent: HttpAgent;
  readonly #login: Readonly<Record<string, string>>;
  readonly #external: ExternalLogin | undefined;
  readonly #closing = new AbortController();

  /**
   * @param show brings a person to the page where they log in
   * @throws EtlError(connection-failed) for a file of a certificate that cannot be read
   */
  constructor(
    readonly credentials: TrinoCredentials,
    show: (url: string) => void | Promise<void> = () => {},
  ) {
    const { scheme, login } = credentials;
    this.#external = login.kind === "external" ? new ExternalLogin(show) : undefined;
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
    let logins = 0;
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts;
      let wait = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
      try {
        const token = this.#external?.token;
        const answer = await this.#once(request, signal, this.#authorization(token));
        if (answer.status < 300) return answer;
        if (answer.status === 401 && this.#external && logins++ < MOST_LOGINS) {
          await this.#logIn(this.#external, token, answer, signal);
          attempt--;
          continue;
        }
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
    this.#closing.abort();
    this.#agent.destroy();
  }

  /** One person logs in for all requests; each of them waits no longer than its own signal allows. */
  async #logIn(
    external: ExternalLogin,
    refused: string | undefined,
    { headers }: Answer,
    signal: AbortSignal,
  ): Promise<void> {
    const ask: Ask = (url, ended) => this.#once({ method: "GET", url, headers: {} }, ended, {});
    const login = external.renew(refused, headers, ask, this.#closing.signal);
    let stop = (): void => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new AbortedRequest("the request was given up"));
      signal.addEventListener("abort", stop, { once: true });
    });
    try {
      await Promise.race([login, stopped]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #authorization(token: string | undefined): Readonly<Record<string, string>> {
    return token === undefined ? this.#login : { Authorization: `Bearer ${token}` };
  }

  #once(
    { method, url, headers, body }: Request,
    signal: AbortSignal,
    authorization: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const isSafe = this.credentials.scheme === "https";
    const send = isSafe ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const request = send(
        // A coordinator behind a proxy for TLS may not know of it; the login is not sent without.
        isSafe ? url.replace(/^http:/, "https:") : url,
        {
          method,
          agent: this.#agent,
          signal,
          headers: {
            ...this.credentials.httpHeaders,
            ...headers,
            ...authorization,
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
