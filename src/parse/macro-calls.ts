// The names that a macro's text calls, as far as names tell: what dbt finds for `depends_on.macros` of a macro by walking
// its syntax tree (dbt-core, clients/jinja_static.py). All macros of all packages are looked at in every parse, so it is
// done on the text: tags are cut out, strings and comments passed over.

export interface CalledName {
  /** `dbt_utils` of `dbt_utils.star(...)`. */
  readonly namespace: string | null;
  readonly name: string;
  /** Name and namespace of `adapter.dispatch('name', 'namespace')`. */
  readonly dispatch?: { readonly name: string; readonly namespace: string | null };
}

const TAG = /\{#[\s\S]*?#\}|\{%[-+]?\s*raw\s*-?%\}[\s\S]*?\{%[-+]?\s*endraw\s*[-+]?%\}|\{(?:%|\{)/g;

// Groups: 1 string, 2 end of the tag, 3 what stands before the name (filters and tests call no macros), 4 names, 5 the
// last of them.
const PIECE =
  /('(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*")|([-+]?(?:%\}|\}\}))|(\|\s*|\bis\s+(?:not\s+)?|\b(?:macro|test|data_test|snapshot|materialization|docs)\s+)?((?:\b[A-Za-z_]\w*\s*\.\s*)*\b([A-Za-z_]\w*))\s*(?=\()/g;

const DISPATCH =
  /\(\s*(?:macro_name\s*=\s*)?(?:'(\w+)'|"(\w+)")\s*(?:,\s*(?:macro_namespace\s*=\s*)?(?:'(\w+)'|"(\w+)"))?\s*,?\s*\)/y;

/** @param text the text of a macro, its own tags included */
export function calledNames(text: string): readonly CalledName[] {
  const found: CalledName[] = [];
  TAG.lastIndex = 0;
  for (let tag = TAG.exec(text); tag; tag = TAG.exec(text)) {
    if (tag[0].length === 2) TAG.lastIndex = readTag(text, TAG.lastIndex, found);
  }
  return found;
}

/** Reads one tag from behind its opening; gives the offset behind its end. */
function readTag(text: string, from: number, found: CalledName[]): number {
  PIECE.lastIndex = from;
  for (let piece = PIECE.exec(text); piece; piece = PIECE.exec(text)) {
    const [, quoted, end, before, path = "", name = ""] = piece;
    if (end !== undefined) return PIECE.lastIndex;
    if (quoted !== undefined || before !== undefined) continue;
    const steps = path.split(".").map((step) => step.trim());
    if (steps.length > 2) continue;
    if (steps.length === 1) found.push({ namespace: null, name });
    else if (steps[0] !== "adapter") found.push({ namespace: steps[0] ?? "", name });
    else if (name === "dispatch") readDispatch(text, PIECE.lastIndex, found);
  }
  return text.length;
}

function readDispatch(text: string, at: number, found: CalledName[]): void {
  DISPATCH.lastIndex = at;
  const match = DISPATCH.exec(text);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) return;
  const namespace = match?.[3] ?? match?.[4] ?? null;
  found.push({ namespace: null, name, dispatch: { name, namespace } });
}
