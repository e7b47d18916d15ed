// str.format and str.format_map. They look into attributes and items of any value, so they are made where those are known.

import { bindArguments } from "../bind-arguments.ts";
import { raise } from "../errors.ts";
import { formatText, type Reach } from "../format/str-format.ts";
import type { Methods } from "../method.ts";
import type { Value } from "../value.ts";

/** @param reach how attributes and items of values are found */
export function formatMethods(reach: Reach): Methods<string> {
  return new Map([
    ["format", (self, args, kwargs) => formatText(self, args, kwargs, reach)],
    [
      "format_map",
      (self, args, kwargs) => {
        const [mapping] = bindArguments("format_map", ["mapping"], args, kwargs);
        if (!(mapping instanceof Map)) return raise("TypeError", "format_map() needs a dict");
        const named = new Map<string, Value>();
        for (const [key, value] of mapping) if (typeof key === "string") named.set(key, value);
        return formatText(self, [], named, reach);
      },
    ],
  ]);
}
