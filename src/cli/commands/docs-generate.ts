// `etl docs generate`

import type { CommandSpec } from "../command.ts";

export const docsGenerate: CommandSpec = {
  name: "docs generate",
  group: "Look",
  summary: "Write the docs site, manifest.json and catalog.json",
  description:
    "The site is one file, target/index.html: it opens without a server and can be mailed. Beside it, llms.txt tells the same as text.",
  examples: [
    ["etl docs generate", "Compile, read the warehouse's columns, write the site"],
    ["etl docs generate --no-compile --empty-catalog", "Without asking the warehouse"],
  ],
  async run({ configure, withProject, say }) {
    const config = await configure();
    const { generateDocs } = await import("../../project-docs.ts");
    const written = await withProject(config, generateDocs);
    for (const path of [written.catalog, written.site]) say(`wrote ${path}`);
    return written.success ? 0 : 2;
  },
};
