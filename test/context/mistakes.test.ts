// What people do wrong inside of dbt's context, as the diagnostics that they read: sentence, place, notes, help.

import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { diagnose } from "../../src/context/diagnose.ts";
import { createGlobals } from "../../src/context/globals.ts";
import { docsGlobals, yamlGlobals } from "../../src/context/yaml-globals.ts";
import { drive } from "../../src/jinja/drive.ts";
import { JinjaError } from "../../src/jinja/errors.ts";
import type { Globals } from "../../src/jinja/run.ts";
import { harness, macrosOfText } from "./harness.ts";

const none = (request: unknown): never => {
  throw new Error(`asked ${JSON.stringify(request)}`);
};

/** Renders a model of the harness's project while it runs, and diagnoses how it fails. */
function mistake(text: string, macros = "", globals?: Globals): Diagnostic {
  const own = harness(undefined, macrosOfText(macros, "shop", "macros/own_ones.sql"));
  const template = own.shared.environment.compile({ file: "models/orders.sql", text });
  try {
    drive(template.render(globals ?? createGlobals(own.scope("model"))), none);
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    return diagnose(error, { macros: own.shared.macros, packageName: "shop" });
  }
  throw new Error("there was no mistake");
}

describe("names", () => {
  test("a macro of another package is told with its package", () => {
    const { message, help, place } = mistake("select 1,\n  {{ only_here() }}");
    expect(message).toBe("'only_here' is undefined");
    expect(help).toBe("write toolbox.only_here: a macro of another package needs its package's name");
    expect(place).toMatchObject({ file: "models/orders.sql", line: 2, column: 6 });
  });

  test("the nearest macro, member or package", () => {
    expect(mistake("{{ shoot('a') }}").help).toBe('did you mean "shout"?');
    expect(mistake("{{ reff('a') }}").help).toBe('did you mean "ref"?');
    expect(mistake("{{ tolbox.star(1) }}").help).toBe('did you mean "toolbox"?');
  });

  test("a macro that a package does not have", () => {
    const { message, help } = mistake("{{ toolbox.stat(1) }}");
    expect(message).toBe('package "toolbox" has no macro "stat"');
    expect(help).toBe('did you mean "star"?');
  });

  test("a method that the adapter does not have", () => {
    expect(mistake("{{ adapter.get_relaton('a', 'b', 'c') }}").message).toBe(
      'adapter has no method "get_relaton"; did you mean "get_relation"?',
    );
  });

  test("nothing to dispatch to", () => {
    const { message, help } = mistake("{{ adapter.dispatch('own_thng')() }}");
    expect(message).toBe('there is no macro "own_thng" to dispatch to');
    expect(help).toBe('did you mean "own_thing"? searched for: duckdb__own_thng, default__own_thng');
  });

  test("a strategy that does not exist", () => {
    const { message, help } = mistake("{{ adapter.get_incremental_strategy_macro(context, 'merg') }}");
    expect(message).toBe('there is no incremental strategy "merg"');
    expect(help).toContain('did you mean "merge"?');
  });
});

describe("variables", () => {
  test("a missing var with the nearest and how to set it", () => {
    const { message, help } = mistake("{{ var('greting') }}");
    expect(message).toBe('required var "greting" was not found');
    expect(help).toContain('did you mean "greeting"?');
  });

  test("a missing variable of the environment", () => {
    const { message, help } = mistake("{{ env_var('ETL_PROB') }}");
    expect(message).toBe('environment variable "ETL_PROB" is not set');
    expect(help).toContain("export ETL_PROB=...");
  });

  test.each(["DBT_ENV_SECRET_PASSWORD", "DBT_ENV_SECRETPASSWORD"])("the secret %s is refused", (name) => {
    expect(mistake(`{{ env_var('${name}') }}`).message).toContain("profiles.yml and packages.yml only");
  });
});

describe("calls", () => {
  test("ref without quotes is an undefined name", () => {
    expect(mistake("{{ ref(orders) }}").message).toBe("'orders' is undefined");
  });

  test("ref and source with wrong arguments", () => {
    expect(mistake("{{ ref() }}").message).toBe("ref() needs the name of a model");
    expect(mistake("{{ ref('a', 'b', 'c') }}").message).toBe("ref() takes at most two arguments (3 given)");
    expect(mistake("{{ source('raw') }}").help).toBe(
      "write source('source_name', 'raw'); a model or a seed is read by ref('raw')",
    );
    expect(mistake("{{ source('web.views') }}").help).toBe("write source('web', 'views')");
    expect(mistake("{{ ref(3) }}").help).toBe("write it in quotes: ref('3')");
  });

  test("an unknown keyword of a macro names the nearest parameter", () => {
    const { help } = mistake(
      "{{ add(left=1, rigt=2) }}",
      "{% macro add(left, right) %}{{ left + right }}{% endmacro %}",
    );
    expect(help).toBe('did you mean "right"? the macro is add(left, right)');
  });

  test("an error inside of macros tells how it was reached", () => {
    const macros =
      "{% macro inner(x) %}{{ x.nothing.more }}{% endmacro %}\n{% macro outer(x) %}\n{{ inner(x) }}{% endmacro %}";
    const { place, notes } = mistake("\n{{ outer(1) }}", macros);
    expect(place).toMatchObject({ file: "macros/own_ones.sql", line: 1 });
    expect(notes?.map((note) => [note.message, note.place?.file, note.place?.line])).toEqual([
      ['in macro "inner", called here', "macros/own_ones.sql", 3],
      ['in macro "outer", called here', "models/orders.sql", 2],
    ]);
  });

  test("an endless recursion is told in a few lines", () => {
    const macros = "{% macro ping() %}{{ pong() }}{% endmacro %}{% macro pong() %}{{ ping() }}{% endmacro %}";
    const { message, notes } = mistake("{{ ping() }}", macros);
    expect(message).toBe("endless recursion: macro 'ping' calls 'pong' calls 'ping'");
    expect(notes?.length ?? 0).toBeLessThanOrEqual(10);
  });
});

describe("what templates raise themselves", () => {
  test("their own sentence is the message", () => {
    expect(mistake("{{ exceptions.raise_compiler_error('no orders') }}").message).toBe("no orders");
  });

  test("a broken contract is one table", () => {
    const { message } = mistake(
      "{{ exceptions.raise_contract_error([{'name': 'a', 'data_type': 'int'}, {'name': 'b', 'data_type': 'text'}]," +
        " [{'name': 'a', 'data_type': 'bigint'}, {'name': 'c', 'data_type': 'date'}]) }}",
    );
    expect(message.split("\n").slice(2)).toEqual([
      "| column_name | definition_type | contract_type | mismatch_reason       |",
      "| ----------- | --------------- | ------------- | --------------------- |",
      "| a           | bigint          | int           | data type mismatch    |",
      "| b           |                 | text          | missing in definition |",
      "| c           | date            |               | missing in contract   |",
      "",
    ]);
  });

  test("a result is loaded once", () => {
    expect(
      mistake("{{ store_result('r', 'OK') }}{{ load_result('r').response }}{{ load_result('r') }}").message,
    ).toContain("already loaded");
  });
});

test("a mistake in text that is rendered is told where that was asked for", () => {
  const { message, place, help } = mistake("\n{{ render('{{ shoot(1) }}') }}");
  expect(message).toBe("in the text of render(): 'shoot' is undefined");
  expect(place).toMatchObject({ file: "models/orders.sql", line: 2 });
  expect(help).toBe('did you mean "shout"?');
});

describe("YAML and descriptions", () => {
  test("ref is not known in property files, var is", () => {
    const { shared } = harness();
    expect(mistake("{{ ref('a') }}", "", yamlGlobals(shared, "shop")).message).toBe("'ref' is undefined");
    expect(mistake("{{ var('nothing') }}", "", yamlGlobals(shared, "shop")).message).toContain(
      'required var "nothing"',
    );
  });

  test("a docs block that does not exist names the nearest", () => {
    const { shared } = harness();
    const globals = docsGlobals(
      shared,
      "shop",
      (name) => (name === "orders" ? "text" : undefined),
      () => ["orders"],
    );
    const { message, help } = mistake("{{ doc('order') }}", "", globals);
    expect(message).toBe('there is no docs block "order"');
    expect(help).toBe('did you mean "orders"?');
  });
});
