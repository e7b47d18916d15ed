// Files of the real file system. What is written is written beside its target and renamed, so that whoever reads at
// the same time, or after a kill, sees the old file or the new one and never a torn one.

import {
  appendFileSync,
  closeSync,
  constants,
  type Dirent,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { BackgroundWrites } from "./background-writes.ts";
import { EtlError, errorAt } from "./diagnostic.ts";
import type { DirectoryEntry, FileStat, Files } from "./host.ts";

/** How often a rename is tried again on Windows, where a reader or a virus scanner holds the target for a moment. */
const RENAME_TRIES = 10;

/** How much text is encoded at once. */
const JOINED_CHARS = 1 << 20;

/** @param clean takes secrets out of every text before it is written */
export function nodeFiles(clean: (text: string) => string): Files {
  const background = new BackgroundWrites(makeDirectory);
  return {
    readText,
    readBytes,
    stat,
    list,
    makeDirectory,
    writeWhole: (path, data) => writeWhole(path, inBuffers(data, clean)),
    writeSoon: (path, text) => background.add(path, clean(text)),
    settled: () => background.settled(),
    append: (path, data) => appendFileSync(path, clean(data)),
    rename: renamePatiently,
    remove: (path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 }),
    realPath: (path) => realpathSync(path),
  };
}

/** Node's own `recursive` never returns where a parent says ENOENT to new folders, as /proc does. */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path && stat(dirname(path)) === undefined) {
      makeDirectory(dirname(path));
      makeDirectory(path);
    } else if (stat(path)?.kind !== "directory") throw error;
  }
}

/** A pipe, which could be waited for without an end, reads as empty. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

function readBytes(path: string): Buffer {
  try {
    const file = openSync(path, READ);
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // Errors of reading name no path: a folder can be opened.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}

function readText(path: string): string {
  const bytes = readBytes(path);
  // Decoding with `toString` is several times faster than TextDecoder; it puts U+FFFD where bytes are no UTF-8, and
  // only a text that holds one is worth a second, strict look.
  const text = bytes.toString("utf8");
  if (text.includes("\uFFFD")) refuseOtherEncodings(path, bytes);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function refuseOtherEncodings(path: string, bytes: Uint8Array): void {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const { line, byte } = firstBadByte(bytes);
    const found = bytes[0] === 0xff || bytes[0] === 0xfe ? "UTF-16" : "Latin-1 or Windows-1252";
    throw new EtlError(
      [
        errorAt(
          "file-unreadable",
          `a file is not UTF-8: byte ${byte} of its line ${line} belongs to another encoding`,
          {
            file: path.replaceAll("\\", "/"),
            line,
            column: 1,
          },
          { frame: false, help: `it is probably ${found}; save it as UTF-8` },
        ),
      ],
      { cause },
    );
  }
}

/** Line and 1-based byte within it of the first byte that is not UTF-8. */
function firstBadByte(bytes: Uint8Array): { readonly line: number; readonly byte: number } {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const text = Buffer.from(bytes.subarray(start, end)).toString("utf8");
    const at = text.indexOf("\uFFFD");
    if (at >= 0) return { line, byte: Buffer.byteLength(text.slice(0, at)) + 1 };
    start = end;
  }
  return { line: 1, byte: 1 };
}

function stat(path: string): FileStat | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return undefined;
  return { size: found.size, modifiedMs: found.mtimeMs, kind: kindOf(found) };
}

function list(path: string): readonly DirectoryEntry[] {
  return readdirSync(path, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, kind: entryKind(path, entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function entryKind(folder: string, entry: Dirent): DirectoryEntry["kind"] {
  if (!entry.isSymbolicLink()) return kindOf(entry);
  return stat(join(folder, entry.name))?.kind ?? "other";
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): DirectoryEntry["kind"] {
  return entry.isFile() ? "file" : entry.isDirectory() ? "directory" : "other";
}

/** Pieces of text are joined before they are cleaned and encoded: most are short. */
function* inBuffers(
  data: string | Uint8Array | Iterable<string | Uint8Array>,
  clean: (text: string) => string,
): Iterable<Uint8Array> {
  if (typeof data === "string") return yield Buffer.from(clean(data));
  if (data instanceof Uint8Array) return yield data;
  let texts: string[] = [];
  let length = 0;
  for (const piece of data) {
    if (typeof piece === "string") {
      texts.push(piece);
      length += piece.length;
    }
    if (length > JOINED_CHARS || (typeof piece !== "string" && length > 0)) {
      yield Buffer.from(clean(texts.join("")));
      texts = [];
      length = 0;
    }
    if (typeof piece !== "string") yield piece;
  }
  if (length > 0) yield Buffer.from(clean(texts.join("")));
}

function writeWhole(path: string, data: Iterable<Uint8Array>): void {
  // The process id and the clock keep two runs in one folder from writing into one temporary file.
  const beside = `${path}.${process.pid}-${process.hrtime.bigint().toString(36)}.tmp`;
  try {
    const file = openNew(beside);
    try {
      for (const bytes of data) writeAll(file, bytes);
    } finally {
      closeSync(file);
    }
    renamePatiently(beside, path);
  } catch (error) {
    discard(beside);
    // The user knows the file by its own name.
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}

/** Removes what could not be finished; where that fails too, the first failure is the one to tell. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A folder that must not be written holds no such file.
  }
}

/** Opens a file that does not exist yet, in a folder that may not exist either. */
function openNew(path: string): number {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    makeDirectory(dirname(path));
    return openSync(path, "wx");
  }
}

function writeAll(file: number, data: Uint8Array): void {
  for (let done = 0; done < data.length; ) done += writeSync(file, data, done);
}

function renamePatiently(from: string, to: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const held =
        process.platform === "win32" && (code === "EPERM" || code === "EACCES" || code === "EBUSY");
      if (!held || tries >= RENAME_TRIES) throw error;
      // Blocks on purpose: callers are synchronous, and the wait is some milliseconds.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * tries);
    }
  }
}
