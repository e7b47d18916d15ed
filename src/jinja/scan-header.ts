// The headers of blocks as the scanner needs them: names of parameters with their defaults as written, and the adapter
// and languages of a materialization. The parser reads them properly when the block is compiled.

export interface BlockParameter {
  readonly name: string;
  /** Source text of the default value. */
  readonly default?: string;
  /** Source text of the type annotation. */
  readonly type?: string;
}

const PIECE = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|[()[\]{}]|,|[^'"()[\]{},]+/g;

/** Parts of a text between commas that stand in no brackets. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  let depth = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === "," && depth === 0) {
      parts.push(part);
      part = "";
      continue;
    }
    if ("([{".includes(piece)) depth++;
    else if (")]}".includes(piece)) depth--;
    if (depth < 0) break;
    part += piece;
  }
  parts.push(part);
  return parts.map((each) => each.trim()).filter((each) => each !== "");
}

/** @param header the text between the block's name and its body: `(a, b=1) -%}` */
export function readParameters(header: string): BlockParameter[] {
  const open = header.indexOf("(");
  if (open < 0) return [];
  return splitList(header.slice(open + 1)).map((part) => {
    const match = /^([^\s=:]+)\s*(?::\s*([^=]*[^\s=]))?\s*(?:=\s*([\s\S]*))?$/.exec(part);
    const [, name = part, type, value] = match ?? [];
    return {
      name,
      ...(value === undefined ? {} : { default: value }),
      ...(type === undefined ? {} : { type }),
    };
  });
}

/** @param header the text between a materialization's name and its body */
export function readMaterialization(header: string): {
  readonly adapter: string;
  readonly languages: readonly string[];
} {
  const adapter = /\badapter\s*=\s*(?:'([^']*)'|"([^"]*)")/.exec(header);
  const list = /\bsupported_languages\s*=\s*\[([^\]]*)\]/.exec(header);
  const languages = [...(list?.[1] ?? "").matchAll(/'([^']*)'|"([^"]*)"/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  return {
    adapter: adapter?.[1] ?? adapter?.[2] ?? "default",
    languages: list === null ? ["sql"] : languages,
  };
}
