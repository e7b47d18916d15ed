// Outlets for machines: JSON lines, the log file, JUnit, GitHub, and secrets in none of them.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { EtlEvent } from "../../src/base/events.ts";
import { nodeFiles } from "../../src/base/node-files.ts";
import { Scrubber } from "../../src/base/scrubber.ts";
import { LogFile } from "../../src/report/log-file.ts";
import { wantsColours } from "../../src/report/style.ts";
import { build, facts, finished, told } from "./told.ts";

describe("--log-format json", () => {
  test("gives one object a line, in the shape of dbt's logs", () => {
    const lines = told(build, { settings: { format: "json" } })
      .out.trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ info }) => info.name)).toEqual([
      "ConcurrencyLine",
      "LogSeedResult",
      "LogModelResult",
      "LogTestResult",
      "LogTestResult",
      "seed-cell",
      "CheckNodeTestFailure",
      "SkippingDetails",
      "StatsLine",
    ]);
    expect(lines[1]).toMatchObject({
      info: {
        level: "info",
        invocation_id: "0-0",
        code: "Q016",
        ts: expect.stringMatching(/^2026-01-31T10:00:00\.\d{6}Z$/),
      },
      data: { index: 1, total: 5, status: "success", node_info: { unique_id: "seed.shop.raw_orders" } },
    });
    expect(lines.at(-1)).toMatchObject({
      data: { stats: { pass: 3, error: 1, skip: 1, warn: 0, total: 5 } },
    });
  });
});

describe("the log file", () => {
  test("holds what the console does not show", () => {
    const log = { folder: "/shop/logs", format: "debug", level: "debug", maxBytes: 0 } as const;
    const { files } = told(build, { settings: { log } });
    const text = files.get(join("/shop/logs", "etl.log")) ?? "";
    expect(text).toMatch(/^10:00:00\.\d{3} debug etl 0\.1\.0: build \(invocation 0-0\)\n/);
    expect(text).toContain("debug 1/5  start");
  });

  test("is rotated when it grows too large, five files are kept", () => {
    const folder = mkdtempSync(join(tmpdir(), "etl-log-"));
    try {
      for (let round = 0; round < 9; round += 1) {
        const log = new LogFile(
          folder,
          100,
          nodeFiles((text) => text),
        );
        log.write(`${round}`.repeat(90));
        log.flush();
      }
      expect(readdirSync(folder).sort()).toEqual([
        "etl.log",
        "etl.log.1",
        "etl.log.2",
        "etl.log.3",
        "etl.log.4",
        "etl.log.5",
      ]);
      expect(readFileSync(join(folder, "etl.log.1"), "utf8")).toMatch(/^7+\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("that cannot be written is said and ends nothing", () => {
    const log = new LogFile(
      join(import.meta.filename, "below-a-file"),
      0,
      nodeFiles((text) => text),
    );
    log.write("x");
    log.flush();
    expect(log.failure).toMatch(/ENOTDIR|EEXIST|ENOENT/);
  });
});

describe("--junit", () => {
  const xml = (events: readonly EtlEvent[]): string =>
    told(events, { settings: { junit: "/shop/out.xml" } }).files.get("/shop/out.xml") ?? "";

  test("has one suite a file and one case a node", () => {
    expect(xml(build)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="etl build" tests="5" failures="1" errors="0" skipped="1" time="2.500">
        <testsuite name="seeds/raw_orders.csv" tests="1" failures="0" errors="0" skipped="0" time="0.050" timestamp="2026-01-31T10:00:00">
          <testcase name="raw_orders" classname="shop.seed" time="0.050" file="seeds/raw_orders.csv"/>
        </testsuite>
        <testsuite name="models/orders.sql" tests="1" failures="0" errors="0" skipped="0" time="12.340" timestamp="2026-01-31T10:00:00">
          <testcase name="orders" classname="shop.model" time="12.340" file="models/orders.sql"/>
        </testsuite>
        <testsuite name="models/schema.yml" tests="2" failures="1" errors="0" skipped="0" time="0.350" timestamp="2026-01-31T10:00:00">
          <testcase name="not_null_orders_id" classname="shop.test" time="0.150" file="models/schema.yml"/>
          <testcase name="unique_orders_order_id" classname="shop.test" time="0.200" file="models/schema.yml" line="3"><failure message="7 values of order_id occur more than once">seed-cell: 7 values of order_id occur more than once
        at models/schema.yml:3:9

      order_id | n
      ---------+--
             1 | 2
            17 | 3
          null | 2</failure></testcase>
        </testsuite>
        <testsuite name="models/customers.sql" tests="1" failures="0" errors="0" skipped="1" time="0.000" timestamp="2026-01-31T10:00:00">
          <testcase name="customers" classname="shop.model" time="0.000" file="models/customers.sql"><skipped message="skipped"/></testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test("is well-formed whatever the names and messages hold", () => {
    const nasty = `<a b="c">&'\u0000\u001b[31m\ud800]]>`;
    const text = xml([
      finished(1, facts("test", nasty, { file: nasty }), { status: "fail", message: nasty }),
    ]);
    expect(text).not.toMatch(/[\u0000-\u0008\u001b\ud800-\udfff]/u);
    expect(text.replaceAll(/<[^<>]*>/g, "")).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!(amp|lt|gt|quot|#10|#9);)/);
  });

  test("tells a command that could not run as an error", () => {
    const mistake: EtlEvent = {
      kind: "diagnostic",
      diagnostic: { code: "project-missing", severity: "error", message: "no project" },
    };
    expect(xml([mistake])).toContain(`errors="1"`);
  });
});

describe("in GitHub Actions", () => {
  const env = { GITHUB_STEP_SUMMARY: "/summary.md", GITHUB_WORKSPACE: "/" };

  test("mistakes are annotated at their lines and the job gets a summary", () => {
    const { out, files } = told(build, { settings: { github: true }, env, exitCode: 1 });
    expect(out).toContain(
      "::error file=shop/models/schema.yml,line=3,col=9,title=seed-cell::7 values of order_id occur more than once\n",
    );
    expect(files.get("/summary.md")).toMatchInlineSnapshot(`
      "### etl build: failed in 2.50s

      2 built, 1 passed, 1 failed, 1 skipped

      | node | status | why |
      |---|---|---|
      | unique\\_orders\\_order\\_id | fail | 7 values of order\\_id occur more than once |

      "
    `);
  });

  test("nothing that a message holds is taken for a command or markup", () => {
    const message = "a%b\n::set-output name=x::y | <img> `z`";
    const { out, files } = told([finished(1, facts("test", "t"), { status: "fail", message })], {
      settings: { github: true },
      env,
    });
    expect(out).toContain("::error file=shop/models/schema.yml,title=t::a%25b%0A::set-output name=x::y");
    expect(out).not.toMatch(/^\s*::set-output/m);
    expect(files.get("/summary.md")).toContain("a%b ::set-output name=x::y \\| &lt;img> \\`z\\`");
  });
});

describe("secrets", () => {
  const secret = "s3cr3t/pa ss'word";
  const env = { DBT_ENV_SECRET_TOKEN: secret };
  const forms = [
    secret,
    Buffer.from(secret).toString("base64"),
    Buffer.from(`user:${secret}`).toString("base64"),
    encodeURIComponent(secret),
    secret.replaceAll("'", "''"),
    JSON.stringify(`"${secret}"`),
  ];

  test("occur in no outlet, in no form", () => {
    const events: EtlEvent[] = [
      ...forms.map((text): EtlEvent => ({ kind: "message", level: "info", text })),
      finished(1, facts("test", "t"), {
        status: "fail",
        message: secret,
        sample: { columns: ["c"], rows: [[secret]] },
      }),
    ];
    for (const format of ["text", "json", "debug"] as const) {
      const log = { folder: "/shop/logs", format, level: "debug", maxBytes: 0 } as const;
      const { out, err, files } = told(events, {
        env: { ...env, GITHUB_STEP_SUMMARY: "/summary.md" },
        settings: { format, log, junit: "/j.xml", github: true },
      });
      const everything = [out, err, ...files.values()].join("\n");
      expect(everything).toContain("*****");
      const inside = Buffer.from(`user:${secret}`).toString("base64").slice(8, -4);
      for (const form of [...forms, "s3cr3t", inside]) expect(everything).not.toContain(form);
    }
  });

  test("lines of a long one are masked too, words that are too short are not", () => {
    const scrubber = new Scrubber();
    scrubber.add(["-----BEGIN KEY-----\nabcdefghijklmnopqrst\n", "a", ""]);
    expect(scrubber.clean("a abcdefghijklmnopqrst b")).toBe("a ***** b");
  });
});

test("colours follow the user, NO_COLOR, FORCE_COLOR and the terminal, in this order", () => {
  expect(wantsColours(true, { NO_COLOR: "1" }, false)).toBe(true);
  expect(wantsColours(false, { FORCE_COLOR: "1" }, true)).toBe(false);
  expect(wantsColours(undefined, { NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe(false);
  expect(wantsColours(undefined, { FORCE_COLOR: "1" }, false)).toBe(true);
  expect(wantsColours(undefined, { TERM: "dumb" }, true)).toBe(false);
  expect(wantsColours(undefined, {}, true)).toBe(true);
  expect(wantsColours(undefined, {}, false)).toBe(false);
});
