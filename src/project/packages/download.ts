// Downloads over HTTP with a deadline, a size limit and a few tries; nothing is fetched but what a packages file names.

import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { Interrupted } from "../../base/interrupts.ts";
import { withoutPassword } from "./git.ts";
import { type Answer, fetchByProxy } from "./proxy.ts";

const TRIES = 3;
const DEADLINE_MS = 60_000;
/** The largest package archive that is accepted, in bytes. */
const LARGEST = 256 * 1024 * 1024;

interface DownloadOptions {
  readonly host: Pick<Host, "env" | "signal">;
  readonly place: Place;
  /** What to throw for 404. */
  readonly missing?: () => Promise<EtlError> | EtlError;
}

/** The body as UTF-8 text. @throws EtlError(download-failed) */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  return new TextDecoder().decode(await downloadBytes(url, options));
}

/**
 * The body, at most 256 MiB. Tries three times unless the server refuses.
 * @throws EtlError(download-failed), also for what is no address; (interrupted)
 */
export async function downloadBytes(url: string, options: DownloadOptions): Promise<Uint8Array> {
  if (!/^https?:$/.test(protocolOf(url)))
    throw failed(url, "it is no address that begins with https:// or http://", options.place);
  let cause: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 300 * 2 ** attempt));
    try {
      const signal = AbortSignal.any([options.host.signal, AbortSignal.timeout(DEADLINE_MS)]);
      return await fetchByProxy(url, options.host, signal, (answer) => bodyOf(answer, url, options));
    } catch (error) {
      if (options.host.signal.aborted) throw new Interrupted();
      if (error instanceof EtlError) throw error;
      cause = error;
    }
  }
  throw failed(url, reason(cause), options.place, cause);
}

/** @throws EtlError when asking again would not help */
async function bodyOf(
  { ok, status, body }: Answer,
  url: string,
  { place, missing }: DownloadOptions,
): Promise<Uint8Array> {
  if (status === 404 && missing) throw await missing();
  if (status >= 400 && status < 500) throw failed(url, `the server answered ${status}`, place);
  if (!ok) throw new Error(`the server answered ${status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body ?? []) {
    size += part.length;
    if (size > LARGEST) throw failed(url, "it is larger than 256 MiB", place);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function failed(url: string, why: string, place: Place, cause?: unknown): EtlError {
  const shown = withoutPassword(url);
  return new EtlError(
    [
      errorAt("download-failed", `cannot download ${shown}: ${why}`, place, {
        // The user's line would show the password.
        ...(shown === url ? {} : { frame: false }),
        help: "check the network, HTTPS_PROXY and DBT_PACKAGE_HUB_URL, then run etl deps again",
      }),
    ],
    { cause },
  );
}

/** "https:"; empty for what is no address. */
function protocolOf(url: string): string {
  try {
    return new URL(url).protocol;
  } catch {
    return "";
  }
}

/** What went wrong in a few words: fetch hides the reason in `cause`, however deep. */
function reason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
