// Text of strangers (names, paths, messages of engines) on its way to a terminal, a log or a CI: control characters are
// shown as escapes, so that it can neither break a line, nor move the cursor, nor turn the direction of reading.

/** C0 and C1 controls, DEL, line and paragraph separators, and what changes the direction of the text behind it. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
/** "Select Graphic Rendition" of a terminal: colours and weights. */
const COLOUR = /(\u001b\[[\d;]*m)/;
const SOME_CONTROL = new RegExp(CONTROL.source);

/** A text as one line: "a\nb" shows a backslash and an n. */
export function visibleLine(text: string): string {
  return SOME_CONTROL.test(text) ? text.replaceAll(CONTROL, escaped) : text;
}

/** A text whose lines and tabs are meant; all other control characters are shown. */
export function visibleLines(text: string): string {
  if (!SOME_CONTROL.test(text)) return text;
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll(CONTROL, (character) =>
      character === "\n" || character === "\t" ? character : escaped(character),
    );
}

/** The same for what templates print themselves: they may colour it, and no more. */
export function visibleColours(text: string): string {
  return text
    .split(COLOUR)
    .map((part, index) => (index % 2 === 0 ? visibleLines(part) : part))
    .join("");
}

function escaped(character: string): string {
  switch (character) {
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    default: {
      const code = character.charCodeAt(0);
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    }
  }
}
