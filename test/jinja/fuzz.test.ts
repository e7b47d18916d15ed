// Random templates: whatever the bytes, the engine answers with text or a JinjaError that has a place, in time.

import fc from "fast-check";
import { expect, test } from "vitest";
import { drive } from "../../src/jinja/drive.ts";
import { Environment } from "../../src/jinja/environment.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { toPlain } from "../../src/jinja/json.ts";
import { globalsOf } from "./template-world.ts";

const runs = process.env.ETL_TEST_LONG === "1" ? 50_000 : 1500;
const options = { seed: 20_261_121, numRuns: runs };
const environment = new Environment({
  limits: { steps: 5000, seconds: 2, outputChars: 100_000, madeChars: 1_000_000 },
});

const PIECES = (
  "{{ |}}|{%|%}|{#|#}|{%- |-%}|if |endif|for x in xs|endfor|set x = |endset|macro m(a, b=1)|endmacro|call m()|endcall|raw|endraw|x|xs|d|s|m(1)|loop.index|" +
  ".|[|]|(|)|{|}|,|:|=|==|+|-|*|**|/|//|%|~|<|in |not |and |or |is defined|'|\"|'a'|1|2.5|none|true|\n|\\|{|}|upper|constructor|__proto__|__class__|" +
  "|upper|join(',')|map('upper')|sort|list|tojson|.format(1)|.append(x)|range(3)|namespace(a=1)|do |break|continue|else|elif x|with a = 1|endwith|filter upper|endfilter|" +
  "modules.re.sub('a*', 'b', s)|modules.datetime.date(2024, 1, x)|é|🎉|\u2028|`$" +
  "{1}`|test t(x)|endtest|docs a|enddocs|snapshot s|endsnapshot|block b|endblock"
).split("|");
const soup = fc.array(fc.constantFrom(...PIECES, "|"), { maxLength: 40 }).map((pieces) => pieces.join(" "));
const text = fc.string({ unit: "binary", maxLength: 200 });

function attempt(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    expect(error.place, error.detail).toBeDefined();
    expect(error.detail).not.toMatch(/\[object|undefined is not|Cannot read|function\s*\(/);
  }
}

test("templates of random pieces render or fail with a place", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        soup,
        soup.map((inside) => `{{ ${inside} }}`),
        text,
      ),
      (template) => {
        const globals = globalsOf({ xs: [1, 2, 3], d: { a: 1 }, s: "aab" });
        attempt(() => {
          const rendered = drive(
            environment.compile({ file: "a.sql", text: template }).render(globals),
            () => null,
          );
          expect(rendered.text).not.toMatch(/\[object |native code/);
          for (const offset of [0, rendered.text.length >> 1, rendered.text.length])
            rendered.map.placeAt(offset);
          for (const value of rendered.exports.values()) attempt(() => toPlain(value));
        });
        attempt(() => environment.scan({ file: "a.sql", text: template }));
      },
    ),
    options,
  );
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

test("random arguments of methods and filters give values or errors of Python", () => {
  const values = fc.constantFrom(
    "s",
    "xs",
    "d",
    "none",
    "1",
    "-1",
    "0",
    "2.5",
    "''",
    "'a'",
    "'%d'",
    "'{}'",
    "[]",
    "{}",
    "()",
    "true",
    "nope",
    "10**20",
    "range(3)",
    "modules",
    "m",
  );
  const names = fc.constantFrom(
    ..."upper lower center ljust zfill split rsplit replace format join strip find index count encode expandtabs partition splitlines title translate maketrans items keys get pop update append extend insert sort reverse".split(
      " ",
    ),
    ..."abs batch slice default dictsort first float int groupby indent join last length list map max min pprint random reject replace reverse round select selectattr sort string sum tojson trim truncate unique urlencode wordcount wordwrap xmlattr as_bool filesizeformat format attr striptags".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(
      values,
      names,
      fc.array(values, { maxLength: 3 }),
      fc.boolean(),
      (value, name, args, asFilter) => {
        const call = `${name}(${args.join(", ")})`;
        const template = `{% macro m() %}{% endmacro %}{{ (${value})${asFilter ? ` | ${call}` : `.${call}`} }}`;
        attempt(() =>
          drive(
            environment
              .compile({ file: "a.sql", text: template })
              .render(globalsOf({ xs: [1, 2, 3], d: { a: 1 }, s: "aab" })),
            () => null,
          ),
        );
      },
    ),
    options,
  );
});
