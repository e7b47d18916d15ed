// OpenLineage events of runs: what they tell, and that no server, however it behaves, touches the run. That they are valid
// by OpenLineage's own schemas is held by test/artifacts/record/validate_openlineage.py.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EtlError } from "../../src/base/diagnostic.ts";
import type { EtlEvent } from "../../src/base/events.ts";
import { nodeHost } from "../../src/base/node-host.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import type { Value } from "../../src/jinja/value.ts";
import { buildNodes, withProject } from "../../src/pipeline.ts";
import type { RunReport } from "../../src/run/report.ts";

const FILES: Readonly<Record<string, string>> = {
  "dbt_project.yml": "name: shop\nprofile: test\n",
  "profiles.yml": "test: {target: dev, outputs: {dev: {type: duckdb, path: test.duckdb, threads: 2}}}\n",
  "seeds/raw.csv": "id,city\n1,Bern\n2,Rome\n",
  "models/near.sql":
    "{{ config(materialized='ephemeral') }} select id, city as town from {{ ref('raw') }} where id > 0",
  "models/towns.sql":
    "{{ config(materialized='table') }} select id, upper(town) as town from {{ ref('near') }}",
  "models/props.yml":
    "groups: [{name: geo, owner: {name: Ada}}]\n" +
    "models:\n  - name: towns\n    description: All towns.\n    config: {group: geo, tags: [daily]}\n" +
    "    columns: [{name: id, description: Its key., data_tests: [unique]}, " +
    "{name: town, data_tests: [{accepted_values: {arguments: {values: [BERN]}, config: {severity: warn}}}]}]\n",
};

interface Event {
  readonly eventType: string;
  readonly eventTime: string;
  readonly run: {
    readonly runId: string;
    readonly facets: Readonly<Record<string, Record<string, unknown>>>;
  };
  readonly job: { readonly name: string; readonly facets: Readonly<Record<string, Record<string, unknown>>> };
  readonly inputs: readonly Dataset[];
  readonly outputs: readonly Dataset[];
}

interface Dataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Readonly<Record<string, Record<string, unknown>>>;
  readonly inputFacets?: Readonly<Record<string, Record<string, unknown>>>;
  readonly outputFacets?: Readonly<Record<string, Record<string, unknown>>>;
}

let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "etl-openlineage-"));
  for (const [path, text] of Object.entries(FILES)) put(path, text);
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly cli?: Readonly<Record<string, Value>>;
  readonly onEvent?: (event: EtlEvent) => void;
  readonly signal?: AbortSignal;
}

async function build(setting: Setting): Promise<{ readonly report: RunReport; readonly warnings: string[] }> {
  const warnings: string[] = [];
  const host = nodeHost({
    cwd: folder,
    env: { HOME: folder, ...setting.env },
    emit: (event) => {
      if (event.kind === "diagnostic") warnings.push(`${event.diagnostic.code}: ${event.diagnostic.message}`);
      setting.onEvent?.(event);
    },
    clean: (text) => text,
    signal: setting.signal ?? new AbortController().signal,
  });
  const cli = new Map(Object.entries(setting.cli ?? {}));
  const config = await loadConfig({ command: "build", cli, cwd: folder }, host);
  const invocation = { id: host.uuid(), startedAt: host.now(), command: "build" };
  const report = await withProject(config, invocation, host, (project) => buildNodes(project, "build"));
  for (const { code, message } of config.diagnostics) warnings.push(`${code}: ${message}`);
  return { report, warnings };
}

async function told(
  setting: Setting = {},
): Promise<{ readonly events: Event[]; readonly report: RunReport }> {
  const { report } = await build({ ...setting, cli: { ...setting.cli, openlineage: "events.jsonl" } });
  const lines = readFileSync(join(folder, "events.jsonl"), "utf8").trimEnd().split("\n");
  return { events: lines.map((line) => JSON.parse(line)), report };
}

/** A server that answers as it is told, and keeps what it took. */
async function serve(
  answer: (response: ServerResponse, count: number, request: IncomingMessage) => void,
): Promise<{ readonly url: string; readonly taken: Event[]; readonly keys: Set<string | undefined> }> {
  const taken: Event[] = [];
  const keys = new Set<string | undefined>();
  let count = 0;
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += String(chunk);
    });
    request.on("end", () => {
      keys.add(request.headers.authorization);
      answer(response, ++count, request);
      if (response.statusCode < 300 && response.writableEnded) taken.push(JSON.parse(text));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken, keys };
}

const named = (events: readonly Event[], type: string, name: string): Event | undefined =>
  events.find(({ eventType, job }) => eventType === type && job.name === name);

describe("the events of a run", () => {
  it("begin and end each run once, below the run of the command", async () => {
    const { events } = await told();
    const runs = new Map<string, Event[]>();
    for (const event of events) runs.set(event.run.runId, [...(runs.get(event.run.runId) ?? []), event]);
    const [command] = events;
    for (const list of runs.values()) {
      expect(list.map(({ eventType }) => eventType)).toEqual(["START", "COMPLETE"]);
      if (list[0] !== command) expect(list[1]?.run.facets.parent?.run).toEqual({ runId: command?.run.runId });
    }
    expect([...runs.values()].map(([first]) => first?.job.name).sort()).toEqual([
      "model.shop.towns",
      "seed.shop.raw",
      "shop.build",
      expect.stringMatching(/^test\.shop\.accepted_values/),
      expect.stringMatching(/^test\.shop\.unique/),
    ]);
    expect(events.at(-1)).toMatchObject({ eventType: "COMPLETE", job: { name: "shop.build" } });
  });

  it("tell what a model is made of, through ephemeral models, and what came of it", async () => {
    const { events } = await told();
    const model = named(events, "COMPLETE", "model.shop.towns");
    const raw = { namespace: "duckdb://test.duckdb", name: "test.main.raw" };
    expect(model?.inputs).toMatchObject([raw]);
    expect(model?.job.facets).toMatchObject({
      sql: { query: expect.stringContaining("upper(town)"), dialect: "duckdb" },
      documentation: { description: "All towns." },
      ownership: { owners: [{ name: "Ada" }] },
      tags: { tags: [{ key: "daily" }] },
      sourceCodeLocation: { path: "models/towns.sql" },
    });
    const [output] = model?.outputs ?? [];
    expect(output).toMatchObject({ namespace: raw.namespace, name: "test.main.towns" });
    expect(output?.facets.schema?.fields).toMatchObject([
      { name: "id", description: "Its key." },
      { name: "town" },
    ]);
    const direct = (subtype: string) => [{ type: "DIRECT", subtype }];
    expect(output?.facets.columnLineage).toMatchObject({
      fields: {
        id: { inputFields: [{ ...raw, field: "id", transformations: direct("IDENTITY") }] },
        town: { inputFields: [{ ...raw, field: "city", transformations: direct("TRANSFORMATION") }] },
      },
      dataset: [{ ...raw, field: "id", transformations: [{ type: "INDIRECT", subtype: "FILTER" }] }],
    });
    const seed = named(events, "COMPLETE", "seed.shop.raw");
    expect(seed?.outputs[0]?.outputFacets?.outputStatistics).toMatchObject({ rowCount: 2 });
    for (const { facets } of [...(model?.inputs ?? []), ...(model?.outputs ?? [])])
      for (const { _producer, _schemaURL } of Object.values(facets))
        expect([_producer, _schemaURL].every((url) => URL.canParse(String(url)))).toBe(true);
  });

  it("tell of tests as assertions about what they test", async () => {
    const { events } = await told();
    const tests = events.filter(
      ({ eventType, job }) => eventType === "COMPLETE" && job.name.startsWith("test."),
    );
    const assertions = tests.flatMap(
      ({ inputs }) => inputs[0]?.inputFacets?.dataQualityAssertions?.assertions,
    );
    expect(assertions).toHaveLength(2);
    expect(assertions).toContainEqual(
      expect.objectContaining({ assertion: "unique", success: true, column: "id", severity: "error" }),
    );
    expect(assertions).toContainEqual(
      expect.objectContaining({
        assertion: "accepted_values",
        success: false,
        severity: "warn",
        actual: "1",
      }),
    );
  });

  it("tell of failures with the reason, and of nothing that was never begun", async () => {
    put("models/towns.sql", "select * from {{ ref('raw') }} where nope = 1");
    put("models/below.sql", "select * from {{ ref('towns') }}");
    const { events, report } = await told();
    expect(report.success).toBe(false);
    const { errorMessage } = named(events, "FAIL", "model.shop.towns")?.run.facets ?? {};
    expect(errorMessage?.message).toContain("nope");
    expect(events.some(({ job }) => job.name === "model.shop.below")).toBe(false);
    expect(events.at(-1)).toMatchObject({ eventType: "FAIL", job: { name: "shop.build" } });
  });

  it("hold no secret in whatever form it stands in SQL", async () => {
    put("models/towns.sql", "select 1 as id, 'it''s-hidden' as town");
    const { events } = await told({ env: { DBT_ENV_SECRET_TOWN: "it's-hidden" } });
    const query = named(events, "COMPLETE", "model.shop.towns")?.job.facets.sql?.query;
    expect(query).toBe("select 1 as id, '*****' as town");
  });

  it("tell of an interrupt as an abort", async () => {
    const ending = new AbortController();
    const onEvent = (event: EtlEvent): void => {
      if (event.kind === "node-started" && event.node.name === "towns") ending.abort();
    };
    const { events } = await told({ signal: ending.signal, onEvent });
    expect(events.at(-1)).toMatchObject({ eventType: "ABORT", job: { name: "shop.build" } });
    expect(named(events, "ABORT", "model.shop.towns")).toBeDefined();
  });
});

describe("a server", () => {
  it("gets all events with the key, each run's in order, after an answer that it is busy, too", async () => {
    const { url, taken, keys } = await serve((response, count) => {
      response.statusCode = count <= 2 ? 503 : 201;
      response.end();
    });
    const env = { OPENLINEAGE_URL: url, OPENLINEAGE_API_KEY: "hush", OPENLINEAGE_NAMESPACE: "prod" };
    const parent = "airflow/dag.task/0191e2a4-1111-7aaa-8bbb-cccccccccccc";
    const { report, warnings } = await build({ env: { ...env, OPENLINEAGE_PARENT_ID: parent } });
    expect(report.success).toBe(true);
    expect(warnings.filter((text) => text.startsWith("openlineage"))).toEqual([]);
    expect(keys).toEqual(new Set(["Bearer hush"]));
    expect(taken).toHaveLength(10);
    expect(named(taken, "START", "shop.build")).toMatchObject({
      job: { namespace: "prod" },
      run: { facets: { parent: { job: { namespace: "airflow", name: "dag.task" } } } },
    });
    for (const { run, eventType } of taken.filter((event) => event.eventType !== "START"))
      expect(taken.findIndex((one) => one.run.runId === run.runId && one.eventType === "START")).toBeLessThan(
        taken.findIndex((one) => one.run.runId === run.runId && one.eventType === eventType),
      );
  });

  it.each<[string, string, (response: ServerResponse) => void]>([
    ["refuses", "answered 401", (response) => void response.writeHead(401).end("who is hush?")],
    ["fails", "answered 500", (response) => void response.writeHead(500).end()],
    ["hangs", "does not answer", () => {}],
    ["hangs up", "of 4 OpenLineage events", (response) => void response.destroy()],
  ])("that %s costs one warning without the key", async (_, reason, answer) => {
    const { url } = await serve(answer);
    const { report, warnings } = await build({
      env: {
        OPENLINEAGE__TRANSPORT__TYPE: "http",
        OPENLINEAGE__TRANSPORT__URL: url,
        OPENLINEAGE__TRANSPORT__TIMEOUT: "0.2",
        OPENLINEAGE__TRANSPORT__AUTH: '{"type": "api_key", "apiKey": "hush"}',
      },
      cli: { warn_error: true, select: ["raw"] },
    });
    expect(report.success).toBe(true);
    const [warning, ...others] = warnings.filter((text) => text.startsWith("openlineage-unsent"));
    expect(warning).toContain(reason);
    expect(warning).not.toContain("hush");
    expect(others).toEqual([]);
  });

  it("that is not there costs one warning", async () => {
    const { warnings } = await build({ cli: { openlineage: "http://user:word@127.0.0.1:9" } });
    const [warning] = warnings.filter((text) => text.startsWith("openlineage-unsent"));
    expect(warning).toContain("10 of 10");
    expect(warning).not.toContain("word");
  });
});

describe("settings", () => {
  it("come from openlineage.yml; the flag wins, and OPENLINEAGE_DISABLED over all", async () => {
    put("openlineage.yml", "transport: {type: file, log_file_path: other.jsonl}\n");
    await build({});
    expect(readFileSync(join(folder, "other.jsonl"), "utf8")).toContain("shop.build");
    rmSync(join(folder, "other.jsonl"));
    await told();
    const off = { OPENLINEAGE_DISABLED: "true" };
    expect((await build({ env: off })).report.success).toBe(true);
    expect(() => readFileSync(join(folder, "other.jsonl"))).toThrow();
  });

  it.each<[string, Record<string, string>, string]>([
    ["an address that is no server's", { OPENLINEAGE_URL: "localhost" }, "is not one of a server"],
    ["a transport without its address", { OPENLINEAGE__TRANSPORT__TYPE: "http" }, "has no url"],
  ])("with %s are a mistake", async (_, env, words) => {
    const failure = await build({ env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EtlError);
    expect((failure as EtlError).diagnostics).toMatchObject([{ code: "openlineage-invalid" }]);
    expect((failure as EtlError).message).toContain(words);
  });

  it("that etl cannot follow are told", async () => {
    const env = { OPENLINEAGE__TRANSPORT: '{"type": "kafka"}', OPENLINEAGE_PARENT_ID: "no/run" };
    const { warnings } = await build({ env });
    expect(warnings.filter((text) => text.startsWith("openlineage-unsent"))).toEqual([
      expect.stringContaining('"kafka"'),
    ]);
    const { warnings: others } = await build({
      env: { OPENLINEAGE_PARENT_ID: "no/run" },
      cli: { openlineage: "e" },
    });
    expect(others.join()).toContain("names no run");
  });
});
