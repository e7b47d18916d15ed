// --inline of compile and show: a query that is in no file, instead of what is selected.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import type { Flags } from "../config/flags.ts";

/**
 * @param direct true where --inline-direct is known, too
 * @returns the template text; undefined when nodes are to be selected
 * @throws EtlError(option-value) when both are asked for
 */
export function inlineText(flags: Flags, direct: boolean): string | undefined {
  const inline = flags.text("inline") ?? (direct ? flags.text("inline_direct") : undefined);
  if (inline === undefined) return undefined;
  const other = flags.texts("select").length > 0 ? "--select" : "--selector";
  if (other === "--selector" && flags.text("selector") === undefined) return inline;
  throw new EtlError([
    errorAt("option-value", `--inline cannot stand beside ${other}`, undefined, {
      help: "leave one of them out: an inline query is not a node that could be selected",
    }),
  ]);
}
