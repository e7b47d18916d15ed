// Where an adapter's macros lie: beside its source, or, when the program was bundled into dist/, in the package's
// `adapters/<type>/macros`. Told by looking upwards from the module that asks.

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @param type the adapter's type
 * @param moduleUrl `import.meta.url` of the adapter's index
 * @returns the folder `adapters/<type>/macros` of the package that the module belongs to; beside the module when there is none
 */
export function macrosFolder(type: string, moduleUrl: string): string {
  const start = dirname(fileURLToPath(moduleUrl));
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, "adapters", type, "macros");
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return join(start, "macros");
  }
}
