// The commands around the docs: coverage, exports, the server, opening what is not there; and the last run surviving that
// compiling writes over run_results.json.

import { execFile, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { serveSite } from "../../src/docs/serve-site.ts";
import { cli, etl, folderWith, plainEnvironment } from "../cli/etl.ts";
import { probe } from "./probe.ts";

let folder: string;

beforeAll(() => {
  folder = folderWith(probe);
  etl(folder, ["build"]);
  etl(folder, ["docs", "generate", "--static"]);
});

const read = (name: string) => readFileSync(join(folder, "target", name), "utf8");

describe("docs generate", () => {
  test("tells on the first screen how fresh sources were, and which could not be looked at", () => {
    const table = (name: string) => ({
      name,
      config: { loaded_at_field: "at", freshness: { warn_after: { count: 1, period: "hour" } } },
    });
    const tables = ["fresh", "late", "lost", "new"].map(table);
    const own = folderWith({
      "dbt_project.yml": "name: ages\n",
      "models/s.yml": JSON.stringify({ sources: [{ name: "raw", schema: "main", tables }] }),
      "target/sources.json": JSON.stringify({
        results: [
          { unique_id: "source.ages.raw.fresh", status: "pass", max_loaded_at: "2026-01-01T10:00:00Z" },
          { unique_id: "source.ages.raw.late", status: "warn", max_loaded_at: "2026-01-01T08:00:00Z" },
          { unique_id: "source.ages.raw.lost", status: "runtime error" },
        ],
      }),
    });
    expect(etl(own, ["docs", "generate"]).code).toBe(0);
    const page = readFileSync(join(own, "target", "index.html"), "utf8");
    const shown = page.slice(page.indexOf('class="freshness"'), page.indexOf('id="graph-title"'));
    const words = shown.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
    expect(words).toContain("raw.lost the check failed");
    expect(words).toContain("raw.late last loaded 2026-01-01 08:00");
    expect(words).toContain("1 fresh · 1 not measured: run etl source freshness");
  });

  test("writes one file under both names, and the dictionary", () => {
    expect(read("static_index.html")).toBe(read("index.html"));
    const dictionary = read("llms.txt");
    expect(dictionary).toContain("## model stg_orders\n\nOrders as they come, narwhal.");
    expect(dictionary).toContain("- made of: raw_orders\n- used by: customers");
    expect(dictionary).toMatch(
      /- customer_id \(INTEGER\): Who ordered, ocelot\. \[relationships to stg_customers\.customer_id\]/,
    );
  });

  test("keeps telling of the last build when it is repeated", () => {
    expect(JSON.parse(read("run_results.json")).args.which).not.toBe("build");
    etl(folder, ["docs", "generate", "--no-compile", "--empty-catalog"]);
    expect(read("index.html")).toContain("<code>etl build</code>");
  });
});

describe("docs coverage", () => {
  const json = (...args: string[]) => {
    const { code, out } = etl(folder, ["docs", "coverage", "--output", "json", ...args]);
    return { code, ...JSON.parse(out) };
  };

  test("counts nodes and columns, and tells inherited descriptions apart", () => {
    // customers: itself and customer_id, inherited; revenue is missing
    expect(json("--select", "customers")).toMatchObject({
      code: 0,
      percent: 66,
      documented: 2,
      all: 3,
      inherited: 1,
      nodes: [{ unique_id: "model.probe.customers", missing_columns: ["revenue"], lacks_description: false }],
      folders: [{ folder: "models/marts", documented: 2, all: 3 }],
    });
  });

  test("fails under a limit", () => {
    expect(json("--select", "stg_orders", "--fail-under", "100")).toMatchObject({ code: 0, percent: 100 });
    expect(json("--fail-under", "99").code).toBe(1);
  });

  test("lists in words what is missing", () => {
    const { out } = etl(folder, ["docs", "coverage", "--select", "customers", "stg_customers"]);
    expect(out).toContain("customers lacks column revenue");
    expect(out).toContain("stg_customers lacks its description; columns customer_id, name");
  });
});

describe("docs export", () => {
  test("draws what is selected as Mermaid", () => {
    const { out } = etl(folder, ["docs", "export", "--output", "mermaid", "--select", "+stg_orders"]);
    expect(out).toBe('flowchart LR\n  n0[("raw_orders")]\n  n1["stg_orders"]\n  n0 --> n1\n');
  });

  test("draws what is selected as DOT", () => {
    const { out } = etl(folder, ["docs", "export", "--output", "dot", "--select", "+stg_orders"]);
    expect(out).toContain('  "seed.probe.raw_orders" -> "model.probe.stg_orders";\n');
  });

  test("prints the dictionary of what is selected", () => {
    const { out } = etl(folder, ["docs", "export", "--select", "customers"]);
    expect(out.match(/^## /gm)).toEqual(["## "]);
  });
});

describe("docs that were not written", () => {
  test.each([["serve"], ["open"]])("docs %s says how to write them", (command) => {
    const empty = folderWith({ "dbt_project.yml": 'name: bare\nversion: "1.0"\n' });
    const { code, out, err } = etl(empty, ["docs", command]);
    expect(code).toBe(2);
    expect(out + err).toContain("error[docs-missing]");
    expect(out + err).toContain("help: write it with etl docs generate");
  });
});

describe("the server", () => {
  const answer = (address: string, path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number | undefined; body: string }>((done, failed) => {
      const asked = request(new URL(path, address), { headers, method }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += String(chunk);
        });
        response.on("end", () => done({ status: response.statusCode, body }));
      });
      asked.on("error", failed);
      asked.end();
    });

  test("serves the site and its artifacts, and nothing else", async () => {
    const server = await serveSite(join(folder, "target"), "127.0.0.1", 0);
    try {
      const page = await answer(server.address, "/");
      expect(page.status).toBe(200);
      expect(page.body).toContain('<html lang="en" data-live>');
      expect((await answer(server.address, "/manifest.json")).status).toBe(200);
      for (const path of [
        "/run/probe",
        "/../dbt_project.yml",
        "/etl_parse_cache.bin",
        "/__proto__",
        "/probe.duckdb",
      ])
        expect((await answer(server.address, path)).status).toBe(404);
      expect((await answer(server.address, "/", {}, "POST")).status).toBe(405);
      expect((await answer(server.address, "/", { host: "evil.example" })).status).toBe(421);
    } finally {
      await server.close();
    }
  });

  test("tells when the site was written anew", async () => {
    const server = await serveSite(join(folder, "target"), "127.0.0.1", 0);
    const stream = await new Promise<IncomingMessage>((done) => {
      request(new URL("changes", server.address), done).end();
    });
    stream.on("error", () => {});
    const told = new Promise<string>((done) => {
      stream.on("data", (chunk: Buffer) => {
        if (String(chunk).includes("changed")) done(String(chunk));
      });
    });
    writeFileSync(join(folder, "target", "index.html"), read("index.html"));
    expect(await told).toContain("event: changed");
    await server.close();
  });

  test.skipIf(process.platform === "win32")("ends well when it is interrupted", async () => {
    const child = spawn(process.execPath, [cli, "docs", "serve", "--no-browser", "--port", "0"], {
      cwd: folder,
      env: plainEnvironment(folder),
    });
    await new Promise<void>((done) => {
      child.stdout.on("data", (chunk: Buffer) => {
        if (String(chunk).includes("http://127.0.0.1:")) done();
      });
    });
    child.kill("SIGINT");
    expect(await new Promise((done) => child.on("exit", done))).toBe(0);
  });

  test("says who cannot have the port", async () => {
    const server = await serveSite(join(folder, "target"), "127.0.0.1", 0);
    const { port } = new URL(server.address);
    const { code, text } = await new Promise<{ code: number; text: string }>((done) => {
      const args = [cli, "docs", "serve", "--no-browser", "--port", port];
      const options = { cwd: folder, env: plainEnvironment(folder) };
      execFile(process.execPath, args, options, (error, out, err) =>
        done({ code: Number(error?.code ?? 0), text: out + err }),
      );
    });
    await server.close();
    expect(code).toBe(2);
    expect(text).toContain("error[docs-serve]");
    expect(text).toContain("--port 0");
  });
});
