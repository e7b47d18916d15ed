// dbt and etl, each run on its own copy of a project: ETL_TEST_DBT names the Python of an environment with
// dbt-core 1.11, dbt-snowflake, dbt-bigquery and dbt-trino, ETL_TEST_COMPARE the folders of projects, in PATH's way.
// Nothing is downloaded.

import { spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import type { Setting } from "../../src/adapter/adapter.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** Why nothing can be compared here, in words; undefined when it can. */
export function dbtMissing(): string | undefined {
  if (process.env.ETL_TEST_LONG !== "1") return "only in npm run test:long";
  const program = process.env.ETL_TEST_DBT;
  return program && existsSync(program) ? undefined : "ETL_TEST_DBT names no program";
}

/** The folders of the projects to compare: the example, and those of ETL_TEST_COMPARE. */
export function comparedProjects(): readonly string[] {
  const named = (process.env.ETL_TEST_COMPARE ?? "").split(delimiter).filter(Boolean);
  return [join(ROOT, "example-project"), ...named];
}

/** A project's name for people: that of its repository where the tests of a package are meant. */
export function titleOf(folder: string): string {
  const name = basename(folder);
  return name === "integration_tests" ? basename(resolve(folder, "..")) : name;
}

export type Tool = "dbt" | "etl";

export class ComparedProject {
  readonly #home = mkdtempSync(join(tmpdir(), "etl-compared-"));
  readonly #folder: string;

  /** Copies the project, with a profile of this output and a query comment that names the node. */
  constructor(
    original: string,
    private readonly tool: Tool,
    output: Readonly<Record<string, Setting>>,
  ) {
    // The tests of a package name it as "../".
    const isInside = basename(original) === "integration_tests";
    const from = isInside ? resolve(original, "..") : original;
    const to = join(this.#home, basename(from));
    cpSync(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !/[\\/](?:target|logs|\.git)$|\.duckdb/.test(path),
    });
    this.#folder = isInside ? join(to, "integration_tests") : to;
    const file = join(this.#folder, "dbt_project.yml");
    const profile = /^profile:\s*["']?([\w-]+)/m.exec(readFileSync(file, "utf8"))?.[1];
    if (profile === undefined) appendFileSync(file, "\nprofile: compared\n");
    appendFileSync(file, `\nquery-comment: "node={{ node.unique_id if node else '' }}"\n`);
    const profiles = { [profile ?? "compared"]: { target: "dev", outputs: { dev: output } } };
    writeFileSync(join(this.#folder, "profiles.yml"), JSON.stringify(profiles));
  }

  /** Runs commands one after the other, whatever becomes of their nodes. @throws Error when one cannot be run at all */
  async run(commands: readonly string[]): Promise<string> {
    if (this.tool === "dbt")
      return this.#spawn(process.env.ETL_TEST_DBT ?? "", [
        join(import.meta.dirname, "run_dbt.py"),
        ...commands,
      ]);
    const said: string[] = [];
    for (const command of commands)
      said.push(
        await this.#spawn(process.execPath, [join(ROOT, "dist", "cli.js"), command, "--profiles-dir", "."]),
      );
    return said.join("\n");
  }

  #spawn(program: string, args: readonly string[]): Promise<string> {
    return new Promise((done, fail) => {
      const child = spawn(program, args, {
        cwd: this.#folder,
        env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: "false", NO_COLOR: "1" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (piece) => {
          said += String(piece);
        });
      child.once("error", fail);
      // etl ends with 1 when nodes failed, with 2 when nothing could be run.
      const isFine = (code: number | null): boolean => code === 0 || (code === 1 && this.tool === "etl");
      child.once("close", (code) => (isFine(code) ? done(said) : fail(new Error(said))));
    });
  }

  remove(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
