// A statement that ends the server's process (out of memory, a crash in an extension) looks like a lost connection. Run
// again and again it would end the work of everybody on that server, so one that lost its connection twice is given up.
// What ran beside it lost its connection, too, and must not be blamed for it.

import { DatabaseError } from "../adapter/database-error.ts";
import type { Host } from "../base/host.ts";
import { pause } from "../base/pause.ts";
import { Slots } from "../base/slots.ts";

/** To connect, beside the time that the statement itself took. */
const ALLOWANCE_MS = 1000;
/** A server that lost a process ends the others a moment later: who comes before that is lost to the same accident. */
const SETTLING_MS = 1000;

/** The attempts of one node, and the losses among them by statement. */
export class AbruptLosses {
  readonly #counts = new Map<string, number>();
  /** How long the last attempt took. */
  #ranMs = 0;

  /** @param signal ends the waiting */
  constructor(
    private readonly host: Pick<Host, "elapsedMs">,
    private readonly suspects: Suspects,
    private readonly signal: AbortSignal,
  ) {}

  /** Does the work of an attempt: after a loss when it is its turn. @throws what the work throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#counts.size === 0) return this.#timed(work);
    const turn = {
      ms: 2 * this.#ranMs + ALLOWANCE_MS,
      clear: () => this.#counts.clear(),
      signal: this.signal,
    };
    return this.suspects.run(() => this.#timed(work), turn);
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const began = this.host.elapsedMs();
    try {
      return await work();
    } finally {
      this.#ranMs = this.host.elapsedMs() - began;
    }
  }

  /** Counts an error. @returns how often its statement has lost its connection without a word; 0 for other errors */
  count({ facts, sql = "" }: DatabaseError): number {
    if (!facts.abrupt) return 0;
    // Names of temporary relations hold the time.
    const statement = sql.replaceAll(/\d+/g, "0");
    const count = (this.#counts.get(statement) ?? 0) + 1;
    this.#counts.set(statement, count);
    return count;
  }
}

interface Turn {
  /** After so long the work has done nothing to the server: it goes on, and the next has its turn. */
  readonly ms: number;
  /** Called then. */
  clear(): void;
  /** Ends the waiting for a server to settle. */
  readonly signal: AbortSignal;
}

/** The nodes of a run that lost their connections: tried again one at a time, the next loss tells which of them it was. */
export class Suspects {
  readonly #turn = new Slots(1);

  /** Does work when it is its turn. @throws what the work throws */
  async run<T>(work: () => Promise<T>, { ms, clear, signal }: Turn): Promise<T> {
    const { running } = await this.#turn.use(async () => {
      await pause(SETTLING_MS, signal);
      const ended = new AbortController();
      const running = work().finally(() => ended.abort());
      // Whoever asked for it is told of its failure below.
      running.catch(() => {});
      await pause(ms, ended.signal);
      if (!ended.signal.aborted) clear();
      return { running };
    });
    return running;
  }
}

/** What is told instead of the last loss, which is not repeated. */
export function deadlyStatement(error: DatabaseError, times: number): DatabaseError {
  return new DatabaseError(
    {
      kind: "permanent",
      retry: "never",
      message: `the connection was lost ${times} times while this statement ran`,
      detail: error.facts.message,
      hint: "it probably ends the server's process (out of memory, a crash of an extension): the server's log tells. The config retries tries it more often",
    },
    error.sql,
    { cause: error },
  );
}
