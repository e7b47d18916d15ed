// One query of the protocol: it is posted, then its pages are asked for one after the other until there is none behind.
// A page may be empty while the query is queued, planned or at work.

import type { Cell, ResultColumn } from "../../src/adapter/result.ts";
import { type Json, type ToCell, type TypeSignature, toCell } from "./cells.ts";
import type { ClientState } from "./client-state.ts";
import { isTrinoFailure, QueryCancelled, QueryFailure, QueryGone, type TrinoFailure } from "./failures.ts";
import { AbortedRequest, type Answer, HttpStatusError, type Transport } from "./transport.ts";
import { family } from "./types.ts";

export interface QueryAnswer {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly id: string;
  /** "CREATE TABLE", "INSERT"; absent for queries. */
  readonly updateType: string | undefined;
  readonly updateCount: number | undefined;
  readonly bytes: number;
}

export interface QueryOptions {
  /** More rows are not read, and the query is ended. */
  readonly maxRows: number;
  /** The query runs to its end though its rows are not kept. */
  readonly drain: boolean;
}

/** Columns and data of one page, as far as they are used. */
interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly columns?: readonly {
    readonly name: string;
    readonly type: string;
    readonly typeSignature: TypeSignature;
  }[];
  readonly data?: readonly (readonly Json[])[];
  readonly error?: TrinoFailure;
  readonly updateType?: string;
  readonly updateCount?: number;
  readonly stats?: { readonly processedBytes?: number };
}

export class Query {
  readonly #abort = new AbortController();
  #nextUri: string | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly state: ClientState,
  ) {}

  /**
   * Runs a statement without a semicolon.
   * @throws QueryFailure, QueryGone, QueryCancelled, HttpStatusError, or what Node says of the connection
   */
  async run(sql: string, options: QueryOptions): Promise<QueryAnswer> {
    const url = `${this.transport.base}/v1/statement`;
    const headers = { ...this.state.headers(), "Content-Type": "text/plain; charset=utf-8" };
    let page = await this.#send("POST", url, headers, sql);
    let columns: readonly ResultColumn[] = [];
    let converters: readonly ToCell[] = [];
    const rows: (readonly Cell[])[] = [];
    for (;;) {
      if (page.error) throw new QueryFailure(page.error);
      if (page.columns && columns.length === 0) {
        columns = page.columns.map(({ name, type, typeSignature }) => ({
          name,
          type,
          family: family(typeSignature.rawType),
        }));
        converters = page.columns.map(({ typeSignature }) => toCell(typeSignature));
      }
      for (const row of page.data ?? []) {
        if (rows.length >= options.maxRows) break;
        rows.push(row.map((value, i) => converters[i]?.(value) ?? null));
      }
      this.#nextUri = page.nextUri;
      if (page.nextUri === undefined) break;
      if (columns.length > 0 && rows.length >= options.maxRows && !options.drain) {
        await this.#end(page.nextUri);
        break;
      }
      page = await this.#send("GET", page.nextUri, this.state.pageHeaders);
    }
    const { id, updateType, updateCount, stats } = page;
    return { columns, rows, id, updateType, updateCount, bytes: stats?.processedBytes ?? 0 };
  }

  /** Ends the query; `run` then throws QueryCancelled. */
  async cancel(): Promise<void> {
    const uri = this.#nextUri;
    this.#abort.abort();
    if (uri !== undefined) await this.#end(uri);
  }

  /** Tells the server that nobody waits for the query; it would find out by itself after some minutes. */
  async #end(uri: string): Promise<void> {
    try {
      const request = { method: "DELETE", url: uri, headers: this.state.pageHeaders } as const;
      await this.transport.send(request, AbortSignal.timeout(END_PATIENCE_MS));
    } catch {
      // It has ended, or the server is gone.
    }
  }

  async #send(
    method: "GET" | "POST",
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Page> {
    try {
      const request = { method, url, headers, ...(body === undefined ? {} : { body }) };
      const answer = await this.transport.send(request, this.#abort.signal);
      this.state.read(answer.headers);
      return readPage(answer);
    } catch (error) {
      if (error instanceof AbortedRequest) throw new QueryCancelled("cancelled", { cause: error });
      const gone = method === "GET" && error instanceof HttpStatusError && GONE.has(error.status);
      if (gone) throw new QueryGone("the server has forgotten the query", { cause: error });
      throw error;
    }
  }
}

const GONE = new Set([404, 410]);
const END_PATIENCE_MS = 10_000;

/** @throws HttpStatusError when the answer is no page of a query, so what answers is no Trino */
function readPage({ status, text }: Answer): Page {
  const page = parseJson(text);
  if (!isPage(page)) throw new HttpStatusError(status, "this is not an answer of Trino");
  return page;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(LARGE_NUMBER.test(text) ? withLargeNumbersAsTexts(text) : text);
  } catch {
    return undefined;
  }
}

/** Whole numbers that a JavaScript number may not hold. */
const LARGE_NUMBER = /[[,:]-?\d{16}/;
const TEXT_OR_LARGE_NUMBER = /"(?:[^"\\]|\\.)*"|(?<=[[,:])-?\d{16,}(?=[,\]}])/g;

function withLargeNumbersAsTexts(json: string): string {
  return json.replaceAll(TEXT_OR_LARGE_NUMBER, (found) => (found.startsWith('"') ? found : `"${found}"`));
}

function isPage(value: unknown): value is Page {
  if (typeof value !== "object" || value === null || !("id" in value)) return false;
  return !("error" in value) || isTrinoFailure(value.error);
}
