// Writes files that only people read, such as compiled SQL, while the program goes on: creating a file takes a quarter of a
// millisecond, which a run of small models would feel twice a node. A kill can leave half of one.

import { close, constants, type OpenMode, open, readFile, rmSync, writeFile } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";

const opened = promisify<string, OpenMode, number>(open);
const closed = promisify(close);
const contentOf = promisify<string, "utf8", string>(readFile);
const filled = promisify<number, string, void>(writeFile);

/** So many files are written at once. */
const LANES = 4;

/** A link is not followed: the folder may have come with a project, and the link may lead out of it. */
const OVERWRITE = constants.O_WRONLY | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

export class BackgroundWrites {
  /** The newest text of each file that waits. */
  readonly #waiting = new Map<string, string>();
  readonly #writing = new Map<string, Promise<void>>();
  #failure: unknown;

  /** @param makeDirectory makes a folder with those above it */
  constructor(private readonly makeDirectory: (path: string) => void) {}

  /** Writes `text` in place of what the file holds, unless it holds that already. */
  add(path: string, text: string): void {
    this.#waiting.set(path, text);
    this.#fillLanes();
  }

  /**
   * Waits until nothing is left to write.
   * @throws Node's error of the first file that could not be written, each time
   */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing.values());
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fillLanes(): void {
    for (const [path, text] of this.#waiting) {
      if (this.#writing.size >= LANES) return;
      // Two writes of one file happen in order.
      if (this.#writing.has(path)) continue;
      this.#waiting.delete(path);
      this.#writing.set(path, this.#write(path, text));
    }
  }

  async #write(path: string, text: string): Promise<void> {
    try {
      await this.#replace(path, text);
    } catch (error) {
      // The user knows the file, not the step that failed.
      this.#failure ??= error instanceof Error ? Object.assign(error, { path }) : error;
    }
    this.#writing.delete(path);
    this.#fillLanes();
  }

  async #replace(path: string, text: string): Promise<void> {
    const made = await this.#create(path);
    if (made !== undefined) return fillAndClose(made, text);
    if ((await contentOf(path, "utf8")) !== text) await fillAndClose(await openAnew(path), text);
  }

  /** Undefined when something is there. */
  async #create(path: string): Promise<number | undefined> {
    try {
      return await opened(path, "wx");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return undefined;
      if (code !== "ENOENT") throw error;
      this.makeDirectory(dirname(path));
      return opened(path, "wx");
    }
  }
}

async function openAnew(path: string): Promise<number> {
  try {
    return await opened(path, OVERWRITE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOOP") throw error;
    rmSync(path);
    return opened(path, "wx");
  }
}

async function fillAndClose(file: number, text: string): Promise<void> {
  try {
    await filled(file, text);
  } finally {
    await closed(file);
  }
}
