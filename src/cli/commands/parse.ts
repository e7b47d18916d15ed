// `etl parse`

import type { CommandSpec } from "../command.ts";

export const parse: CommandSpec = {
  name: "parse",
  group: "Look",
  summary: "Read the project, tell all mistakes, write target/manifest.json",
  examples: [],
  async run({ configure, withProject }) {
    const config = await configure();
    await withProject(config, async () => {});
    return 0;
  },
};
