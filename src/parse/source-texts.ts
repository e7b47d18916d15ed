// The texts of a project's files, each read once for the time of one parse, and what tells one content from another.

import { createHash } from "node:crypto";
import type { Host } from "../base/host.ts";
import type { SourceFile } from "../project/project.ts";

/** Seeds beyond this size are told apart by their size alone; their content is no part of the manifest. */
const LARGEST_HASHED = 1 << 20;

export class SourceTexts {
  private readonly texts = new Map<string, string>();

  constructor(private readonly host: Pick<Host, "files" | "checkInterrupt">) {}

  /** The text of a file, with the line ends of Unix. @throws EtlError(file-unreadable), and when interrupted */
  readonly textOf = (file: SourceFile): string => {
    let text = this.texts.get(file.path);
    if (text === undefined) {
      this.host.checkInterrupt();
      text = this.host.files.readText(file.path).replaceAll("\r\n", "\n");
      this.texts.set(file.path, text);
    }
    return text;
  };

  /** Equal for files of equal text. @param size of the file */
  hashOf(file: SourceFile, size: number): string {
    if (file.kind === "seed" && size > LARGEST_HASHED) return "";
    const content = file.kind === "seed" ? this.host.files.readBytes(file.path) : this.textOf(file);
    return createHash("sha1").update(content).digest("base64");
  }
}
