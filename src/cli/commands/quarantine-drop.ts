// `etl quarantine drop`

import type { CommandSpec } from "../command.ts";

export const quarantineDrop: CommandSpec = {
  name: "quarantine drop",
  group: "Remember",
  summary: "Throw the rows in quarantine of a model or seed away",
  argument: { name: "node", required: true, help: "Name of a model or seed" },
  examples: [["etl quarantine drop orders", "They are gone; that they were there is remembered"]],
  run: async ({ configure, withProject, say, words: [name] }) => {
    const config = await configure();
    const { dropRows, nodesInQuarantine } = await import("../../project-quarantine.ts");
    return withProject(config, async (project) => {
      const [found] = await nodesInQuarantine(project, name);
      if (found) await dropRows(project, found);
      const rows = found?.count.rows ?? 0;
      const text = `${name}: ${rows === 1 ? "1 row is" : `${rows} rows are`} thrown away`;
      say(text);
      return 0;
    });
  },
};
