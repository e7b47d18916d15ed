// Names of tables that etl keeps for a relation: those of the relation, with an ending that tells them apart.

import { createHash } from "node:crypto";

/**
 * @param key what no two of these tables have in common
 * @param longest bytes that a name may have; the name of the relation is cut to it, the ending is not
 * @returns `name`, `mark` and as many digits of a hash of the key
 */
export function cutName(
  name: string,
  mark: string,
  key: readonly string[],
  digits: number,
  longest: number,
): string {
  const hash = createHash("sha256").update(JSON.stringify(key)).digest("hex");
  const ending = mark + hash.slice(0, digits);
  const letters = [...name];
  while (Buffer.byteLength(letters.join("") + ending) > longest) letters.pop();
  return letters.join("") + ending;
}
