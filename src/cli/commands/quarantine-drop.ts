// `etl quarantine drop`

import type { CommandSpec } from "../command.ts";

export const quarantineDrop: CommandSpec = {
  name: "quarantine drop",
  group: "Remember",
  summary: "Throw the rows in quarantine of a model or seed away",
  argument: { name: "node", required: true, help: "Name of a model or seed" },
  examples: [["etl quarantine drop orders", "They are gone; that they were there is remembered"]],
  run: async ({ configure, host, id, startedAt, words: [name] }) => {
    const config = await configure();
    const { withProject } = await import("../../pipeline.ts");
    const { dropRows, nodesInQuarantine } = await import("../../project-quarantine.ts");
    return withProject(config, { id, startedAt, command: "quarantine drop" }, host, async (project) => {
      const [found] = await nodesInQuarantine(project, name);
      if (found) await dropRows(project, found);
      const rows = found?.count.rows ?? 0;
      const text = `${name}: ${rows === 1 ? "1 row is" : `${rows} rows are`} thrown away`;
      host.emit({ kind: "message", level: "info", text });
      return 0;
    });
  },
};
