// Looks after an exchange with the server. A network that goes silent (a firewall that forgot the connection, a cable)
// ends nothing: whoever has sent a statement would wait for a quarter of an hour, and who waits for an answer through a
// proxy for ever. So where nothing comes for a while, the server is asked on another connection.

/** What became of a statement, as another connection tells. */
export type Pulse =
  /** The server works at it, or does not say. */
  | "runs"
  /** The server has answered it, or knows nothing of it. */
  | "over"
  /** No other connection gets through either. */
  | "silent";

export interface WatchOptions {
  /** So long nothing has to come before the server is asked. */
  readonly afterMs: number;
  /** How many bytes have come so far. */
  bytesRead(): number;
  /** Asks the server. Never throws. */
  ask(): Promise<Pulse>;
  /** Told once, when the connection is of no use any more. */
  giveUp(pulse: Exclude<Pulse, "runs">): void;
}

/** One bad answer may be bad luck: a server too busy to take a connection, an answer that is on its way. */
const BAD_ANSWERS = 2;
const ASK_AGAIN_MS = 5000;

/** @returns what ends it */
export function startWatch({ afterMs, bytesRead, ask, giveUp }: WatchOptions): () => void {
  let isOver = false;
  let bad = 0;
  let seen = bytesRead();
  const hears = (): boolean => {
    const before = seen;
    seen = bytesRead();
    return seen !== before;
  };
  const lookIn = (milliseconds: number): NodeJS.Timeout => {
    const next = setTimeout(() => void look(), milliseconds);
    next.unref();
    return next;
  };
  const look = async (): Promise<void> => {
    const pulse = hears() ? "runs" : await ask();
    if (isOver) return;
    bad = pulse === "runs" || hears() ? 0 : bad + 1;
    if (pulse !== "runs" && bad >= BAD_ANSWERS) giveUp(pulse);
    else timer = lookIn(bad > 0 ? Math.min(afterMs, ASK_AGAIN_MS) : afterMs);
  };
  let timer = lookIn(afterMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** What came of a question on another connection. */
export type Apart =
  | { readonly kind: "answered"; readonly rows: readonly (readonly (string | null)[])[] }
  /** The server was heard: it is full, starts again, lets us in no more. What runs is told by its own connection. */
  | { readonly kind: "refused" }
  | { readonly kind: "silent" };

type AskApart = (sql: string) => Promise<Apart>;

/** What a server process does. The role of the profile might not see what the login may. */
export async function pulseOf(processId: number, askApart: AskApart): Promise<Pulse> {
  const answer = await askApart(
    `reset role; select state from pg_catalog.pg_stat_activity where pid = ${processId}`,
  );
  if (answer.kind === "silent") return "silent";
  if (answer.kind === "refused") return "runs";
  const [row] = answer.rows;
  return !row || row[0]?.startsWith("idle") ? "over" : "runs";
}

/** Ends a server process of ours that waits for its client, which does not hear it any more. */
export async function endIdle(processId: number, askApart: AskApart): Promise<void> {
  await askApart(
    `reset role; select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
     where pid = ${processId} and usename = session_user and state like 'idle%'`,
  );
}
