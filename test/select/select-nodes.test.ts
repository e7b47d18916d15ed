// Selections choose what `dbt ls` chooses (recorded by record/selections.py); what is wrong or matches nothing is said.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { SelectorDefinition } from "../../src/config/config.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { resourceTypes } from "../../src/manifest/node.ts";
import type { PreviousState } from "../../src/manifest/previous-state.ts";
import { checkSelectors } from "../../src/select/definition.ts";
import { type SelectionRequest, selectNodes } from "../../src/select/select-nodes.ts";
import { recordedManifest, recordedState } from "./recorded-manifest.ts";

interface Case {
  readonly select: readonly string[];
  readonly exclude: readonly string[];
  readonly indirect: SelectionRequest["indirect"];
  readonly selector: string | null;
  readonly ids: readonly string[];
}

const FIXTURES = `${import.meta.dirname}/fixtures`;
const cases: readonly Case[] = JSON.parse(readFileSync(`${FIXTURES}/selections.json`, "utf8"));
const manifest = recordedManifest();
const state: PreviousState = { manifest: recordedState() };
const isState = ({ select }: Case) => select.some((term) => term.startsWith("state:"));

function selectorsOf(text: string): ReadonlyMap<string, SelectorDefinition> {
  const file = readYaml(text, "selectors.yml").value;
  const list = file?.value instanceof Map ? file.value.get("selectors") : [];
  const found = new Map<string, SelectorDefinition>();
  for (const [i, entry] of (Array.isArray(list) ? list : []).entries()) {
    if (!(entry instanceof Map) || !file) continue;
    const name = String(entry.get("name"));
    const definition = entry.get("definition") ?? null;
    found.set(name, {
      name,
      description: null,
      isDefault: entry.get("default") === true,
      definition,
      place: file.place(["selectors", i]),
      placeOf: (path, at) => file.place(["selectors", i, "definition", ...path], at),
    });
  }
  return found;
}

const selectors = selectorsOf(readFileSync(`${FIXTURES}/selectors.yml`, "utf8"));

function request(changes: Partial<SelectionRequest>): SelectionRequest {
  return {
    select: undefined,
    exclude: [],
    selector: undefined,
    selectors: new Map(),
    indirect: "eager",
    types: new Set(resourceTypes),
    ...changes,
  };
}

function requestOf({ select, exclude, indirect, selector }: Case): SelectionRequest {
  return request({
    select: select.length > 0 ? select : undefined,
    exclude,
    indirect,
    selector: selector ?? undefined,
    selectors,
  });
}

test.each(
  cases.map(
    (given) =>
      [
        `${given.selector ?? given.select.join(" ")} - ${given.exclude.join(" ")} (${given.indirect})`,
        given,
      ] as const,
  ),
)("%s", (_, given) => {
  const { value } = selectNodes(manifest, requestOf(given), isState(given) ? state : undefined);
  expect([...value].sort()).toEqual(given.ids);
});

test("the types of the command are applied at the end", () => {
  const { value } = selectNodes(manifest, request({ select: ["stg_orders+1"], types: new Set(["test"]) }));
  expect(value.size).toBeGreaterThan(0);
  expect([...value].every((id) => id.startsWith("test."))).toBe(true);
});

test("a default selector stands for a selection that is not given", () => {
  const standard = selectorsOf("selectors:\n  - {name: a, default: true, definition: stg_views}\n");
  expect(
    [...selectNodes(manifest, request({ selectors: standard })).value].some((id) => id.endsWith("stg_views")),
  ).toBe(true);
  expect([...selectNodes(manifest, request({ selectors: standard, select: ["secret"] })).value]).toEqual([
    "model.shop.secret",
  ]);
});

describe("what matches nothing is said for each term, with what is near", () => {
  test.each([
    [["stg_order"], [], '"stg_order" matches nothing', 'did you mean "stg_orders"?'],
    [["stg_orders +revenu+"], [], '"+revenu+" matches nothing', 'did you mean "+revenue+"?'],
    [["tag:nightl"], [], '"tag:nightl" matches nothing', 'did you mean "tag:nightly"?'],
    [["models/stagin"], [], '"models/stagin" matches nothing', 'did you mean "models/staging"?'],
    [
      ["source:wbe.page_view"],
      [],
      '"source:wbe.page_view" matches nothing',
      'did you mean "source:web.page_views"?',
    ],
    [["stg_orders"], ["cutomers"], '"cutomers" matches nothing', 'did you mean "customers"?'],
    [
      ["stg_orders,tag:nightly"],
      [],
      '"stg_orders,tag:nightly" matches nothing',
      "nothing matches all of them",
    ],
  ])("%j %j", (select, exclude, message, help) => {
    const { diagnostics } = selectNodes(manifest, request({ select, exclude }));
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: "selection-empty", severity: "warning" });
    expect(diagnostics[0]?.message).toContain(message);
    expect(diagnostics[0]?.help).toContain(help);
  });
});

describe("what cannot be understood is refused, all of it at once", () => {
  function refused(changes: Partial<SelectionRequest>, previous?: PreviousState) {
    try {
      selectNodes(manifest, request(changes), previous);
    } catch (error) {
      if (error instanceof EtlError) return error.diagnostics;
      throw error;
    }
    throw new Error("was not refused");
  }

  test.each([
    [["tagg:finance"], '"tagg" is not a method', 'did you mean "tag:"?'],
    [["@a+"], 'both "@" and a trailing "+"', "leave"],
    [["resource_type:modle"], 'resource_type cannot be "modle"', undefined],
    [["test_type:genric"], 'test_type cannot be "genric"', "generic"],
    [["version:newest"], 'version cannot be "newest"', "latest"],
    [["source:a.b.c.d"], "too many parts", "package.source.table"],
    [["state:modifed"], 'state cannot be "modifed"', 'did you mean "state:modified"?'],
    [["state:modified"], "needs a manifest.json", "--state"],
    [["result:error"], "needs a run_results.json", "--state"],
    [["result:eror"], 'result cannot be "eror"', "result:error"],
    [["source_status:fresher"], "needs a sources.json", "--state"],
  ])("%j", (select, message, help) => {
    const [first] = refused({ select });
    expect(first?.message).toContain(message);
    if (help) expect(first?.help).toContain(help);
  });

  test("several at once", () => {
    expect(refused({ select: ["tagg:a pth:b"], exclude: ["x:y"] })).toHaveLength(3);
  });

  test.each([
    ["selectors: [{name: a, definition: {union: x}}]", "must be a list"],
    ["selectors: [{name: a, definition: {metod: tag, value: x}}]", 'keys "method" and "value"'],
    ["selectors: [{name: a, definition: {method: tagg, value: x}}]", '"tagg" is not a method'],
    ["selectors: [{name: a, definition: {method: selector, value: b}}]", 'no selector "b"'],
    ["selectors: [{name: a, definition: {method: selector, value: a}}]", "does not stand before it"],
    [
      "selectors: [{name: a, definition: {method: fqn, value: x, indirect_selection: eagr}}]",
      "indirect_selection cannot be",
    ],
    ["selectors: [{name: a, definition: [x]}]", "a selector is a text or a set of keys"],
  ])("%s", (text, message) => {
    const [first] = refused({ selector: "a", selectors: selectorsOf(text) });
    expect(first?.message).toContain(message);
    expect(first?.place).toMatchObject({ file: "selectors.yml" });
  });

  test("selectors that nobody asked for are checked, too, at their own lines", () => {
    const text = `selectors:
  - name: good
    definition: {method: tag, value: x, exclude: [{method: fqn, value: y}]}
  - name: first
    definition: {method: selector, value: good}
  - name: both
    definition:
      union: [a]
      exclude: [b]
  - name: deep
    definition:
      intersection:
        - tag:x
        - exclude:
            - {method: pth, value: models}
  - name: early
    definition: {method: selector, value: late}
  - name: late
    definition: {method: selector, value: deep}
`;
    const wrong = checkSelectors(selectorsOf(text));
    expect(wrong.map(({ place, message }) => [place?.line, message])).toEqual([
      [9, '"exclude" stands beside "union" in the definition of selector "both": only one key can'],
      [15, '"pth" is not a method of selection (in "pth:models")'],
      [17, 'selector "early" refers to "late", which does not stand before it'],
    ]);
  });

  test("a selector that is not there, with the nearest", () => {
    expect(refused({ selector: "plan", selectors })[0]?.help).toContain('"plain"');
  });
});

test("results and freshness of another run", () => {
  const results = new Map([
    ["model.shop.orders", "error"],
    ["model.shop.revenue", "skipped"],
  ]);
  const before = {
    loadedAt: new Map([
      ["source.shop.web.page_views", "2026-01-01T00:00:00Z"],
      ["source.shop.web.clicks", "2026-01-01T00:00:00Z"],
    ]),
    failed: new Set<string>(),
  };
  const now = {
    ...before,
    loadedAt: new Map([...before.loadedAt, ["source.shop.web.clicks", "2026-01-02T00:00:00Z"] as const]),
  };
  const select = (term: string) => [
    ...selectNodes(manifest, request({ select: [term], indirect: "empty" }), {
      results,
      sources: { before, now },
    }).value,
  ];
  expect(select("result:error")).toEqual(["model.shop.orders"]);
  expect(select("source_status:fresher")).toEqual(["source.shop.web.clicks"]);
});

test("any text is selected or refused with a diagnostic, never with another exception", () => {
  const piece = fc.constantFrom(
    "+",
    "@",
    "2",
    "tag:",
    "fqn:",
    "config.",
    "state:",
    "path:",
    "source:",
    ":",
    ".",
    ",",
    " ",
    "*",
    "[",
    "]",
    "[!",
    "?",
    "orders",
    "models/",
    "a",
    "\\",
    "(",
    "é",
    "-",
  );
  const terms = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(terms, terms, (select, exclude) => {
      try {
        selectNodes(manifest, request({ select: [select], exclude: [exclude] }), state);
      } catch (error) {
        expect(error).toBeInstanceOf(EtlError);
      }
    }),
    { numRuns: process.env.ETL_TEST_LONG === "1" ? 20_000 : 500, seed: 11 },
  );
});
