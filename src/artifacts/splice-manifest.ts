// Puts texts of single resources into a manifest.json that is there already: a command over one model in a project of
// thousands must not write anew what has not changed. The file is our own, so its sections stand in a known order.

import type { NodeId } from "../manifest/node.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Objects that are replaced, in the order of the file; the text is made when it is asked for. */
export type Replacements = Iterable<readonly [NodeId, () => string]>;

/**
 * @param bytes a part of manifest.json
 * @returns the bytes in pieces; undefined when an object is not found, so the file is not what it should be
 */
export function spliceObjects(bytes: Buffer, replaced: Replacements): (Uint8Array | string)[] | undefined {
  const pieces: (Uint8Array | string)[] = [];
  let at = 0;
  for (const [id, text] of replaced) {
    const key = `${JSON.stringify(id)}: `;
    const found = bytes.indexOf(`${key}{`, at);
    if (found < 0) return undefined;
    const start = found + Buffer.byteLength(key);
    pieces.push(bytes.subarray(at, start), text());
    at = objectEnd(bytes, start);
  }
  pieces.push(bytes.subarray(at));
  return pieces;
}

/** What leads from resource to resource, and what follows it. */
const MAPS = ', "parent_map": {';
const AFTER_MAPS = ', "saved_queries": {';

/**
 * Parts manifest.json at its maps of parents, children and groups.
 * @returns what stands before and after them; undefined when that is not certain, since a user can name keys alike
 */
export function aroundMaps(bytes: Buffer): readonly [Buffer, Buffer] | undefined {
  const start = bytes.indexOf(MAPS);
  const end = bytes.indexOf(AFTER_MAPS, start);
  if (start < 0 || end < 0) return undefined;
  if (bytes.lastIndexOf(MAPS) !== start || bytes.lastIndexOf(AFTER_MAPS) !== end) return undefined;
  return [bytes.subarray(0, start), bytes.subarray(end)];
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
