// `etl docs generate`

import type { CommandSpec } from "../command.ts";

export const docsGenerate: CommandSpec = {
  name: "docs generate",
  group: "Look",
  summary: "Write manifest.json and catalog.json: the project and its columns",
  examples: [],
  async run({ configure, host, id, startedAt }) {
    const config = await configure();
    const { generateDocs, withProject } = await import("../../pipeline.ts");
    const { path, success } = await withProject(
      config,
      { id, startedAt, command: "docs generate" },
      host,
      generateDocs,
    );
    host.emit({ kind: "message", level: "info", text: `wrote ${path}` });
    return success ? 0 : 2;
  },
};
