// Where the installed package lies: the folder that holds `templates/`. The program runs from `src` in tests and from
// `dist` when installed, so its own data files are found by looking upwards from this module.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @returns the absolute folder that holds `templates/macros`
 * @throws Error when there is none above this module: the installation is broken
 */
export function packageFolder(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "templates", "macros"))) return folder;
    if (dirname(folder) === folder) throw new Error(`no folder above ${start} holds templates/macros`);
  }
}
