// Python's regular expression syntax as a JavaScript pattern (flag "u"). What JavaScript cannot say is an error that
// names it. While translating, it is noted how badly the pattern could backtrack.

import { raise } from "../errors.ts";
import { characterEscape, classEscape, classLiteral, literal, wordCharacter } from "./re-escapes.ts";

export const FLAGS = {
  NOFLAG: 0,
  IGNORECASE: 2,
  LOCALE: 4,
  MULTILINE: 8,
  DOTALL: 16,
  UNICODE: 32,
  VERBOSE: 64,
  ASCII: 256,
} as const;

export interface TranslatedPattern {
  readonly source: string;
  /** JavaScript's flags, without g and y. */
  readonly flags: string;
  /** Python's flags, those of `(?i)` included. */
  readonly pythonFlags: number;
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
  /** Open-ended repetitions; nested ones count as boundless. */
  readonly repetitions: number;
}

const LETTERS: Readonly<Record<string, number>> = {
  a: FLAGS.ASCII,
  i: FLAGS.IGNORECASE,
  L: FLAGS.LOCALE,
  m: FLAGS.MULTILINE,
  s: FLAGS.DOTALL,
  u: FLAGS.UNICODE,
  x: FLAGS.VERBOSE,
};
const START = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";

/** Raises re.error for a pattern that is wrong or cannot be said in JavaScript. */
export function translatePattern(pattern: string, flags: number): TranslatedPattern {
  // Several groups of flags may stand at the start: "(?i)(?s)".
  const [leading = ""] = /^(?:\(\?[aiLmsux]+\))*/.exec(pattern) ?? [];
  let all = flags;
  for (const letter of leading) all |= LETTERS[letter] ?? 0;
  return new Translator(pattern, leading.length, all).run();
}

interface Group {
  /** Repetitions before it. */
  readonly outer: number;
  /** It can match in several ways without a repetition: alternatives, optional parts. */
  choice: boolean;
}

class Translator {
  private at: number;
  private out = "";
  private groups = 0;
  private readonly names = new Map<string, number>();
  private readonly open: Group[] = [];
  private repetitions = 0;
  /** Repetitions inside of the item before: repeating it nests them. */
  private inItem = 0;

  constructor(
    private readonly pattern: string,
    start: number,
    private readonly flags: number,
  ) {
    this.at = start;
  }

  run(): TranslatedPattern {
    while (this.at < this.pattern.length) this.piece();
    if (this.open.length > 0) this.fail("missing ), unterminated subpattern");
    try {
      new RegExp(this.out, "u");
    } catch (error) {
      this.fail(error instanceof Error ? error.message.replace(/^.*: /, "") : "bad pattern");
    }
    return {
      source: this.out,
      flags: this.has(FLAGS.IGNORECASE) ? "iu" : "u",
      pythonFlags: this.flags | (this.has(FLAGS.ASCII) ? 0 : FLAGS.UNICODE),
      groupCount: this.groups,
      groupNames: this.names,
      repetitions: this.repetitions,
    };
  }

  private has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  private fail(what: string): never {
    raise(
      "re.error",
      `${what} at position ${Math.min(this.at, this.pattern.length)} of the regular expression '${this.pattern}'`,
    );
  }

  private piece(): void {
    const character = this.pattern.charAt(this.at);
    if (this.has(FLAGS.VERBOSE) && this.skipVerbose(character)) return;
    switch (character) {
      case "(":
        this.group();
        return;
      case ")":
        this.closeGroup();
        return;
      case "[":
        this.item(this.characterClass());
        return;
      case "\\":
        this.escape();
        return;
      case "*":
      case "+":
      case "?":
      case "{":
        this.repeat(character);
        return;
      case ".":
        this.item(this.has(FLAGS.DOTALL) ? "[\\s\\S]" : "[^\\n]", 1);
        return;
      case "^":
        this.item(this.has(FLAGS.MULTILINE) ? "(?<![^\\n])" : START, 1);
        return;
      case "$":
        this.item(this.has(FLAGS.MULTILINE) ? "(?![^\\n])" : `(?=\\n?${END})`, 1);
        return;
      case "|":
        this.markChoice();
        this.item("|", 1);
        return;
      default: {
        const whole = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
        this.item(literal(whole), whole.length);
        return;
      }
    }
  }

  private item(code: string, length = 0): void {
    this.out += code;
    this.at += length;
    this.inItem = 0;
  }

  private skipVerbose(character: string): boolean {
    if (/\s/.test(character)) {
      this.at++;
      return true;
    }
    if (character !== "#") return false;
    const end = this.pattern.indexOf("\n", this.at);
    this.at = end < 0 ? this.pattern.length : end + 1;
    return true;
  }

  private group(): void {
    const rest = this.pattern.slice(this.at);
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    if (comment !== null) {
      this.at += comment[0].length;
      return;
    }
    const reference = /^\(\?P=(\w+)\)/.exec(rest);
    if (reference !== null) {
      if (!this.names.has(reference[1] ?? "")) this.fail(`unknown group name '${reference[1]}'`);
      this.item(`\\k<${reference[1]}>`, reference[0].length);
      return;
    }
    const open = /^\((?:\?(?:P<(\w+)>|(:|=|!|<=|<!)|([aiLmsux]*)(?:-([imsx]+))?:))?/.exec(rest);
    const [whole = "(", name, kind, on, off] = open ?? [];
    if (rest.startsWith("(?") && whole === "(") this.fail("this kind of group is not supported");
    if (on !== undefined && on !== "" && [...on].some((letter) => !this.has(LETTERS[letter] ?? 0)))
      this.fail("flags for a part of a pattern are not supported");
    if (off !== undefined && [...off].some((letter) => this.has(LETTERS[letter] ?? 0)))
      this.fail("flags for a part of a pattern are not supported");
    this.out +=
      kind !== undefined ? `(?${kind}` : on !== undefined ? "(?:" : name !== undefined ? `(?<${name}>` : "(";
    if (kind === undefined && on === undefined) this.groups++;
    if (name !== undefined) {
      if (this.names.has(name)) this.fail(`redefinition of group name '${name}'`);
      this.names.set(name, this.groups);
    }
    this.open.push({ outer: this.repetitions, choice: false });
    this.at += whole.length;
  }

  /** Repeating what can match in several ways may take exponential time. */
  private markChoice(): void {
    const group = this.open.at(-1);
    if (group !== undefined) group.choice = true;
  }

  private closeGroup(): void {
    const group = this.open.pop() ?? this.fail("unbalanced parenthesis");
    this.out += ")";
    this.at++;
    this.inItem = this.repetitions - group.outer + (group.choice ? 1 : 0);
    if (group.choice) this.markChoice();
  }

  private repeat(character: string): void {
    const counted = /^\{(\d*)(?:(,)(\d*))?\}/.exec(this.pattern.slice(this.at));
    if (
      character === "{" &&
      (counted === null || (counted[1] === "" && counted[2] === undefined) || counted[0] === "{,}")
    ) {
      this.item("\\{", 1);
      return;
    }
    if (this.out === "" || /(?:^|[^\\])[(|]$/.test(this.out)) this.fail("nothing to repeat");
    const [low = "", , high] = counted?.slice(1) ?? [];
    let code =
      character === "{"
        ? `{${low === "" ? "0" : low}${counted?.[2] === undefined ? "" : `,${high ?? ""}`}}`
        : character;
    this.at += character === "{" ? (counted?.[0].length ?? 1) : 1;
    const next = this.pattern.charAt(this.at);
    if (next === "?") {
      code += "?";
      this.at++;
    } else if (next === "+") this.fail("possessive repetition is not supported");
    else if (next === "*" || /^\{\d+(?:,\d*)?\}/.test(this.pattern.slice(this.at)))
      this.fail("multiple repeat");
    const openEnded = character === "*" || character === "+" || high === "" || Number(high ?? low) > 20;
    if (openEnded || this.inItem > 0)
      this.repetitions += this.inItem > 0 && character !== "?" ? 1000 : openEnded ? 1 : 0;
    if (character === "?" || counted !== null) this.markChoice();
    this.out += code;
    this.inItem = 0;
  }

  private escape(): void {
    const letter = this.pattern.charAt(this.at + 1);
    if (letter === "") this.fail("bad escape (end of pattern)");
    const inside = classEscape(this.has(FLAGS.ASCII), letter.toLowerCase());
    if (inside !== undefined) {
      this.item(`[${letter === letter.toLowerCase() ? "" : "^"}${inside}]`, 2);
      return;
    }
    const word = wordCharacter(this.has(FLAGS.ASCII));
    switch (letter) {
      case "A":
        this.item(START, 2);
        return;
      case "Z":
        this.item(END, 2);
        return;
      case "b":
        this.item(`(?:(?<=[${word}])(?![${word}])|(?<![${word}])(?=[${word}]))`, 2);
        return;
      case "B":
        this.item(`(?:(?<=[${word}])(?=[${word}])|(?<![${word}])(?![${word}]))`, 2);
        return;
      default:
        break;
    }
    const reference = /^\\([1-9]\d?)(?!\d)/.exec(this.pattern.slice(this.at));
    if (reference !== null) {
      if (Number(reference[1]) > this.groups) this.fail(`invalid group reference ${reference[1]}`);
      this.item(`(?:\\${reference[1]})`, reference[0].length);
      return;
    }
    const { character, length } = characterEscape(this.pattern.slice(this.at), (what) => this.fail(what));
    this.item(literal(character), length);
  }

  private characterClass(): string {
    this.at++;
    let code = "[";
    if (this.pattern.charAt(this.at) === "^") {
      code += "^";
      this.at++;
    }
    for (let first = true; ; first = false) {
      const character = this.pattern.charAt(this.at);
      if (character === "") this.fail("unterminated character set");
      if (character === "]" && !first) break;
      const low = this.classItem();
      const isRange =
        this.pattern.charAt(this.at) === "-" && !/^-?(?:\]|$)/.test(this.pattern.slice(this.at, this.at + 2));
      if (!isRange || (low.length > 2 && low.startsWith("\0"))) {
        code += low.startsWith("\0") ? low.slice(1) : classLiteral(low);
        continue;
      }
      this.at++;
      const high = this.classItem();
      if (low.startsWith("\0") || high.startsWith("\0")) this.fail("bad character range");
      if ((low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0))
        this.fail(`bad character range ${low}-${high}`);
      code += `${classLiteral(low)}-${classLiteral(high)}`;
    }
    this.at++;
    return `${code}]`;
  }

  /** One character of a class, or "\0" and the code of \d and its kin. */
  private classItem(): string {
    const character = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
    if (character !== "\\") {
      this.at += character.length;
      return character;
    }
    const letter = this.pattern.charAt(this.at + 1);
    const inside = classEscape(this.has(FLAGS.ASCII), letter.toLowerCase());
    if (inside !== undefined) {
      this.at += 2;
      if (letter === letter.toLowerCase()) return `\0${inside}`;
      if (letter === "W") return this.has(FLAGS.ASCII) ? "\0\\W" : "\0\\P{L}";
      return letter === "D" ? "\0\\P{Nd}" : "\0\\S";
    }
    if (letter === "b") {
      this.at += 2;
      return "\b";
    }
    const escaped = characterEscape(this.pattern.slice(this.at), (what) => this.fail(what));
    this.at += escaped.length;
    return escaped.character;
  }
}
