// A project on the fake service, run in this process through the public API.

import type { NodeCommand } from "../../src/index.ts";
import { estimateBytes } from "../../src/pipeline.ts";
import type { NodeEstimate } from "../../src/run/estimate-nodes.ts";
import { SmallProject } from "../adapter/small-project.ts";
import { settingsOf } from "./open.ts";

export { messages } from "../adapter/small-project.ts";

export class Project extends SmallProject {
  /** @param files by path; dbt_project.yml is added where it is missing */
  constructor(port: number, schema: string, files: Readonly<Record<string, string>>) {
    super({ ...settingsOf(port), schema, threads: 1 }, files);
  }

  estimates(command: NodeCommand): Promise<readonly NodeEstimate[]> {
    return this.within(command, {}, (project) => estimateBytes(project, command));
  }
}
