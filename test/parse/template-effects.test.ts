// What is read off a template's text or syntax tree must be what rendering it finds, to the last place.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SharedScope } from "../../src/context/scope.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import { toRepr } from "../../src/jinja/operations.ts";
import {
  type Capture,
  type CaptureSubject,
  captureByRendering,
  captureWithoutRendering,
} from "../../src/parse/capture.ts";
import { EffectReader } from "../../src/parse/template-effects.ts";
import { writeFiles } from "../adapter/open-folder.ts";
import { parseFolder } from "./parse-folder.ts";

const LONG = process.env.ETL_TEST_LONG === "1";

const MACROS = `
{% macro cents(column, digits=2) %}round({{ column }} / 100, {{ digits }}){% endmacro %}
{% macro twice(x) %}{{ cents(x) }} {{ helpers_macro(x) }}{% endmacro %}
{% macro helpers_macro(x) %}{{ adapter.quote(x) }} {{ var('plain', 1) }} {{ x | upper }}{% endmacro %}
{% macro looped(n) %}{% for i in range(1, n | int + 1) %}{{ i }}{{ ', ' if not loop.last }}{% endfor %}{% endmacro %}
{% macro at_run() %}{% if execute %}{{ ref('never') }}{% else %}none{% endif %}{% endmacro %}
{% macro reads() %}{{ ref('from_macro') }}{% endmacro %}
{% macro reads_deeply(x=none) %}{{ twice('a') }}{% if x %}{{ reads() }}{% endif %}{% endmacro %}
{% macro configures() %}{{ config(tags=['from_macro']) }}{% endmacro %}
{% macro dispatched(x) %}{{ return(adapter.dispatch('dispatched', 'shop')(x)) }}{% endmacro %}
{% macro default__dispatched(x) %}{% set y = x ~ 'z' %}{{ y }}{% endmacro %}
{% macro early() %}{% if not execute %}{% do return(false) %}{% endif %}{{ ref('late') }}{% endmacro %}
{% macro ring(x) %}{% if x > 3 %}{{ x }}{% else %}{{ ring(x + 1) }}{% endif %}{% endmacro %}
{% macro fails() %}{{ exceptions.raise_compiler_error('no') }}{% endmacro %}
{% macro keyed(a, b) %}{% set parts = [] %}{% for p in [a, b] %}{% do parts.append(p ~ '!') %}{% endfor %}{{ parts | join(' || ') }}{% endmacro %}
{% macro given(f) %}{{ f('x') }}{% endmacro %}
`;

let folder: string;
let shared: SharedScope;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "etl-effects-"));
  writeFiles(folder, {
    "dbt_project.yml": `name: shop\nversion: "1.0"\nvars: {plain: p, templated: "{{ ref('from_var') }}"}\n`,
    "macros/all.sql": MACROS,
  });
  shared = (await parseFolder(folder)).value.shared;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function subjectOf(text: string): CaptureSubject {
  return {
    shared,
    packageName: "shop",
    id: "model.shop.m",
    kind: "model",
    source: { file: "models/m.sql", text },
    relation: null,
    config: () => new Map(),
    model: () => new Map(),
    graph: () => new Map(),
  };
}

function shown(capture: Capture): string {
  const { config, macros, ...rest } = capture;
  return `${JSON.stringify(rest)} ${[...macros]} ${toRepr(config)}`;
}

function rendered(text: string): string {
  try {
    return shown(captureByRendering(subjectOf(text)));
  } catch (error) {
    if (error instanceof JinjaError) return `fails: ${error.detail}`;
    throw error;
  }
}

/** Undefined when the template must be rendered. */
function read(text: string): string | undefined {
  try {
    const capture = captureWithoutRendering(subjectOf(text), new EffectReader(shared));
    return capture && shown(capture);
  } catch (error) {
    if (error instanceof JinjaError) return `fails: ${error.detail}`;
    throw error;
  }
}

describe("templates that need no rendering", () => {
  it.each([
    "select 1",
    "select * from {{ ref('a') }} join {{ source('s', \"t\") }} {# ref('b') #}",
    "{{ config(materialized='table', tags=['x', 1, 1.5, true, none], meta={'k': [1, {'z': -2}]}) }}",
    "{{ ref('pkg', 'a', v=2) }} {{ ref('a', version='1.5') }}",
    "{% set statuses = ['a', 'b'] %}{% for s in statuses %}{{ s }}{{ ',' if not loop.last }}{% endfor %} {{ ref('a') }}",
    "{{ cents('x') }} {{ shop.twice('y') }} {{ cents(column='z', digits=1) }}",
    "{{ keyed('a', 'b') }} {{ looped('3') }} {{ at_run() }} {{ dispatched('q') }} {{ early() }}",
    "{% if is_incremental() %}where x > (select max(x) from {{ this }}){% endif %}",
    "{{ var('plain') }} {{ var('absent', 'x') }} {{ target.schema }} {{ this.identifier }}",
    "{% set q %}select * from {{ ref('a') }}{% endset %}{{ q }}",
    "{% if execute %}{{ ref('never') }}{% endif %}{{ ref('a') }}",
    "{{ ref('a')\n}}\n\n  {{ ref(\n 'b'\n) }}",
  ])("%s", (text) => {
    expect(read(text)).toBe(rendered(text));
  });
});

describe("templates that are left to rendering", () => {
  it.each([
    "{% if var('plain') %}{{ ref('a') }}{% endif %}",
    "{% for x in ['a', 'b'] %}{{ ref(x) }}{% endfor %}",
    "{{ ref('a' ~ 'b') }}",
    "{{ reads() }}",
    "{{ reads_deeply() }}",
    "{{ configures() }}",
    "{{ var('templated') }}",
    "{{ env_var('X', 'y') }}",
    "{{ given(ref) }}",
    "{% set f = ref %}{{ f('a') }}",
    "{{ ring(1) }}",
    "{{ fails() }}",
    "{{ cents('x', 1, 2, 3) }}",
    "{{ cents(nothing=1) }}",
    "{{ 'a' + 1 }}",
    "{{ unknown_name }}",
    "{% call cents('x') %}{{ ref('a') }}{% endcall %}",
    "{{ ref('a') if var('plain') else ref('b') }}",
    "{{ false and ref('a') }}",
    "{{ 'x' | replace('x', ref('a')) }}",
    "{% macro own() %}{{ ref('a') }}{% endmacro %}{{ own() }}",
    "{{ builtins.ref('a') }}",
    "{{ context['ref']('a') }}",
    "{{ metric('m') }}",
  ])("%s", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it("and mistakes of syntax are told the same either way", () => {
    for (const text of ["{{ ref('a' }}", "{% if x %}", "{{ ref('a') ", "{% endfor %}{{ ref('a') }}"])
      expect(read(text)).toBe(rendered(text));
  });
});

const words = fc.constantFrom("a", "b", "plain", "templated", "x'y");
const literals = fc.oneof(
  words.map((word) => `"${word}"`),
  fc.integer({ min: -3, max: 3 }).map(String),
  fc.constantFrom(
    "true",
    "none",
    "1.5",
    "['a', 'b']",
    "{'k': 1}",
    "('a', 2)",
    "x",
    "loop.index",
    "this",
    "target.name",
  ),
);

const expressions = fc.letrec<{ e: string }>((tie) => ({
  e: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    literals,
    fc
      .tuple(
        fc.constantFrom(
          "ref",
          "source",
          "var",
          "cents",
          "twice",
          "looped",
          "dispatched",
          "reads",
          "early",
          "keyed",
          "x.append",
          "shop.cents",
          "env_var",
          "range",
          "config.get",
          "given",
        ),
        fc.array(tie("e"), { maxLength: 2 }),
      )
      .map(([name, args]) => `${name}(${args.join(", ")})`),
    fc
      .tuple(fc.constantFrom("materialized", "tags", "alias", "pre_hook"), tie("e"))
      .map(([key, value]) => `config(${key}=${value})`),
    fc.tuple(words, fc.integer({ min: 1, max: 2 })).map(([name, version]) => `ref("${name}", v=${version})`),
    fc
      .tuple(tie("e"), fc.constantFrom("~", "+", "==", "and", "or", "in", "-", "<"), tie("e"))
      .map((parts) => `(${parts.join(" ")})`),
    fc.tuple(tie("e"), tie("e"), tie("e")).map(([a, b, c]) => `(${a} if ${b} else ${c})`),
    fc
      .tuple(
        tie("e"),
        fc.constantFrom("upper", "int", "default('d')", "trim", "length", "join", "join(',')", "string"),
      )
      .map(([e, filter]) => `(${e} | ${filter})`),
    tie("e").map((e) => `not ${e}`),
  ),
})).e;

const templates = fc.letrec<{ t: string }>((tie) => ({
  t: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("select 1 ", "\n", "{# ref('no') #}", "{% raw %}{{ ref('no') }}{% endraw %}"),
    expressions.map((e) => `{{ ${e} }}`),
    expressions.map((e) => `{%- do ${e} -%}`),
    fc.tuple(fc.constantFrom("x", "y", "cents"), expressions).map(([name, e]) => `{% set ${name} = ${e} %}`),
    fc
      .tuple(expressions, tie("t"), tie("t"))
      .map(([e, a, b]) => `{% if ${e} %}${a}{% else %}${b}{% endif %}`),
    fc
      .tuple(fc.constantFrom("execute", "not execute"), tie("t"), tie("t"))
      .map(([e, a, b]) => `{% if ${e} %}${a}{% else %}${b}{% endif %}`),
    fc.tuple(expressions, tie("t")).map(([e, body]) => `{% for x in ${e} %}${body}{% endfor %}`),
    tie("t").map((body) => `{% set x %}${body}{% endset %}`),
    fc.tuple(tie("t"), tie("t")).map((parts) => parts.join(" ")),
  ),
})).t;

describe("any template", () => {
  it("is read as it is rendered, when it is read at all", () => {
    let taken = 0;
    fc.assert(
      fc.property(templates, (text) => {
        const found = read(text);
        if (found === undefined) return;
        taken++;
        expect(found).toBe(rendered(text));
      }),
      { seed: 11, numRuns: LONG ? 50_000 : 1500 },
    );
    expect(taken).toBeGreaterThan(300);
  });
});
