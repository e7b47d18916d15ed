// Unpacks the archive of a package into a folder. Archives come from strangers: nothing is written outside of the folder,
// no link leads out of it, no device, fifo or hard link is made, and size and number of files are limited.

import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EtlError, errorAt, type Place } from "../../base/diagnostic.ts";
import { leavesFolder } from "./spec.ts";

const MOST_ENTRIES = 50_000;
const MOST_BYTES = 1024 * 1024 * 1024;

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly linkpath?: string | undefined;
  readonly size?: number | undefined;
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
): Promise<void> {
  const { Parser, extract } = await import("tar");
  const refuse = (why: string): EtlError =>
    new EtlError([errorAt("package-refused", `the archive of ${label} is refused: ${why}`, place)]);

  // First look at everything, then write: a bad archive leaves nothing behind.
  let entries = 0;
  let bytes = 0;
  let refusal: EtlError | undefined;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      entries++;
      bytes += entry.size ?? 0;
      const why =
        entries > MOST_ENTRIES
          ? `it holds more than ${MOST_ENTRIES} files`
          : bytes > MOST_BYTES
            ? "it is larger than 1 GiB unpacked"
            : whyRefused(entry);
      if (why) refusal ??= refuse(why);
      entry.resume();
    },
  });
  try {
    await pipeline(Readable.from([archive]), parser as unknown as NodeJS.WritableStream);
    if (refusal) throw refusal;
    await pipeline(
      Readable.from([archive]),
      extract({
        cwd: folder,
        strict: true,
        preserveOwner: false,
        noMtime: true,
      }) as unknown as NodeJS.WritableStream,
    );
  } catch (error) {
    if (error instanceof EtlError) throw error;
    throw new EtlError(
      [
        errorAt(
          "package-refused",
          `the archive of ${label} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
          place,
        ),
      ],
      { cause: error },
    );
  }
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
