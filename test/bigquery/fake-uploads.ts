// Uploads in the two forms that clients use: a job and its rows as two parts of one request, or the job first and the rows
// behind it, at an address that the answer tells. Rows of CSV become lines of JSON, which the fake service loads.

import type { IncomingMessage } from "node:http";
import { parse } from "csv-parse/sync";
import type { ApiField } from "../../adapters/bigquery/types.ts";

type Body = Record<string, unknown>;

export interface Upload {
  readonly body: Body;
  /** Rows, as they were sent. */
  readonly data: string;
}

export class Uploads {
  readonly #begun: Body[] = [];

  /** @returns the address for the rows, when this request brings the job alone */
  begun(query: URLSearchParams, method: string | undefined, body: Body): string | undefined {
    if (method !== "POST" || query.get("uploadType") !== "resumable") return undefined;
    return `uploadType=resumable&upload_id=${this.#begun.push(body) - 1}`;
  }

  /** What a request brings: a job, its rows, or both. */
  read(request: IncomingMessage, query: URLSearchParams, text: string): Upload {
    const id = query.get("upload_id");
    if (id !== null) return { body: this.#begun[Number(id)] ?? {}, data: text };
    const boundary = /boundary="?([^";]+)"?/.exec(request.headers["content-type"] ?? "")?.[1];
    const [json = "", data = ""] = boundary === undefined ? [text] : partsOf(text, boundary);
    return { body: json === "" ? {} : (JSON.parse(json) as Body), data };
  }
}

function partsOf(body: string, boundary: string): string[] {
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => part.slice(part.indexOf("\r\n\r\n") + 4).replace(/\r\n$/, ""));
}

/** A cell without letters is NULL. */
export function jsonLines(csv: string, fields: readonly ApiField[], skipped: number): string {
  const rows = parse(csv, { fromLine: skipped + 1, relaxColumnCount: true });
  return rows
    .map((row) => JSON.stringify(Object.fromEntries(fields.map(({ name }, i) => [name, row[i] || null]))))
    .join("\n");
}
