// `etl parse`

import type { CommandSpec } from "../command.ts";

export const parse: CommandSpec = {
  name: "parse",
  group: "Look",
  summary: "Read the project, tell all mistakes, write target/manifest.json",
  examples: [],
  async run({ configure, host, id, startedAt }) {
    const config = await configure();
    const { withProject } = await import("../../open-project.ts");
    await withProject(config, { id, startedAt, command: "parse" }, host, async () => {});
    return 0;
  },
};
