// INSERTs that are filled in are those that the macro would make, whatever it looks like.

import fc from "fast-check";
import { expect, test } from "vitest";
import { InsertText, type RenderInsert } from "../../src/state/insert-text.ts";

type Macro = (rows: readonly (readonly string[])[]) => string;

const MACROS: Readonly<Record<string, Macro>> = {
  plain: (rows) => `insert into t values ${rows.map((row) => `(${row.join(", ")})`).join(", ")}`,
  "with casts in the first row": (rows) =>
    `insert into t\nvalues ${rows.map((row, i) => `(${row.map((one) => (i === 0 ? `cast(${one} as text)` : one)).join(", ")})`).join(",\n")};`,
  "as a union": (rows) => rows.map((row) => `select ${row.join(", ")}`).join(" union all "),
  "with a count": (rows) =>
    `/* ${rows.length} rows */ values ${rows.map((row) => `(${row.join(", ")})`).join(", ")}`,
  "that writes cells twice": (rows) => rows.map((row) => `${row.join(", ")}; ${row.join(", ")}`).join("\n"),
  "in another order": (rows) => rows.map((row) => [...row].reverse().join(", ")).join("\n"),
};

const cells = fc.oneof(
  fc.constant("null"),
  fc.nat().map(String),
  fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
);

test.each(Object.keys(MACROS))("a macro %s", async (name) => {
  const macro = MACROS[name] as Macro;
  const render: RenderInsert = (rows) => Promise.resolve(macro(rows));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }).chain((width) =>
        fc.array(
          fc.array(fc.array(cells, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
      ),
      async (inserts) => {
        const text = new InsertText();
        for (const rows of inserts) expect(await text.of(rows, render)).toBe(macro(rows));
      },
    ),
    { seed: 7, numRuns: 60 },
  );
});

test("many inserts render no more often than is needed to know how", async () => {
  let rendered = 0;
  const render: RenderInsert = (rows) => {
    rendered++;
    return Promise.resolve((MACROS.plain as Macro)(rows));
  };
  const text = new InsertText();
  for (let i = 0; i < 100; i++) await text.of([[String(i), "'x'"]], render);
  expect(rendered).toBe(5);
});
