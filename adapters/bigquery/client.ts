// Requests to the service, by Google's client. Each is sent again when it failed for a passing reason or its answer got
// lost: jobs have ids of our own, so what did arrive is met again and never runs twice; all other requests are such that
// twice is as good as once.

import { setMaxListeners } from "node:events";
import type { BigQuery } from "@google-cloud/bigquery";
import { pause } from "../../src/base/pause.ts";
import type { BigQueryCredentials } from "./credentials.ts";
import { Cancelled, isBusy, isNetworkError, Refusal } from "./failures.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Behind ".../projects/<project>", with a slash. */
  readonly path: string;
  /** Undefined: the project that jobs run in. */
  readonly project?: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** In milliseconds; undefined: as long as it takes. */
  readonly timeout?: number;
}

/** Waits between attempts double from here. */
const FIRST_WAIT_MS = 200;
const LEAST_ATTEMPTS = 4;

export class Client {
  readonly #abort = new AbortController();

  constructor(
    readonly bigquery: BigQuery,
    readonly credentials: BigQueryCredentials,
  ) {
    // As many as there are requests at the same time.
    setMaxListeners(0, this.#abort.signal);
  }

  /**
   * Sends a request, several times if need be.
   * @param signal ends the wait, not what the service does
   * @returns the body of the answer, {} where it has none
   * @throws Refusal, Cancelled, or what Node or the login says
   */
  async request<T>(request: ApiRequest, signal: AbortSignal = this.#abort.signal): Promise<T> {
    const { retries, retrySeconds } = this.credentials;
    const attempts = Math.max(LEAST_ATTEMPTS, retries + 1);
    const deadline = retrySeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + retrySeconds * 1000;
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#once(request, signal)) as T;
      } catch (error) {
        const again = error instanceof Refusal ? isBusy(error) : isNetworkError(error);
        const wait = FIRST_WAIT_MS * 2 ** (attempt - 1);
        if (!again || attempt >= attempts || Date.now() + wait > deadline) throw error;
        await pause(wait, signal);
        if (signal.aborted) throw new Cancelled("cancelled");
      }
    }
  }

  /** All pages of a list. @param items the key of the items in the answers */
  async list<T>(request: ApiRequest, items: string): Promise<T[]> {
    const found: T[] = [];
    let pageToken: string | undefined;
    do {
      const query = { ...request.query, pageToken };
      const page = await this.request<Readonly<Record<string, unknown>>>({ ...request, query });
      const part = page[items];
      if (Array.isArray(part)) found.push(...(part as T[]));
      pageToken = typeof page.nextPageToken === "string" ? page.nextPageToken : undefined;
    } while (pageToken !== undefined);
    return found;
  }

  /** Ends all waits. */
  close(): void {
    this.#abort.abort();
  }

  #once(
    { method, path, project, query, body, headers, timeout }: ApiRequest,
    signal: AbortSignal,
  ): Promise<unknown> {
    const known = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Cancelled("cancelled"));
      if (signal.aborted) {
        stop();
        return;
      }
      signal.addEventListener("abort", stop, { once: true });
      this.bigquery.request(
        {
          method,
          uri: path,
          ...(project === undefined ? {} : { projectId: project }),
          ...(known.length === 0 ? {} : { qs: Object.fromEntries(known) }),
          ...(body === undefined ? {} : { json: body }),
          ...(headers === undefined ? {} : { headers }),
          ...(timeout === undefined ? {} : { timeout }),
        },
        (error: unknown, answer: unknown) => {
          signal.removeEventListener("abort", stop);
          if (error) reject(refusal(error));
          else resolve(answer ?? {});
        },
      );
    });
  }
}

/** What the driver's error says, as a Refusal where the service has spoken. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof Error)) return new Error(String(error));
  const { code, errors } = error as Error & { readonly code?: unknown; readonly errors?: unknown };
  // The error of a login has the request that failed with it.
  if (typeof code !== "number" || "config" in error) return error;
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
  const proto = first as Partial<Record<"reason" | "message", unknown>> | undefined;
  const reason = typeof proto?.reason === "string" ? proto.reason : reasonOfStatus(code);
  const message = typeof proto?.message === "string" ? proto.message : error.message;
  return new Refusal(code, { reason, message }, undefined, { cause: error });
}

function reasonOfStatus(status: number): string {
  if (status === 401) return "authError";
  if (status === 403) return "accessDenied";
  if (status === 404) return "notFound";
  return status >= 500 ? "backendError" : "invalid";
}
