// The world as the program sees it: files, clock, environment, events, cancellation. Everything above reaches the
// world through a Host (and warehouses through a Session), so tests can replace any of it and runs are repeatable.

import type { EtlEvent } from "./events.ts";

export interface FileStat {
  readonly size: number;
  /** Modification time in milliseconds since the epoch. */
  readonly modifiedMs: number;
  readonly kind: "file" | "directory" | "other";
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "other";
}

/**
 * Files by absolute path. Synchronous on purpose: a project is thousands of small files, and reading them
 * through the thread pool costs two to three times as much as reading them directly.
 * Methods throw Node's own errors (code ENOENT, EACCES ...) unless they say otherwise.
 */
export interface Files {
  /** The bytes decoded as UTF-8, a leading byte order mark removed. Throws EtlError(file-unreadable) when not UTF-8. */
  readText(path: string): string;
  readBytes(path: string): Uint8Array;
  /** Undefined when there is nothing at the path. Follows links. */
  stat(path: string): FileStat | undefined;
  /** Entries sorted by name; links count as what they point to. */
  list(path: string): readonly DirectoryEntry[];
  makeDirectory(path: string): void;
  /**
   * Writes beside the target and renames, so that a reader sees the old file or the new one; makes the folder.
   * @param data what is too large to be held at once is given in pieces
   */
  writeWhole(path: string, data: string | Uint8Array | Iterable<string | Uint8Array>): void;
  /**
   * Writes a file that only people read, in the background and in place: a kill can leave half of it. Makes the folder; a
   * link is replaced, never followed; a file that holds the text already is left alone.
   */
  writeSoon(path: string, text: string): void;
  /** Waits for what `writeSoon` has begun. Throws Node's error of the first file that could not be written. */
  settled(): Promise<void>;
  append(path: string, data: string): void;
  rename(from: string, to: string): void;
  /** Removes a file or a folder with all it holds; a link itself, never what it points to. Nothing there is fine. */
  remove(path: string): void;
  /** The path with all links resolved. */
  realPath(path: string): string;
}

export interface Host {
  readonly cwd: string;
  /** The user's home folder. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** Wall clock. */
  now(): Date;
  /** Monotonic clock in milliseconds, for durations. */
  elapsedMs(): number;
  /** A random v4 UUID. */
  uuid(): string;
  /** Tells every subscriber (console, log file, JUnit ...) what happened. Must not throw. */
  emit(event: EtlEvent): void;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /**
   * Asked now and then by what computes long without letting the event loop turn, where no signal is met otherwise.
   * @param long what follows may take seconds without asking again
   * @throws Interrupted when a signal has come
   */
  checkInterrupt(long?: true): void;
}
