// Paths as messages and the project show them: "/" on every system, relative to the project where they lie in it.

import { isAbsolute, join, relative, resolve } from "node:path";

/** A path below a folder, in the system's spelling. */
export function joinPath(folder: string, ...parts: readonly string[]): string {
  return join(folder, ...parts);
}

/** A path that a user wrote, relative to a folder unless it is absolute; "~" is the home folder. */
export function resolvePath(folder: string, path: string, home: string): string {
  return resolve(
    folder,
    path.replace(/^~(?=$|[\\/])/, () => home),
  );
}

/** How a file is named in messages: relative to the project when it lies in it, else absolute. */
export function shownPath(path: string, projectFolder: string): string {
  const way = relative(projectFolder, path);
  const inside = way !== "" && !way.startsWith("..") && !isAbsolute(way);
  return (inside ? way : path).replaceAll("\\", "/");
}

/** A folder of `*-paths` without "./" in front and "/" behind. */
export function folderName(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/+)+(?=.)/, "")
    .replace(/(?<=.)\/+$/, "");
}
