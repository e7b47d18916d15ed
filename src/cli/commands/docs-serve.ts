// `etl docs serve`

import { EtlError, errorAt } from "../../base/diagnostic.ts";
import type { Host } from "../../base/host.ts";
import { openInBrowser } from "../../base/open-in-browser.ts";
import type { Config } from "../../config/config.ts";
import type { SiteServer } from "../../docs/serve-site.ts";
import type { CommandSpec } from "../command.ts";
import { siteFolder } from "../site-folder.ts";

export const docsServe: CommandSpec = {
  name: "docs serve",
  group: "Look",
  summary: "Serve the docs site on this machine until interrupted",
  description: "The page reloads when etl docs generate writes it anew.",
  examples: [
    ["etl docs serve", "On http://127.0.0.1:8080"],
    ["etl docs serve --port 0 --no-browser", "On any free port"],
  ],
  untilInterrupted: true,
  async run({ configure, host, say }) {
    const config = await configure();
    const { folder } = siteFolder(config, host);
    const server = await started(config, folder);
    const text = `serving ${folder} on ${server.address} (Ctrl C ends it)`;
    say(text);
    try {
      if (config.flags.boolean("browser")) await openInBrowser(server.address);
      await interrupted(host);
    } finally {
      await server.close();
    }
    return 0;
  },
};

async function started({ flags }: Config, folder: string): Promise<SiteServer> {
  const { serveSite } = await import("../../docs/serve-site.ts");
  const name = flags.text("host") ?? "127.0.0.1";
  const port = Number(flags.get("port"));
  try {
    return await serveSite(folder, name, port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === "EADDRINUSE" ? "something else listens there" : message;
    throw new EtlError([
      errorAt("docs-serve", `the docs cannot be served on ${name}, port ${port}: ${why}`, undefined, {
        help: "choose another port with --port, or --port 0 for any that is free",
      }),
    ]);
  }
}

function interrupted({ signal }: Host): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener("abort", () => done(), { once: true });
  });
}
