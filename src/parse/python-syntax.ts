// The mistakes of Python that can be seen without a parser of Python: brackets that are not closed, texts that do not end
// with their line, headers without a colon.

export interface PythonMistake {
  readonly message: string;
  /** Offset in the text. */
  readonly at: number;
  readonly help: string;
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const TEXT = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/g;

/** @param text a module without comments */
export function pythonMistake(text: string): PythonMistake | undefined {
  const code = text.replaceAll(TEXT, (all) => all.replaceAll(/[^\n]/g, "_"));
  const quote = /["']/.exec(code);
  if (quote)
    return { message: "syntax error: this text is never closed", at: quote.index, help: "close the quote" };
  return openBracket(code) ?? missingColon(code);
}

function openBracket(code: string): PythonMistake | undefined {
  const open: number[] = [];
  for (let at = 0; at < code.length; at++) {
    const sign = code.charAt(at);
    if (Object.hasOwn(CLOSING, sign)) open.push(at);
    if (!/[)\]}]/.test(sign)) continue;
    const from = open.pop();
    const expected = from === undefined ? undefined : CLOSING[code.charAt(from)];
    if (expected === sign) continue;
    const help =
      expected === undefined ? "remove it, or write what it closes" : `write '${expected}' before it`;
    return { message: `syntax error: unmatched '${sign}'`, at, help };
  }
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const sign = code.charAt(last);
  return {
    message: `syntax error: '${sign}' is never closed`,
    at: last,
    help: `write '${CLOSING[sign] ?? ""}' where it ends`,
  };
}

const HEADER = /^[ \t]*(?:async\s+)?(?:def|class|if|elif|else|for|while|with|try|except|finally)\b[^:\n]*$/gm;

function missingColon(code: string): PythonMistake | undefined {
  for (const match of code.matchAll(HEADER)) {
    const line = match[0].trimEnd();
    const end = match.index + line.length;
    // What stands in brackets is part of an expression, and a header may go on in the next line.
    if (line.endsWith("\\") || depthAt(code, match.index) > 0 || depthAt(code, end) > 0) continue;
    return { message: "syntax error: expected ':'", at: end - 1, help: "end the line with a colon" };
  }
  return undefined;
}

function depthAt(code: string, end: number): number {
  let depth = 0;
  for (let at = 0; at < end; at++) {
    if (/[([{]/.test(code.charAt(at))) depth += 1;
    else if (/[)\]}]/.test(code.charAt(at))) depth -= 1;
  }
  return depth;
}
