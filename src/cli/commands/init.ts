// `etl init`

import { loadAdapter } from "../../adapter/registry.ts";
import type { CommandSpec } from "../command.ts";
import { initProject } from "../init-project.ts";

export const init: CommandSpec = {
  name: "init",
  group: "Set up",
  summary: "Make a starter project that builds at once",
  description:
    "It has seeds, models, tests, a unit test, an incremental model and docs, and is built on the embedded DuckDB. An existing dbt project needs no init: run etl build in its folder.",
  argument: { name: "project_name", required: false, help: "The name of the project and of its new folder" },
  examples: [
    ["etl init shop", "A project in the new folder shop"],
    ["etl init", "A project in this folder, when it is empty"],
    ["etl init shop --adapter postgres", "The same on PostgreSQL, with a profiles.yml to fill in"],
  ],
  async run({ host, say, request, speak, words }) {
    speak();
    const given = request.cli.get("project_dir");
    const type = request.cli.get("adapter");
    const adapter =
      typeof type === "string"
        ? await loadAdapter(type, { projectFolder: host.cwd, files: host.files })
        : undefined;
    const warehouse = adapter?.defaultCredentials === undefined ? adapter : undefined;
    const inside = typeof given === "string" ? given : undefined;
    for (const text of initProject(host, words[0], inside, warehouse)) {
      say(text);
    }
    return 0;
  },
};
