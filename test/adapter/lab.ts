// A fake server with the projects that are built on it, and what was sent to it meanwhile.

import type { Warehouse } from "../../src/adapter/adapter.ts";
import type { Cell } from "../../src/adapter/result.ts";
import type { SmallProject } from "./small-project.ts";

/** What a fake server of any engine has. */
export interface LabServer {
  /** All requests so far, in order. */
  readonly requests: readonly { readonly sql: string | undefined }[];
  stop(): Promise<void>;
}

/** How an engine's fake server is worked with; `Rest` is what its projects take besides their files. */
export interface LabParts<Server, Project, Rest extends readonly unknown[]> {
  readonly server: Server;
  /** A project that builds into the schema. */
  project(schema: string, files: Readonly<Record<string, string>>, ...rest: Rest): Project;
  open(): Promise<Warehouse>;
}

/** The text of a model. */
export function model(config: string, sql: string): string {
  return `{{ config(${config}) }}\n${sql}\n`;
}

export class Lab<
  Server extends LabServer,
  Project extends SmallProject,
  Rest extends readonly unknown[] = readonly [],
> {
  readonly server: Server;
  readonly #parts: LabParts<Server, Project, Rest>;
  readonly #projects: Project[] = [];

  constructor(parts: LabParts<Server, Project, Rest>) {
    this.server = parts.server;
    this.#parts = parts;
  }

  /** @param files by path */
  project(schema: string, files: Readonly<Record<string, string>>, ...rest: Rest): Project {
    const made = this.#parts.project(schema, files, ...rest);
    this.#projects.push(made);
    return made;
  }

  async rows(sql: string): Promise<readonly (readonly Cell[])[]> {
    const warehouse = await this.#parts.open();
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
      .map(({ sql = "" }) => sql.replaceAll(/\s+/g, " ").trim())
      .filter((sql) => pattern.test(sql));
  }

  /** Removes the projects and ends the server. */
  async stop(): Promise<void> {
    for (const project of this.#projects) project.remove();
    await this.server.stop();
  }
}
