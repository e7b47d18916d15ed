// `etl docs open`

import { pathToFileURL } from "node:url";
import { openInBrowser } from "../../base/open-in-browser.ts";
import type { CommandSpec } from "../command.ts";
import { siteFolder } from "../site-folder.ts";

export const docsOpen: CommandSpec = {
  name: "docs open",
  group: "Look",
  summary: "Open the docs site in the browser, as a file",
  examples: [],
  async run({ configure, host, say }) {
    const { path } = siteFolder(await configure(), host);
    say(`opening ${path}`);
    await openInBrowser(pathToFileURL(path).href);
    return 0;
  },
};
