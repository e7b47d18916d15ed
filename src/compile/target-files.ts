// Where compiled and executed SQL is written: target/compiled/<package>/<path of the node>, dbt's layout. Names come
// from YAML (tests) and packages, so they are joined in a way that cannot leave the folder; dbt's can.

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

/** Writes SQL below the target folder and returns its absolute path. */
export function writeTargetFile(
  host: Host,
  targetFolder: string,
  kind: "compiled" | "run",
  path: string,
  text: string,
): string {
  const absolute = `${targetFolder}/${kind}/${path}`;
  host.files.writeWhole(absolute, text);
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

function shorten(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME) return name;
  const extension = /\.[^.]{1,10}$/.exec(name)?.[0] ?? "";
  let kept = name.slice(0, MAX_NAME - extension.length);
  while (Buffer.byteLength(kept) > MAX_NAME - extension.length) kept = [...kept].slice(0, -1).join("");
  return kept + extension;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
