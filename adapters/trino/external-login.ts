// The methods oauth and oauth_console: a server that answers 401 names a page where a person logs in, and an address that
// gives the token when that has happened. The token is kept in memory, for all sessions of the run, and a person is asked
// once even when many of them need it. Facts from trino-python-client 0.340, auth.py.

import type { IncomingHttpHeaders } from "node:http";
import type { ConnectionProblem } from "../../src/adapter/connection-failed.ts";
import { pause } from "../../src/base/pause.ts";

/** Asks an address without a login. */
export type Ask = (
  url: string,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly text: string }>;

/** No token was given, in words for a person. */
export class LoginFailed extends Error {
  constructor(
    message: string,
    readonly help: string,
  ) {
    super(message);
  }

  problem(): ConnectionProblem {
    return { key: "method", message: this.message, help: this.help };
  }
}

/** A person has so long to log in. */
const PATIENCE_MS = 300_000;
/** The server keeps a question open until there is an answer; one that does not is asked no faster than this. */
const LEAST_WAIT_MS = 250;

export class ExternalLogin {
  #token: string | undefined;
  #running: Promise<void> | undefined;

  /** @param show brings a person to a page */
  constructor(private readonly show: (url: string) => void | Promise<void>) {}

  /** The token that requests carry now. */
  get token(): string | undefined {
    return this.#token;
  }

  /**
   * Gets a token for a request that was refused; returns at once where another request has got one meanwhile.
   * @param refused the token that it carried
   * @throws LoginFailed
   */
  renew(
    refused: string | undefined,
    headers: IncomingHttpHeaders,
    ask: Ask,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.#token !== refused) return Promise.resolve();
    this.#running ??= this.#logIn(headers, ask, signal).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #logIn(headers: IncomingHttpHeaders, ask: Ask, signal: AbortSignal): Promise<void> {
    const { redirect, token: address } = serversOf(headers["www-authenticate"] ?? "");
    if (address === undefined)
      throw new LoginFailed(
        "the server does not offer to log in through a browser",
        "it must have http-server.authentication.type=oauth2; write method: ldap, jwt or certificate for others",
      );
    for (const url of [address, redirect ?? address])
      if (!isSafe(url))
        throw new LoginFailed(
          "the server names an address to log in at that does not begin with https://",
          "its administrator must set http-server.process-forwarded=true behind a proxy",
        );
    if (redirect !== undefined) await this.show(redirect);
    this.#token = await waitForToken(address, ask, signal);
  }
}

async function waitForToken(address: string, ask: Ask, signal: AbortSignal): Promise<string> {
  const end = Date.now() + PATIENCE_MS;
  let url = address;
  while (Date.now() < end) {
    const asked = Date.now();
    const { status, text } = await ask(url, signal);
    if (status !== 200)
      throw new LoginFailed(`the server gives no token: HTTP status ${status}`, "try again in a moment");
    const { token, error, nextUri } = fieldsOf(text);
    if (typeof token === "string") return token;
    if (typeof error === "string")
      throw new LoginFailed(`the login was refused: ${error}`, "log in as somebody who may use this server");
    if (typeof nextUri !== "string" || !isSafe(nextUri))
      throw new LoginFailed("the server answers a question for a token with something else", "is it Trino?");
    url = nextUri;
    await pause(Math.max(0, LEAST_WAIT_MS - (Date.now() - asked)), signal);
    if (signal.aborted) break;
  }
  throw new LoginFailed(
    `nobody has logged in within ${PATIENCE_MS / 60_000} minutes`,
    "run the command again and log in; where there is no person, write method: jwt",
  );
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** `Basic realm="Trino", Bearer x_redirect_server="https://...", x_token_server="https://..."`. */
function serversOf(header: string): { readonly redirect?: string; readonly token?: string } {
  const one = (name: string): string | undefined =>
    new RegExp(`(?:^|[\\s,])${name}="([^"]*)"`, "i").exec(header)?.[1];
  const [redirect, token] = [one("x_redirect_server"), one("x_token_server")];
  return {
    ...(redirect === undefined ? {} : { redirect }),
    ...(token === undefined ? {} : { token }),
  };
}

/** A token is asked for, and shown, in secret only. */
function isSafe(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === "https:";
}
