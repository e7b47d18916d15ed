// A project on the fake server, run in this process through the public API.

import { SmallProject } from "../adapter/small-project.ts";
import { type Settings, settingsOf } from "./open.ts";

export { messages } from "../adapter/small-project.ts";

export class Project extends SmallProject {
  /** @param files by path; dbt_project.yml is added where it is missing */
  constructor(
    port: number,
    schema: string,
    files: Readonly<Record<string, string>>,
    settings: Settings = {},
  ) {
    super({ ...settingsOf(port), schema, threads: 1, ...settings }, files);
  }
}
