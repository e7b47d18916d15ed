// Where compiled and executed SQL is written: target/compiled/<package>/<path of the node>, dbt's layout. Names come
// from YAML (tests) and packages, so they are joined in a way that cannot leave the folder; dbt's can.

import { createHash } from "node:crypto";
import type { Host } from "../base/host.ts";

interface PathParts {
  readonly packageName: string;
  readonly path: string;
  readonly originalFilePath: string;
}

/**
 * The path of a node's file below target/compiled or target/run, with "/" (dbt, NodeInfoMixin.get_target_write_path):
 * nodes that have a file of their own keep its path, others are named below the file that declares them.
 * @param suffix tells the batches of a microbatch model apart
 */
export function targetPath(node: PathParts, suffix?: string): string {
  const ownFile = lastPart(node.path) === lastPart(node.originalFilePath);
  const path = safeParts(
    [node.packageName, node.originalFilePath, ...(ownFile ? [] : [node.path])].join("/"),
  );
  if (suffix === undefined) return path.join("/");
  const [, stem = "", extension = ""] = /^(.*?)(\.[^.]*)?$/.exec(path.at(-1) ?? "") ?? [];
  return [...path.slice(0, -1), stem, `${stem}_${suffix.replaceAll(/[^\w-]/g, "_")}${extension}`].join("/");
}

/** dbt's path of a unit test, which has no file of its own: beside the file that describes it (get_pseudo_test_path). */
export function unitTestPath(
  { originalFilePath }: Pick<PathParts, "originalFilePath">,
  name: string,
): string {
  return [...originalFilePath.split("/").slice(0, -1), `${name}.sql`].join("/");
}

/** Writes SQL below the target folder, in the background, and returns the absolute path. */
export function writeTargetFile(
  { files }: Host,
  targetFolder: string,
  kind: "compiled" | "run",
  path: string,
  text: string,
): string {
  const absolute = `${targetFolder}/${kind}/${path}`;
  files.writeSoon(absolute, text);
  return absolute;
}

/** Longest file name that all file systems take, with room for the name of a temporary file. */
const MAX_NAME = 200;

/** Path segments without any that lead elsewhere or that a file system refuses. */
function safeParts(path: string): string[] {
  return path
    .split(/[/\\]/)
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .map((part) => shorten(part.replaceAll(UNSAFE, "_")));
}

// Control characters, and what Windows does not take in a name.
const UNSAFE = /[<>:"|?*\p{Cc}]|[. ]$/gu;

/** A name that is too long is cut, and told apart from others that begin alike by a hash. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME) return name;
  const extension = /\.\w{1,10}$/.exec(name)?.[0] ?? "";
  const ending = `_${createHash("sha1").update(name).digest("hex").slice(0, 8)}${extension}`;
  const letters = [...name];
  let bytes = Buffer.byteLength(ending);
  let kept = 0;
  while (bytes <= MAX_NAME) bytes += Buffer.byteLength(letters[kept++] ?? "");
  return letters.slice(0, kept - 1).join("") + ending;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
