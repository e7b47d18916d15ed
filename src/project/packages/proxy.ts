// Requests through the HTTP proxy that the environment names, as git, curl and pip take it from there. The fetch of Node
// 20 knows no proxies; undici, which it is made of, does, and is loaded only where a proxy is set.

import type { Host } from "../../base/host.ts";

/** What is read of an answer. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/**
 * Sends a GET request and reads the answer with `read`, before the connection is closed.
 * @throws what fetch throws, also for a proxy that does not answer or whose address is none
 */
export async function fetchByProxy<T>(
  url: string,
  { env }: Pick<Host, "env">,
  signal: AbortSignal,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const { address, headers } = withCredentialsApart(url);
  const proxies = proxiesOf(env);
  if (!proxies) return read(await fetch(address, { signal, headers }));
  const undici = await import("undici");
  const dispatcher = new undici.EnvHttpProxyAgent(proxies);
  try {
    return await read(await undici.fetch(address, { signal, headers, dispatcher }));
  } finally {
    await dispatcher.destroy();
  }
}

/**
 * Sends a POST request.
 * @returns the status of the answer, whose body nobody reads
 * @throws what fetch throws, also for a proxy that does not answer or whose address is none
 */
export async function postByProxy(
  url: string,
  { headers: given, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  { env }: Pick<Host, "env">,
  signal: AbortSignal,
): Promise<number> {
  const { address, headers: credentials } = withCredentialsApart(url);
  const request = { method: "POST", headers: { ...credentials, ...given }, body, signal };
  const proxies = proxiesOf(env);
  if (!proxies) {
    const answer = await fetch(address, request);
    await answer.body?.cancel();
    return answer.status;
  }
  const undici = await import("undici");
  const dispatcher = new undici.EnvHttpProxyAgent(proxies);
  try {
    return (await undici.fetch(address, { ...request, dispatcher })).status;
  } finally {
    await dispatcher.destroy();
  }
}

/** User and password of an address go into a header: fetch refuses them, and repeats them when it does. */
function withCredentialsApart(url: string): { address: string; headers: Record<string, string> } {
  const address = new URL(url);
  const { username, password } = address;
  if (username === "" && password === "") return { address: url, headers: {} };
  address.username = "";
  address.password = "";
  const pair = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { address: address.href, headers: { authorization: `Basic ${pair.toString("base64")}` } };
}

/** The proxies for http:// and https://, and who is asked without one; undefined where none is set. */
function proxiesOf(env: Host["env"]) {
  const read = (name: string): string => env[name.toLowerCase()] || env[name] || "";
  const all = read("ALL_PROXY");
  const httpProxy = read("HTTP_PROXY") || all;
  const httpsProxy = read("HTTPS_PROXY") || all;
  if (httpProxy === "" && httpsProxy === "") return undefined;
  return { httpProxy, httpsProxy, noProxy: read("NO_PROXY") };
}
