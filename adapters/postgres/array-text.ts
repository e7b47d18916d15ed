// Reads the text form of a Postgres array: {1,NULL,"a \"b\""}, {{1,2},{3,4}}, [0:1]={1,2}.

import type { Cell } from "../../src/adapter/result.ts";

/**
 * @param text an array as the server prints it
 * @param element turns the text of one element that is not NULL into its cell
 */
export function readArray(text: string, element: (text: string) => Cell): readonly Cell[] {
  // Bounds that do not begin at 1 are printed in front.
  let at = text.indexOf("{");

  function list(): Cell[] {
    const cells: Cell[] = [];
    at++;
    while (at < text.length && text[at] !== "}") {
      if (text[at] === "{") cells.push(list());
      else if (text[at] === '"') cells.push(element(quoted()));
      else cells.push(bare());
      if (text[at] === ",") at++;
    }
    at++;
    return cells;
  }

  function quoted(): string {
    let content = "";
    for (at++; at < text.length && text[at] !== '"'; at++)
      content += text[at] === "\\" ? text[++at] : text[at];
    at++;
    return content;
  }

  function bare(): Cell {
    const start = at;
    while (at < text.length && text[at] !== "," && text[at] !== "}") at++;
    const word = text.slice(start, at);
    return word === "NULL" ? null : element(word);
  }

  return list();
}
