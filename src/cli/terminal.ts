// Standard output and error as plain functions, and the one place that ends the process.

import { reasonOf } from "./system-mistake.ts";

export interface Terminal {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  out(text: string): void;
  err(text: string): void;
  /** Something that was written got lost: a full disk, a broken device. */
  readonly hasLost: boolean;
}

/**
 * The process's own streams. `etl ls | head` closes the pipe early: that is no error, the rest is dropped. What cannot be
 * written for another reason is told on the other stream.
 * @param clean takes secrets out of every text
 */
export function processTerminal(clean: (text: string) => string): Terminal {
  const closed = new Set<NodeJS.WriteStream>();
  let hasLost = false;
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      const isNews = !closed.has(stream);
      closed.add(stream);
      if (error.code === "EPIPE" || error.code === "EOF" || !isNews) return;
      hasLost = true;
      const other = stream === stdout ? stderr : stdout;
      write(other, `error[system-refused]: the output cannot be written: ${reasonOf(error)}\n`);
    });
  }
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (!closed.has(stream) && text !== "") stream.write(clean(text));
  };
  return {
    isTerminal: stdout.isTTY === true,
    get columns() {
      return stdout.isTTY ? stdout.columns : undefined;
    },
    out: (text) => write(stdout, text),
    err: (text) => write(stderr, text),
    get hasLost() {
      return hasLost;
    },
  };
}

/**
 * Waits until all that was written has left the process, then ends it: drivers may keep handles open.
 * @param code becomes 2 when output got lost
 */
export async function endProcess(code: number, terminal: Terminal): Promise<never> {
  const flushed = [process.stdout, process.stderr].map(
    (stream) =>
      new Promise<void>((done) => (stream.writableLength === 0 ? done() : stream.write("", () => done()))),
  );
  await Promise.all(flushed);
  // That a write failed is told a turn later.
  await new Promise((done) => setImmediate(done));
  process.exit(code === 0 && terminal.hasLost ? 2 : code);
}
