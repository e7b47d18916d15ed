// The log file: everything that was said, debug level included, in logs/etl.log. Lines are gathered and appended in
// blocks, because a run says thousands of things; a file that grew too large is rotated first (etl.log.1 is the newest).

import { join } from "node:path";
import type { Files } from "../base/host.ts";

/** How many old files are kept, as dbt keeps them. */
const KEPT = 5;
/** Characters that are gathered before they are appended. */
const BLOCK = 64 * 1024;

export class LogFile {
  private readonly path: string;
  private waiting: string[] = [];
  private waitingLength = 0;
  private reason: string | undefined;

  /** @param maxBytes size from which on the file is rotated; 0: never */
  constructor(
    folder: string,
    private readonly maxBytes: number,
    private readonly files: Files,
  ) {
    this.path = join(folder, "etl.log");
    try {
      files.makeDirectory(folder);
    } catch (error) {
      this.reason = (error as Error).message;
    }
  }

  /** Why nothing could be written; undefined while all is well. */
  get failure(): string | undefined {
    return this.reason;
  }

  write(line: string): void {
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.waitingLength >= BLOCK) this.flush();
  }

  /** Appends what waits. A log that cannot be written never ends a run. */
  flush(): void {
    if (this.waiting.length === 0 || this.reason !== undefined) return;
    const text = `${this.waiting.join("\n")}\n`;
    this.waiting = [];
    this.waitingLength = 0;
    try {
      this.rotate(text.length);
      this.files.append(this.path, text);
    } catch (error) {
      this.reason = (error as Error).message;
    }
  }

  private rotate(more: number): void {
    if (this.maxBytes === 0) return;
    const size = this.files.stat(this.path)?.size ?? 0;
    if (size === 0 || size + more <= this.maxBytes) return;
    for (let number = KEPT - 1; number >= 1; number -= 1) {
      if (this.files.stat(`${this.path}.${number}`))
        this.files.rename(`${this.path}.${number}`, `${this.path}.${number + 1}`);
    }
    this.files.rename(this.path, `${this.path}.1`);
  }
}
