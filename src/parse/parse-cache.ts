// The parse cache: the last parse that had no mistakes, in one file under target/. As long as no setting and nothing that
// the parse read besides files has changed, it is good; files that changed since are told beside it. Anything wrong with
// the file means a parse from nothing, and no word about it.

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Files } from "../base/host.ts";
import type { ProjectFile } from "../config/config.ts";
import { joinPath } from "../config/file-paths.ts";
import { PROJECT_FILE } from "../config/project-file.ts";
import { readsAgree, type TemplateReads } from "../context/template-reads.ts";
import { PyFloat, PyObject, Tuple } from "../jinja/value.ts";
import { BUILT_IN } from "../project/load-project.ts";
import type { FileKind, Package, SourceFile } from "../project/project.ts";
import type { ParseRequest } from "./parse-project.ts";
import type { FileChanges, KeptParse } from "./previous-parse.ts";
import { decodeSnapshot } from "./snapshot-reader.ts";
import { encodeSnapshot } from "./snapshot-writer.ts";
import { SourceTexts } from "./source-texts.ts";

export const CACHE_FILE = "etl_parse_cache.bin";

/** Raised with every change of what is stored; the program's own build is part of the key besides. */
const FORMAT = 7;

/** A file written so shortly before it was looked at could change again without a new time or size. */
const SETTLED_MS = 2000;

interface FileState {
  readonly kind: FileKind;
  readonly size: number;
  readonly modifiedMs: number;
  readonly hash: string;
}

/** Stands before the manifest, so that a cache that is out of date is not read whole. */
interface Header {
  readonly id: string;
  readonly key: string;
  readonly reads: TemplateReads;
  readonly files: ReadonlyMap<string, FileState>;
  /** When the files were looked at. */
  readonly seenAt: number;
}

export interface CachedParse {
  /** Tells this parse from all others. */
  readonly id: string;
  readonly parse: KeptParse;
  /** What it read besides files, which is still the same. */
  readonly reads: TemplateReads;
  /** Empty when the parse is what a parse would give now. */
  readonly changes: FileChanges;
}

/** What the files looked like before they were read. */
export type SeenFiles = ReadonlyMap<string, Omit<FileState, "hash">>;

/** Looks at all files of a project. */
export function seeFiles({ project, host }: ParseRequest): SeenFiles {
  const seen = new Map<string, Omit<FileState, "hash">>();
  for (const { path, kind } of allFiles(project.packages)) {
    const stat = host.files.stat(path);
    if (stat) seen.set(path, { kind, size: stat.size, modifiedMs: stat.modifiedMs });
  }
  return seen;
}

/** @returns the last parse, unless settings or what it read besides files have changed */
export function readParseCache(request: ParseRequest, seen: SeenFiles): CachedParse | undefined {
  const { config, host, invocation } = request;
  const parts = readParts(joinPath(config.targetFolder, CACHE_FILE), host.files);
  if (!parts) return undefined;
  const header = decodeSnapshot(parts.header) as Header | undefined;
  if (header?.key !== keyOf(request) || !readsAgree(header.reads, config, invocation)) return undefined;
  const parse = decodeSnapshot(parts.body) as KeptParse | undefined;
  return parse && { id: header.id, parse, reads: header.reads, changes: changedFiles(header, seen, request) };
}

/**
 * Keeps a parse; does nothing when files changed meanwhile, or the manifest holds a secret that somebody wrote into a
 * file, or something without a plain form.
 * @returns its id when it is kept
 */
export function writeParseCache(
  request: ParseRequest,
  seen: SeenFiles,
  texts: SourceTexts,
  reads: TemplateReads,
  parse: KeptParse,
): string | undefined {
  const { config, project, host } = request;
  const files = new Map<string, FileState>();
  for (const file of allFiles(project.packages)) {
    const before = seen.get(file.path);
    if (!before) return undefined;
    files.set(file.path, { ...before, hash: texts.hashOf(file, before.size) });
  }
  for (const [path, before] of seen) {
    const now = host.files.stat(path);
    if (now?.size !== before.size || now.modifiedMs !== before.modifiedMs) return undefined;
  }
  const header: Header = { id: host.uuid(), key: keyOf(request), reads, files, seenAt: host.now().getTime() };
  const head = encodeSnapshot(header, config.secrets);
  const body = encodeSnapshot(parse, config.secrets);
  if (!head || !body) return undefined;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.reduce((sum, piece) => sum + piece.length, 0));
  try {
    host.files.writeWhole(joinPath(config.targetFolder, CACHE_FILE), [length, ...head, ...body]);
    return header.id;
  } catch {
    // A folder that cannot be written costs the next start some time, and is told when an artifact must be written.
    return undefined;
  }
}

function readParts(
  path: string,
  files: Files,
): { readonly header: Uint8Array; readonly body: Uint8Array } | undefined {
  let bytes: Buffer;
  try {
    const { buffer, byteOffset, byteLength } = files.readBytes(path);
    bytes = Buffer.from(buffer, byteOffset, byteLength);
  } catch {
    return undefined;
  }
  const end = bytes.length < 4 ? 0 : 4 + bytes.readUInt32LE(0);
  if (end <= 4 || end >= bytes.length) return undefined;
  return { header: bytes.subarray(4, end), body: bytes.subarray(end) };
}

function changedFiles(
  { files, seenAt }: Header,
  seen: SeenFiles,
  { project, host }: ParseRequest,
): FileChanges {
  const changes = new Map<string, FileKind>();
  const texts = new SourceTexts(host);
  for (const [path, { kind }] of files) if (!seen.has(path)) changes.set(path, kind);
  for (const file of allFiles(project.packages)) {
    const before = files.get(file.path);
    const now = seen.get(file.path);
    const settled =
      now?.size === before?.size &&
      now?.modifiedMs === before?.modifiedMs &&
      (now?.modifiedMs ?? seenAt) < seenAt - SETTLED_MS;
    if (settled) continue;
    const isSame = before && now?.size === before.size && texts.hashOf(file, now.size) === before.hash;
    if (!isSame) changes.set(file.path, file.kind);
  }
  return changes;
}

/** Files of the core's macros belong to the program, whose build is part of the key; adapters may be packages of npm. */
function* allFiles(packages: readonly Package[]): Iterable<SourceFile> {
  for (const one of packages) if (one.name !== BUILT_IN) yield* one.files;
}

function hashOfText({ folder }: ProjectFile, files: Files): string {
  return createHash("sha1")
    .update(files.readBytes(joinPath(folder, PROJECT_FILE)))
    .digest("base64");
}

/** Everything that decides a parse besides the content of files and what templates read. */
function keyOf({ config, project, adapter, credentials, host }: ParseRequest): string {
  const build = host.files.stat(fileURLToPath(import.meta.url));
  const parts = {
    format: FORMAT,
    build: [build?.size, build?.modifiedMs],
    folder: config.folder,
    adapter: adapter.type,
    target: [config.profile.profile, config.profile.target, credentials.database, credentials.schema],
    visible: credentials.visible,
    vars: config.variables.cli,
    catalogs: [...config.catalogs],
    packages: project.packages.map((one) => [one.name, one.folder, one.project && plainProject(one.project)]),
    // Hooks carry the checksum of their file as it is written.
    texts: project.packages.map((one) => one.project && hashOfText(one.project, host.files)),
  };
  return createHash("sha256").update(JSON.stringify(parts, plainValue)).digest("hex");
}

/** Values as data for JSON: equal values give equal texts, which V8's own format does not promise. */
function plainValue(this: Readonly<Record<string, unknown>>, key: string, simplified: unknown): unknown {
  // Floats and tuples simplify themselves for JSON; here 1.0 is not 1.
  const value = this[key] ?? simplified;
  if (value instanceof Map) return ["dict", [...value]];
  if (value instanceof PyFloat) return ["float", String(value.value)];
  if (value instanceof Tuple) return ["tuple", value.items];
  if (value instanceof PyObject) return [value.typeName, value.toRepr()];
  return typeof value === "bigint" ? ["int", String(value)] : value;
}

/** A project file without its functions. */
function plainProject({ place: _, ...project }: ProjectFile): object {
  return project;
}
