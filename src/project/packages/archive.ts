// Unpacks the archive of a package into a folder. Archives come from strangers: nothing is written outside of the folder,
// no link leads out of it, no device, fifo or hard link is made, and size and number of files are limited.

import { once } from "node:events";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Parser } from "tar";
import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import { leavesFolder } from "./spec.ts";

/** What an archive may hold when it is unpacked. */
export interface ArchiveLimits {
  readonly entries: number;
  readonly bytes: number;
}

const LIMITS: ArchiveLimits = { entries: 50_000, bytes: 1024 * 1024 * 1024 };

/** So many compressed bytes are given on at once: they can stand for a thousand times as many. */
const PIECE = 64 * 1024;

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly linkpath?: string | undefined;
}

/**
 * @param archive a gzipped or plain tar file
 * @param folder existing, empty folder to unpack into
 * @param label what the archive is, for messages ("dbt-labs/dbt_utils 1.1.1")
 * @throws EtlError(package-refused) naming the entry; the folder may then hold a part and must be thrown away
 */
export async function unpackArchive(
  archive: Uint8Array,
  folder: string,
  label: string,
  place: Place,
  limits: ArchiveLimits = LIMITS,
): Promise<void> {
  const tar = await import("tar");
  const refuse = (why: string): EtlError =>
    new EtlError([errorAt("package-refused", `the archive of ${label} is refused: ${why}`, place)]);
  try {
    // First look at everything, then write: a bad archive leaves nothing behind.
    let entries = 0;
    let refusal: EtlError | undefined;
    const parser = new tar.Parser({
      strict: true,
      onReadEntry: (entry) => {
        entries++;
        const why =
          entries > limits.entries ? `it holds more than ${limits.entries} files` : whyRefused(entry);
        if (why) refusal ??= refuse(why);
        entry.resume();
      },
    });
    let bytes = 0;
    await feed(parser, archive, (piece) => {
      bytes += piece.length;
      if (bytes > limits.bytes) throw refuse(`it is larger than ${limits.bytes / 2 ** 20} MiB unpacked`);
      if (refusal) throw refusal;
    });
    if (refusal) throw refusal;
    await feed(tar.extract({ cwd: folder, strict: true, preserveOwner: false, noMtime: true }), archive);
  } catch (error) {
    if (error instanceof EtlError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new EtlError(
      [errorAt("package-refused", `the archive of ${label} cannot be unpacked: ${words}`, place)],
      { cause: error },
    );
  }
}

/**
 * Writes the tar file into a reader, in pieces of a size that memory can stand, whatever it was compressed to.
 * @param look called with each piece before it is written; what it throws ends the reading
 */
async function feed(
  reader: Parser,
  archive: Uint8Array,
  look: (piece: Uint8Array) => void = () => {},
): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    reader.once("close", resolve);
    reader.once("error", reject);
  });
  // Waited for at the end; until then its failure is no unhandled one.
  closed.catch(() => {});
  const isGzip = archive[0] === 0x1f && archive[1] === 0x8b;
  const pieces = Readable.from(piecesOf(archive));
  for await (const piece of isGzip ? pieces.pipe(createGunzip()) : pieces) {
    look(piece);
    if (!reader.write(piece)) await Promise.race([once(reader, "drain"), closed]);
  }
  reader.end();
  await closed;
}

function* piecesOf(archive: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; start < archive.length; start += PIECE) yield archive.subarray(start, start + PIECE);
}

function whyRefused(entry: Entry): string | undefined {
  const path = entry.path.replaceAll("\\", "/");
  if (leavesFolder(path)) return `"${entry.path}" would be written outside of its folder`;
  switch (entry.type) {
    case "File":
    case "OldFile":
    case "ContiguousFile":
    case "Directory":
    case "GNUDumpDir":
      return undefined;
    case "SymbolicLink": {
      const target = (entry.linkpath ?? "").replaceAll("\\", "/");
      const outside = target.startsWith("/") || leavesFolder(posix.join(posix.dirname(path), target));
      return outside ? `"${entry.path}" is a link that leads out of its folder` : undefined;
    }
    default:
      return `"${entry.path}" is neither a file nor a folder (${entry.type})`;
  }
}
