// Sends events to a file or a server in the background. Nothing that goes wrong with it concerns the run: a server gets
// a few attempts, one that is away for good gets nothing more, and what was lost is told in one warning at the end.

import { type Diagnostic, warningAt } from "../base/diagnostic.ts";
import type { Files, Host } from "../base/host.ts";
import { pause } from "../base/pause.ts";
import { Scrubber } from "../base/scrubber.ts";
import { Slots } from "../base/slots.ts";
import { shownPath } from "../config/file-paths.ts";
import type { EventTarget } from "../config/open-lineage.ts";
import { postByProxy } from "../project/packages/proxy.ts";
import type { RunEvent } from "./run-events.ts";

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 200;
/** Requests that are under way at once. */
const WIDTH = 4;

export interface SenderOptions {
  readonly target: EventTarget;
  readonly host: Host;
  /** Of the project, for messages. */
  readonly folder: string;
  /** Values that no event may hold. */
  readonly secrets: readonly string[];
}

export class EventSender {
  readonly #slots = new Slots(WIDTH);
  readonly #ending = new AbortController();
  /** The last event of each run: what follows waits for it. */
  readonly #last = new Map<string, Promise<void>>();
  readonly #pending = new Set<Promise<void>>();
  #failure: string | undefined;
  #isGone = false;
  #lost = 0;
  #count = 0;

  readonly #scrubber = new Scrubber();

  constructor(private readonly options: SenderOptions) {
    this.#scrubber.add(options.secrets);
  }

  /** Never throws and never waits. */
  send(event: RunEvent): void {
    this.#count++;
    const text = this.#scrubber.clean(JSON.stringify(event));
    const { target, host } = this.options;
    if (target.kind === "file") {
      this.#append(target.path, text, host.files);
      return;
    }
    const { runId } = event.run;
    const before = this.#last.get(runId);
    const sent = (before ?? Promise.resolve()).then(() => this.#slots.use(() => this.#post(target, text)));
    this.#last.set(runId, sent);
    this.#pending.add(sent);
    void sent.then(() => this.#pending.delete(sent));
  }

  /** Waits for what is under way, but not for long. @returns what was lost */
  async close(deadlineMs: number): Promise<Diagnostic[]> {
    const timer = setTimeout(() => {
      this.#failure ??= `there was no answer for ${deadlineMs / 1000} s`;
      this.#ending.abort();
    }, deadlineMs);
    await Promise.all(this.#pending);
    clearTimeout(timer);
    if (this.#failure === undefined) return [];
    const { target, folder } = this.options;
    const where = target.kind === "file" ? shownPath(target.path, folder) : shownUrl(target.url);
    const lost = `${this.#lost} of ${this.#count} OpenLineage events did not get to ${where}: ${this.#failure}`;
    return [
      warningAt("openlineage-unsent", lost, undefined, { help: "the run itself was not touched by it" }),
    ];
  }

  #append(path: string, text: string, files: Files): void {
    try {
      files.append(path, `${text}\n`);
    } catch (error) {
      this.#lost++;
      this.#failure ??= (error as Error).message;
    }
  }

  async #post(target: Extract<EventTarget, { kind: "http" }>, text: string): Promise<void> {
    const { signal } = this.#ending;
    for (let attempt = 1; !this.#isGone && !signal.aborted; attempt++) {
      const answer = await this.#attempt(target, text);
      if (answer === undefined) return;
      if (answer.isFinal || attempt === ATTEMPTS) {
        this.#failure ??= answer.reason;
        this.#isGone = answer.isGone;
        break;
      }
      await pause(FIRST_WAIT_MS * 2 ** (attempt - 1), signal);
    }
    this.#lost++;
  }

  /** @returns undefined when it was taken */
  async #attempt(
    { url, key, timeoutMs }: Extract<EventTarget, { kind: "http" }>,
    body: string,
  ): Promise<Refusal | undefined> {
    const headers = {
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    };
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const status = await postByProxy(url, { headers, body }, this.options.host, signal);
      if (status < 300) return undefined;
      const isPassing = status === 408 || status === 429 || status >= 500;
      const isGone = isPassing || [401, 403, 404, 405].includes(status);
      return { reason: `the server answered ${status}`, isFinal: !isPassing, isGone };
    } catch (error) {
      return { reason: reasonOf(error), isFinal: false, isGone: true };
    }
  }
}

interface Refusal {
  readonly reason: string;
  /** Asking again would give the same. */
  readonly isFinal: boolean;
  /** No other event would be taken either. */
  readonly isGone: boolean;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "the server does not answer";
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

/** Without user and password, and without the query, which may hold a key. */
function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
