// Mistakes put into good SQL, of the kinds that people make: a letter lost in a name, a key dropped from GROUP BY, a text
// where a number belongs. Works on templates: what stands in Jinja stays as it is. Whether a mutant is wrong indeed is for
// an engine to say.

import { type SqlWord, sqlWords } from "../../src/sql/words.ts";

export interface Fault {
  /** "column in where", "grouping", "type" ... */
  readonly kind: string;
  /** The template with the mistake in it. */
  readonly text: string;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const KEYWORDS = words(
  "select from where group by order having limit offset qualify window distinct on using as and or not null is in " +
    "between like ilike similar to escape case when then else end union all intersect except with recursive asc desc " +
    "nulls first last left right inner outer full cross natural join lateral over partition rows range groups unbounded " +
    "preceding following current row filter within interval cast try_cast date time timestamp true false exists values " +
    "unnest any some ignore respect exclude replace columns at zone extract year quarter month week day hour minute " +
    "second epoch dow isodow doy current_date current_timestamp collate default",
);
const CLAUSES = words("select from where group order having qualify on limit");
const FUNCTIONS = words(
  "count sum min max avg coalesce round lower upper trim date_trunc row_number rank lag lead concat substring replace " +
    "nullif abs length string_agg array_agg greatest least datediff date_diff strftime",
);

/** All faults that can be put into a template, in the order of kinds and places. */
export function faultsOf(template: string): Fault[] {
  const text = new Template(template);
  return [
    ...text.misspeltColumns(),
    ...text.misspeltQualifiers(),
    ...text.misspeltRelations(),
    ...text.misspeltFunctions(),
    ...text.droppedQualifiers(),
    ...text.droppedKeys(),
    ...text.wrongTypes(),
    ...text.wrongWidths(),
    ...text.brokenSyntax(),
  ].filter((fault) => fault.text !== template);
}

class Template {
  private readonly words: readonly SqlWord[];
  /** The clause that each word stands in. */
  private readonly clauses: readonly string[];
  private readonly ctes: ReadonlySet<string>;
  private readonly jinja: readonly (readonly [start: number, end: number])[];

  constructor(private readonly text: string) {
    this.jinja = [...text.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g)].map(
      (match) => [match.index, match.index + match[0].length] as const,
    );
    this.words = sqlWords(masked(text));
    this.clauses = clausesOf(this.words);
    this.ctes = new Set(
      this.words.flatMap(({ kind, text: name }, i) =>
        kind === "word" && this.at(i + 1) === "as" && this.at(i + 2) === "(" ? [name] : [],
      ),
    );
  }

  misspeltColumns(): Fault[] {
    return this.names().flatMap((i) => {
      const clause = this.clauses[i] ?? "";
      if (this.at(i + 1) === "." || clause === "from") return [];
      return [this.replaced(`column in ${clause}`, i, misspelt(this.written(i)))];
    });
  }

  misspeltQualifiers(): Fault[] {
    return this.names().flatMap((i) =>
      this.at(i + 1) === "." && this.clauses[i] !== "from"
        ? [this.replaced("alias", i, misspelt(this.written(i)))]
        : [],
    );
  }

  misspeltRelations(): Fault[] {
    return this.names().flatMap((i) =>
      this.clauses[i] === "from" && this.ctes.has(this.at(i)) && /^(?:from|join|,)$/.test(this.at(i - 1))
        ? [this.replaced("relation", i, misspelt(this.written(i)))]
        : [],
    );
  }

  misspeltFunctions(): Fault[] {
    return this.words.flatMap(({ kind, text }, i) =>
      kind === "word" && FUNCTIONS.has(text) && this.at(i + 1) === "(" && this.isSql(i)
        ? [this.replaced("function", i, misspelt(this.written(i)))]
        : [],
    );
  }

  droppedQualifiers(): Fault[] {
    return this.names().flatMap((i) => {
      const dot = this.words[i + 1];
      if (dot?.text !== "." || this.clauses[i] === "from" || this.at(i + 2) === "*") return [];
      return [this.cut("ambiguous", i, i + 1)];
    });
  }

  droppedKeys(): Fault[] {
    return this.words.flatMap(({ text }, i): Fault[] => {
      if (text !== "group" || this.at(i + 1) !== "by" || this.at(i + 2) === "all") return [];
      const items = this.items(i + 2);
      const [first, second] = items;
      const last = items.at(-1);
      if (!first || !last || !items.every(([from]) => this.isSql(from))) return [];
      const whole = this.cut("grouping", i, last[1]);
      if (!second) return [whole];
      const before = items.at(-2);
      return [
        whole,
        this.cut("grouping", first[0], second[0] - 1),
        ...(before ? [this.cut("grouping", before[1] + 1, last[1])] : []),
      ];
    });
  }

  /** Plain columns of select lists become expressions that mix types. */
  wrongTypes(): Fault[] {
    const shapes: readonly ((name: string) => string)[] = [
      (name) => `(${name} || 'x') + 1`,
      (name) => `sum(${name} || 'x')`,
      (name) => `date_trunc('month', ${name} || 'x')`,
      () => "case when true then current_date else 1.5 end",
      (name) => `date_trunc('mnoth', cast(${name} as timestamp))`,
      (name) => `round(${name} || 'x', 2)`,
    ];
    return this.names().flatMap((i, count) => {
      const isItem =
        this.clauses[i] === "select" &&
        /^(?:,|select)$/.test(this.at(i - 1)) &&
        /^(?:,|from|as)$/.test(this.at(i + 1));
      const shape = shapes[count % shapes.length];
      if (!isItem || !shape) return [];
      const name = this.written(i);
      const alias = this.at(i + 1) === "as" ? "" : ` as ${name}`;
      return [this.replaced("type", i, shape(name) + alias)];
    });
  }

  wrongWidths(): Fault[] {
    return this.words.flatMap(({ text, end }, i) => {
      const before = this.at(i - 1) === "all" ? this.at(i - 2) : this.at(i - 1);
      if (text !== "select" || !/^(?:union|intersect|except)$/.test(before)) return [];
      return [
        { kind: "set width", text: `${this.text.slice(0, end)} 1 as one_more,${this.text.slice(end)}` },
      ];
    });
  }

  brokenSyntax(): Fault[] {
    return this.words.flatMap(({ text }, i): Fault[] => {
      if (!this.isSql(i)) return [];
      if (text === "," && this.clauses[i] === "select") return [this.cut("syntax", i, i)];
      if (text === ")" || text === "then" || text === "end" || text === "by")
        return [this.cut("syntax", i, i)];
      return text === "from" || text === "where" ? [this.replaced("syntax", i, misspelt(text))] : [];
    });
  }

  /** Indexes of words that name columns, tables or aliases of them, where they are used and not given. */
  private names(): number[] {
    return this.words.flatMap(({ kind, text }, i) => {
      if (kind !== "word" || KEYWORDS.has(text) || !this.isSql(i)) return [];
      const [before, next] = [this.at(i - 1), this.at(i + 1)];
      if (next === "(" || before === "as" || before === "::" || before === "with") return [];
      // The second of two names is an alias.
      const isAlias =
        /^(?:word|name|number|text)$/.test(this.words[i - 1]?.kind ?? "") && !KEYWORDS.has(before);
      if (isAlias || before === ")" || before === "end") return [];
      if (next === "as" && this.at(i + 2) === "(") return [];
      return [i];
    });
  }

  /** First and last words of the items of a list, from the word that begins it to the end of its clause. */
  private items(from: number): (readonly [number, number])[] {
    const depth = this.words[from]?.depth ?? 0;
    const items: [number, number][] = [];
    let start = from;
    for (let i = from; ; i += 1) {
      const word = this.words[i];
      const isOver =
        !word ||
        word.depth < depth ||
        (word.text === ")" && word.depth === depth - 1) ||
        word.text === ";" ||
        (word.depth === depth &&
          /^(?:having|order|limit|qualify|union|intersect|except|window|select|from)$/.test(word.text));
      if (isOver || (word?.text === "," && word.depth === depth)) {
        if (i > start) items.push([start, i - 1]);
        start = i + 1;
      }
      if (isOver) return items;
    }
  }

  private isSql(i: number): boolean {
    const word = this.words[i];
    return word !== undefined && !this.jinja.some(([start, end]) => word.start < end && word.end > start);
  }

  private at(i: number): string {
    return this.words[i]?.text ?? "";
  }

  private written(i: number): string {
    const word = this.words[i];
    return word ? this.text.slice(word.start, word.end) : "";
  }

  private replaced(kind: string, i: number, by: string): Fault {
    const word = this.words[i];
    return { kind, text: word ? this.text.slice(0, word.start) + by + this.text.slice(word.end) : this.text };
  }

  private cut(kind: string, first: number, last: number): Fault {
    const [start, end] = [this.words[first]?.start ?? 0, this.words[last]?.end ?? 0];
    return { kind, text: this.text.slice(0, start) + this.text.slice(end) };
  }
}

/** Jinja's output as a word of the same length, its statements as blanks. */
function masked(text: string): string {
  return text.replaceAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}/g, (jinja) =>
    (jinja.startsWith("{{") ? "j" : " ").repeat(jinja.length),
  );
}

function clausesOf(list: readonly SqlWord[]): string[] {
  const open: string[] = [];
  return list.map(({ kind, text, depth }, i) => {
    open.length = depth + 1;
    const before = list[i - 1]?.text;
    if (before === "(" && list[i - 2]?.text === "over") open[depth] = "window";
    else if (kind === "word" && text === "join") open[depth] = "from";
    else if (kind === "word" && CLAUSES.has(text) && open[depth] !== "window")
      open[depth] = text === "on" ? "join" : text;
    return [...open].reverse().find((clause) => clause !== undefined) ?? "";
  });
}

/** A letter lost, or two that changed places. */
function misspelt(name: string): string {
  if (name.length < 4) return `${name}x`;
  const middle = Math.floor(name.length / 2);
  const [a, b] = [name[middle - 1], name[middle]];
  if (name.length % 2 === 0 && a !== b) return name.slice(0, middle - 1) + b + a + name.slice(middle + 1);
  return name.slice(0, middle) + name.slice(middle + 1);
}
