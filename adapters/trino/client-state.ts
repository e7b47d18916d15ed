// What the server keeps for a session it keeps with the client: catalog, schema, properties, roles, prepared statements
// and the transaction travel as headers, and answers to SET, USE or PREPARE say how they change.

import type { IncomingHttpHeaders } from "node:http";
import type { TrinoCredentials } from "./credentials.ts";

/** Types with a precision of their own; without it Trino rounds to milliseconds for clients of old. */
const ABILITIES = "PARAMETRIC_DATETIME,PATH,SESSION_AUTHORIZATION";

const TAGS = "X-Trino-Client-Tags";

export class ClientState {
  #fixed: Readonly<Record<string, string>>;
  #own: Readonly<Record<string, string>> = {};
  readonly #properties: Map<string, string>;
  readonly #roles: Map<string, string>;
  readonly #prepared = new Map<string, string>();
  #catalog: string;
  #schema: string;
  #transaction: string | undefined;

  constructor(credentials: TrinoCredentials) {
    const { user, timeZone, clientTags, sessionProperties, roles, database, schema } = credentials;
    this.#fixed = {
      "User-Agent": "etl",
      "X-Trino-Source": "etl",
      "X-Trino-Client-Capabilities": ABILITIES,
      ...(user === undefined ? {} : { "X-Trino-User": headerText(user) }),
      ...(timeZone === undefined ? {} : { "X-Trino-Time-Zone": timeZone }),
      ...tagsHeader(clientTags),
    };
    this.#properties = new Map(Object.entries(sessionProperties));
    this.#roles = new Map(Object.entries(roles).map(([catalog, role]) => [catalog, roleText(role)]));
    this.#catalog = database;
    this.#schema = schema;
  }

  /** True between START TRANSACTION and its end. */
  get inTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  /** Tags and headers of a node in the place of those of the profile, and beside them. */
  route(clientTags: readonly string[] | undefined, headers: Readonly<Record<string, string>>): void {
    this.#own = headers;
    if (clientTags === undefined) return;
    const { [TAGS]: _, ...others } = this.#fixed;
    this.#fixed = { ...others, ...tagsHeader(clientTags) };
  }

  /** Headers of every request of a query. */
  get pageHeaders(): Readonly<Record<string, string>> {
    return { ...this.#own, "User-Agent": "etl" };
  }

  /** Headers of the request that starts a query. */
  headers(): Readonly<Record<string, string>> {
    return {
      ...this.#own,
      ...this.#fixed,
      "X-Trino-Catalog": headerText(this.#catalog),
      "X-Trino-Schema": headerText(this.#schema),
      // Without the header, START TRANSACTION is refused.
      "X-Trino-Transaction-Id": this.#transaction ?? "NONE",
      ...list("X-Trino-Session", this.#properties),
      ...list("X-Trino-Role", this.#roles),
      ...list("X-Trino-Prepared-Statement", this.#prepared),
    };
  }

  /** Takes over what an answer changes. */
  read(headers: IncomingHttpHeaders): void {
    const one = (name: string): string | undefined => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    for (const [name, value] of pairs(headers["x-trino-set-session"])) this.#properties.set(name, value);
    for (const name of items(headers["x-trino-clear-session"])) this.#properties.delete(name);
    for (const [name, value] of pairs(headers["x-trino-set-role"])) this.#roles.set(name, value);
    for (const [name, value] of pairs(headers["x-trino-added-prepare"])) this.#prepared.set(name, value);
    for (const name of items(headers["x-trino-deallocated-prepare"])) this.#prepared.delete(decode(name));
    this.#catalog = decode(one("x-trino-set-catalog") ?? "") || this.#catalog;
    this.#schema = decode(one("x-trino-set-schema") ?? "") || this.#schema;
    this.#transaction = one("x-trino-started-transaction-id") ?? this.#transaction;
    if (headers["x-trino-clear-transaction-id"] !== undefined) this.#transaction = undefined;
  }

  /** The server has forgotten it, as after a lost connection. */
  forgetTransaction(): void {
    this.#transaction = undefined;
  }
}

function tagsHeader(tags: readonly string[]): Readonly<Record<string, string>> {
  return tags.length === 0 ? {} : { [TAGS]: tags.map(headerText).join(",") };
}

/** A role of a profile: a name, ALL, NONE, or the form of the header. */
function roleText(role: string): string {
  return /^(?:ALL|NONE|ROLE\{.*\})$/.test(role) ? role : `ROLE{${role}}`;
}

/** Headers hold Latin-1 only. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

function list(name: string, values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  if (values.size === 0) return {};
  const written = [...values].map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  );
  return { [name]: written.join(",") };
}

function items(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  const joined = Array.isArray(header) ? header.join(",") : header;
  return joined
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function pairs(header: string | string[] | undefined): [string, string][] {
  return items(header).map((item) => {
    const at = item.indexOf("=");
    return at < 0 ? [decode(item), ""] : [decode(item.slice(0, at)), decode(item.slice(at + 1))];
  });
}

/** Java writes a space as "+". */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
