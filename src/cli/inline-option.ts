// --inline of compile and show: a query that is in no file, instead of what is selected.

import { EtlError, errorAt } from "../base/diagnostic.ts";
import { type Flags, hasSelection } from "../config/flags.ts";

/**
 * @returns the template text; undefined when nodes are to be selected
 * @throws EtlError(option-value) when both are asked for
 */
export function inlineText(flags: Flags): string | undefined {
  const inline = flags.text("inline") ?? flags.text("inline_direct");
  if (inline === undefined || !hasSelection(flags)) return inline;
  const other = flags.texts("select").length > 0 ? "--select" : "--selector";
  throw new EtlError([
    errorAt("option-value", `--inline cannot stand beside ${other}`, undefined, {
      help: "leave one of them out: an inline query is not a node that could be selected",
    }),
  ]);
}
