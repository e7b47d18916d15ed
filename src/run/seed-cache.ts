// What a large seed's cells look like, remembered below target/: reading a million rows to find the types takes as long as
// half of loading them, and seeds seldom change. A file counts as unchanged while its size and time of change do.

import { createHash } from "node:crypto";
import type { InferredSeed } from "../adapter/infer-seed.ts";
import type { SeedSource } from "../adapter/seed-problems.ts";
import type { FileStat, Host } from "../base/host.ts";

/** Smaller files are read faster than they are worth a file. */
const LARGE_BYTES = 1 << 20;
/** A file changed so shortly before it was read may change again without a new time. */
const SETTLED_MS = 2000;
/** Changes when what is remembered means something else. */
const FORMAT = 2;

interface Remembered {
  readonly format: number;
  readonly source: SeedSource;
  readonly size: number;
  readonly modifiedMs: number;
  readonly inferred: InferredSeed;
}

type World = Pick<Host, "files" | "now">;

/**
 * @param targetFolder the project's target folder, absolute
 * @param infer reads the whole file
 * @returns what is remembered of the file, else what `infer` finds
 * @throws what `infer` throws
 */
export async function rememberedSeed(
  source: SeedSource,
  targetFolder: string,
  { files, now }: World,
  infer: () => Promise<{ readonly value: InferredSeed; readonly flawless: boolean }>,
): Promise<InferredSeed> {
  const stat = files.stat(source.path);
  if (stat === undefined || stat.size < LARGE_BYTES) return (await infer()).value;
  const name = createHash("sha256").update(source.path).digest("hex").slice(0, 32);
  const path = `${targetFolder}/etl_seeds/${name}.json`;
  const known = read(path, files);
  if (known && isSame(known, source, stat)) return known.inferred;
  const { value, flawless } = await infer();
  // What was warned of must be warned of again.
  if (flawless && now().getTime() - stat.modifiedMs > SETTLED_MS) {
    const { size, modifiedMs } = stat;
    const remembered: Remembered = { format: FORMAT, source, size, modifiedMs, inferred: value };
    files.writeWhole(path, JSON.stringify(remembered));
  }
  return value;
}

function isSame(known: Remembered, source: SeedSource, { size, modifiedMs }: FileStat): boolean {
  return (
    known.format === FORMAT &&
    known.size === size &&
    known.modifiedMs === modifiedMs &&
    known.source.path === source.path &&
    known.source.file === source.file &&
    known.source.delimiter === source.delimiter
  );
}

/** Undefined where there is nothing, or something that was cut off. */
function read(path: string, files: World["files"]): Remembered | undefined {
  if (!files.stat(path)) return undefined;
  try {
    return JSON.parse(files.readText(path)) as Remembered;
  } catch {
    return undefined;
  }
}
