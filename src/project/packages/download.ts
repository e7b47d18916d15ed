// Downloads over HTTP with a deadline, a size limit and a few tries; nothing is fetched but what a packages file names.

import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";

const TRIES = 3;
const DEADLINE_MS = 60_000;
/** The largest package archive that is accepted, in bytes. */
const LARGEST = 256 * 1024 * 1024;

interface DownloadOptions {
  readonly signal: AbortSignal;
  readonly place: Place;
  /** What to throw for 404. */
  readonly missing?: () => Promise<EtlError> | EtlError;
}

/** The body as UTF-8 text. @throws EtlError(download-failed) */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  return new TextDecoder().decode(await downloadBytes(url, options));
}

/** The body, at most 256 MiB. Tries three times unless the server refuses. @throws EtlError(download-failed) */
export async function downloadBytes(url: string, options: DownloadOptions): Promise<Uint8Array> {
  let cause: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 300 * 2 ** attempt));
    try {
      const response = await fetch(url, {
        signal: AbortSignal.any([options.signal, AbortSignal.timeout(DEADLINE_MS)]),
      });
      if (response.status === 404 && options.missing) throw await options.missing();
      if (response.status >= 400 && response.status < 500)
        throw failed(url, `the server answered ${response.status}`, options.place);
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      return await readBody(response, url, options.place);
    } catch (error) {
      if (error instanceof EtlError || options.signal.aborted) throw error;
      cause = error;
    }
  }
  throw failed(url, reason(cause), options.place, cause);
}

async function readBody(response: Response, url: string, place: Place): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > LARGEST) throw failed(url, "it is larger than 256 MiB", place);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function failed(url: string, why: string, place: Place, cause?: unknown): EtlError {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return new EtlError(
    [
      errorAt("download-failed", `cannot download ${shown.href}: ${why}`, place, {
        help: "check the network and DBT_PACKAGE_HUB_URL, then run etl deps again",
      }),
    ],
    { cause },
  );
}

/** What went wrong in a few words: fetch hides the reason in `cause`. */
function reason(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
