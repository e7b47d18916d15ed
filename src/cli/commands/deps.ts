// `etl deps`

import type { CommandSpec } from "../command.ts";

export const deps: CommandSpec = {
  name: "deps",
  group: "Set up",
  summary: "Install the packages of packages.yml",
  examples: [
    ["etl deps", "What package-lock.yml says, or else the newest that fits"],
    ["etl deps --add-package dbt-labs/dbt_utils@1.3.0", "Add a package, then install"],
    ["etl deps --upgrade", "The newest versions that packages.yml allows"],
  ],
  async run({ configure, host, say }) {
    const config = await configure();
    const added = config.flags.text("add_package");
    if (added !== undefined) {
      const { addPackage } = await import("../add-package.ts");
      const source = config.flags.text("source");
      const known = source === "git" || source === "local" ? source : "hub";
      const file = addPackage(config.folder, { written: added, source: known }, host.files);
      say(`added ${added} to ${file}`);
    }
    const { installDependencies } = await import("../../pipeline.ts");
    const { packages, lockFile } = await installDependencies(config, host);
    if (packages.length === 0) say("no packages are asked for: there is no packages.yml, or it is empty");
    const width = Math.max(...packages.map(({ name }) => name.length));
    for (const { name, source, newer } of packages)
      say(`${name.padEnd(width)}  ${source}${newer === undefined ? "" : `  (newest: ${newer})`}`);
    if (lockFile !== null && packages.length > 0) say(`wrote ${lockFile}`);
    return 0;
  },
};
