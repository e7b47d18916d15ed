// `etl clean`

import { counted } from "../../report/words.ts";
import { cleanFolders } from "../clean-folders.ts";
import type { CommandSpec } from "../command.ts";

export const clean: CommandSpec = {
  name: "clean",
  group: "Set up",
  summary: "Remove the folders of clean-targets: artifacts, caches, packages",
  description: "Nothing outside of the project is removed, and no folder that holds source files.",
  examples: [],
  async run({ configure, host, say }) {
    const { project } = await configure();
    const removed = cleanFolders(project, host.files);
    const text =
      removed.length === 0
        ? "nothing to remove"
        : `removed ${counted(removed.length, "folder")}: ${removed.join(", ")}`;
    say(text);
    return 0;
  },
};
