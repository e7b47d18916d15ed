// Puts compiled nodes into a manifest.json that is there already: a run of one model in a project of thousands must not
// write anew what has not changed. The file is our own, so the nodes stand in the order of the manifest.

import type { Manifest } from "../manifest/manifest.ts";
import type { NodeId } from "../manifest/node.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * @param bytes manifest.json without its metadata
 * @param texts the JSON of the nodes that are replaced, made when it is asked for
 * @returns the bytes in pieces; undefined when a node is not found, so the file is not what it should be
 */
export function spliceCompiled(
  bytes: Uint8Array,
  manifest: Manifest,
  texts: ReadonlyMap<NodeId, () => string>,
): (Uint8Array | string)[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: (Uint8Array | string)[] = [];
  let at = 0;
  for (const id of manifest.resources.keys()) {
    const text = texts.get(id);
    if (!text) continue;
    const key = `${JSON.stringify(id)}: `;
    const found = buffer.indexOf(`${key}{`, at);
    if (found < 0) return undefined;
    const start = found + Buffer.byteLength(key);
    pieces.push(buffer.subarray(at, start), text());
    at = objectEnd(buffer, start);
  }
  pieces.push(buffer.subarray(at));
  return pieces;
}

/** The offset behind the object that begins at an offset. */
function objectEnd(buffer: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < buffer.length; at++) {
    const byte = buffer[at];
    if (byte === QUOTE) at = stringEnd(buffer, at);
    else if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return at + 1;
  }
  return buffer.length;
}

/** The offset of the quote that ends the string which begins at an offset. */
function stringEnd(buffer: Buffer, start: number): number {
  for (let at = buffer.indexOf(QUOTE, start + 1); at >= 0; at = buffer.indexOf(QUOTE, at + 1)) {
    let escapes = 0;
    while (buffer[at - 1 - escapes] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at;
  }
  return buffer.length;
}
