// Standard output and error as plain functions, and the one place that ends the process.

export interface Terminal {
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
  out(text: string): void;
  err(text: string): void;
}

/**
 * The process's own streams. `etl ls | head` closes the pipe early: that is no error, the rest is dropped.
 * @param clean takes secrets out of every text
 */
export function processTerminal(clean: (text: string) => string): Terminal {
  const closed = new Set<NodeJS.WriteStream>();
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EOF") throw error;
      closed.add(stream);
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
  };
}

/** Waits until all that was written has left the process, then ends it: drivers may keep handles open. */
export async function endProcess(code: number): Promise<never> {
  const flushed = [process.stdout, process.stderr].map(
    (stream) =>
      new Promise<void>((done) => (stream.writableLength === 0 ? done() : stream.write("", () => done()))),
  );
  await Promise.all(flushed);
  process.exit(code);
}
