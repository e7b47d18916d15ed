// The parts that the docs site is made of, one by one: Markdown made safe, results of runs read leniently, compiled code
// told by its template.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastRunOf } from "../../src/docs/last-run.ts";
import { applyPatch, makePatch } from "../../src/docs/line-patch.ts";
import { loadMarkdown } from "../../src/docs/markdown.ts";
import { durationText, firstSentence } from "../../src/docs/overview.ts";
import { sourceAgesOf } from "../../src/docs/source-ages.ts";

describe("Markdown", async () => {
  const markdown = await loadMarkdown();

  test.each([
    ["Key of the order.", "<p>Key of the order.</p>"],
    ["One *word* and `code`", "<p>One <em>word</em> and <code>code</code></p>"],
    ["- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"],
    ["1) first", "<ol>\n<li>first</li>\n</ol>"],
    ["snake_case_name stays", "<p>snake_case_name stays</p>"],
    ["__strong__ too", "<p><strong>strong</strong> too</p>"],
    ["   ", ""],
    [
      "[rules](https://a.example/x)",
      '<p><a href="https://a.example/x" rel="noopener noreferrer">rules</a></p>',
    ],
    ["[mail](mailto:a@b.example)", '<p><a href="mailto:a@b.example" rel="noopener noreferrer">mail</a></p>'],
  ])("renders %j", (text, html) => {
    expect(markdown.render(text)).toBe(html);
  });

  test.each([
    "<script>x</script>",
    "[x](javascript:alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](data:text/html,hi)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    '<img src=x onerror="x">',
    "![x](javascript:alert(1))",
    "a\u0000<b>",
  ])("makes nothing live of %j", (text) => {
    const html = markdown.render(text);
    expect(html).not.toMatch(/<(?:script|img|b|iframe)\b/);
    expect(html).not.toMatch(/href="(?!https?:|mailto:|#)/);
    expect(html).not.toContain("\u0000");
  });

  test("loads no pictures: they become links", () => {
    expect(markdown.render("![plan](https://a.example/p.png)")).toBe(
      '<p><a rel="noopener noreferrer" href="https://a.example/p.png">plan</a></p>',
    );
  });
});

describe("compiled code told by its template", () => {
  const line = fc.constantFrom(
    "",
    "select",
    "from orders as o",
    "where amount > 10",
    "    , customer_id",
    "{{ x }}",
  );
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));

  test("comes back as it was", () => {
    fc.assert(
      fc.property(text, text, (original, changed) => {
        expect(applyPatch(original, makePatch(original, changed))).toBe(changed);
      }),
      { seed: 7, numRuns: process.env.ETL_TEST_LONG === "1" ? 20_000 : 300 },
    );
  });

  test("writes equal lines as one run", () => {
    const original = "select order_id\nfrom {{ ref('orders') }}\nwhere amount > 10\nand customer is not null";
    const changed = original.replace("{{ ref('orders') }}", '"main"."orders"');
    expect(makePatch(original, changed)).toEqual([[0, 1], 'from "main"."orders"', [2, 2]]);
  });
});

describe("the last run", () => {
  const result = {
    unique_id: "test.shop.unique_orders",
    status: "fail",
    execution_time: 0.5,
    failures: 3,
    message: "Got 3 results",
    thread_id: "Thread-1",
    timing: [
      { name: "compile", started_at: "2026-01-01T00:00:00Z", completed_at: "2026-01-01T00:00:01Z" },
      { name: "execute", started_at: "2026-01-01T00:00:01Z", completed_at: "2026-01-01T00:00:02Z" },
    ],
    adapter_response: {},
  };
  const file = (command: unknown, results: unknown) =>
    JSON.stringify({
      metadata: { generated_at: "2026-01-01T00:00:03Z" },
      args: { which: command },
      elapsed_time: 3,
      results,
    });

  test("is told from results that ran something", () => {
    const run = lastRunOf(file("build", [result]));
    expect(run).toMatchObject({ command: "build", seconds: 3, at: "2026-01-01T00:00:03Z" });
    expect(run?.outcomes.get("test.shop.unique_orders")).toMatchObject({
      health: "fail",
      failures: 3,
      startedAt: Date.parse("2026-01-01T00:00:00Z"),
      endedAt: Date.parse("2026-01-01T00:00:02Z"),
    });
  });

  test.each([
    ["of compiling", file("compile", [result])],
    ["of docs generate", file("generate", [result])],
    ["that are no list", file("build", {})],
    ["that are no JSON", "{"],
  ])("is not told from results %s", (_, text) => {
    expect(lastRunOf(text)).toBeUndefined();
  });

  test("leaves out results that say nothing", () => {
    expect(
      lastRunOf(file("run", [null, 3, { status: "success" }, { unique_id: "model.a.b" }]))?.outcomes.size,
    ).toBe(0);
  });
});

test("ages of sources are read as far as they can be", () => {
  const ages = sourceAgesOf(
    JSON.stringify({
      results: [
        {
          unique_id: "source.a.b.c",
          status: "warn",
          max_loaded_at: "2026-01-01T00:00:00Z",
          snapshotted_at: "2026-01-02T00:00:00Z",
        },
        { unique_id: "source.a.b.d", status: "runtime error", error: "no table" },
        null,
      ],
    }),
  );
  expect([...ages].map(([id, { health, loadedAt }]) => [id, health, loadedAt])).toEqual([
    ["source.a.b.c", "warn", "2026-01-01T00:00:00Z"],
    ["source.a.b.d", "fail", null],
  ]);
  expect(sourceAgesOf("no json").size).toBe(0);
});

test.each([
  ["One row a ride. More follows.", "One row a ride."],
  ["# Orders\n\nAll of them.", "Orders"],
  ["Version 1.5 of *all*", "Version 1.5 of all"],
  ["", ""],
])("the first sentence of %j", (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
});

test.each([
  [0.44, "0.4 s"],
  [59.6, "1 min 0 s"],
  [245, "4 min 5 s"],
  [7300, "2 h 1 min"],
])("%d seconds in words", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
