// What the operating system or the warehouse refuses is no bug of ours: a disk that is full, a folder that must not be
// written, a connection that is lost outside of any node.

import { DatabaseError } from "../adapter/database-error.ts";
import { EtlError, errorAt } from "../base/diagnostic.ts";

const sentences: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOENT: "there is no such file or folder",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "links lead in a circle",
  EIO: "the device failed",
  EAGAIN: "it is a pipe or a device, not a file",
  ENXIO: "it is a socket or a device, not a file",
};

/** Why the operating system refused something, in words. */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return sentences[code ?? ""] ?? message;
}

/** @returns the error as a message, or undefined when it is a bug of ours */
export function systemMistake(error: unknown): EtlError | undefined {
  if (error instanceof DatabaseError) {
    return new EtlError([errorAt("warehouse-refused", firstLine(error.message))], { cause: error });
  }
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || path === undefined) return undefined;
  if (sentences[code] === undefined) return undefined;
  return new EtlError(
    [errorAt("system-refused", `${path} cannot be used: ${reasonOf(error)} (${syscall}, ${code})`)],
    { cause: error },
  );
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
