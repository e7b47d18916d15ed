// A fake server with the projects that are built on it, and what was sent to it meanwhile.

import type { Cell } from "../../src/adapter/result.ts";
import { type FakeSnowflake, startFakeSnowflake } from "./fake-server.ts";
import { open, type Settings, settingsOf } from "./open.ts";
import { Project } from "./project.ts";

/** The text of a model. */
export function model(config: string, sql: string): string {
  return `{{ config(${config}) }}\n${sql}\n`;
}

export class Lab {
  readonly #projects: Project[] = [];

  private constructor(readonly server: FakeSnowflake) {}

  static async start(): Promise<Lab> {
    return new Lab(await startFakeSnowflake());
  }

  /** @param files by path · @param settings changes the output of profiles.yml */
  project(schema: string, files: Readonly<Record<string, string>>, settings: Settings = {}): Project {
    const made = new Project(this.server.port, schema, files, settings);
    this.#projects.push(made);
    return made;
  }

  async rows(sql: string): Promise<readonly (readonly Cell[])[]> {
    const warehouse = await open(settingsOf(this.server.port));
    try {
      return (await warehouse.withSession("look", (session) => session.execute(sql))).rows;
    } finally {
      await warehouse.close();
    }
  }

  /** Statements that were sent by the work and match, with one space between words. */
  async sent(pattern: RegExp, work: () => Promise<unknown>): Promise<readonly string[]> {
    const from = this.server.requests.length;
    await work();
    return this.server.requests
      .slice(from)
      .map(({ sql }) => sql.replaceAll(/\s+/g, " ").trim())
      .filter((sql) => pattern.test(sql));
  }

  async stop(): Promise<void> {
    for (const project of this.#projects) project.remove();
    await this.server.stop();
  }
}
