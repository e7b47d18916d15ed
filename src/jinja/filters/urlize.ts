// The urlize filter: web and mail addresses in a text become links.

import { bindArguments, integerArgument } from "../bind-arguments.ts";
import { truth } from "../compare.ts";
import { itemsOf } from "../iteration.ts";
import { toText } from "../repr.ts";
import type { FilterEntry } from "./contract.ts";
import { escapeHtml } from "./text.ts";

const WEB = /^(?:https?:\/\/|www\.)[^\s<>"']+$/i;
const BARE = /^[\w-]+(?:\.[\w-]+)*\.(?:com|net|int|edu|gov|org|info|mil)(?:[/?#]\S*)?$/i;
const MAIL = /^(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/;

function split(word: string): [string, string, string] {
  const head = /^(?:[([<]|&lt;)+/.exec(word)?.[0] ?? "";
  let middle = word.slice(head.length);
  let tail = /(?:[)\]>.,\n]|&gt;)+$/.exec(middle)?.[0] ?? "";
  middle = middle.slice(0, middle.length - tail.length);
  if (tail.startsWith("&gt;") && middle.includes("&lt;")) {
    middle += "&gt;";
    tail = tail.slice(4);
  }
  while (tail.startsWith(")") && (middle.match(/\(/g) ?? []).length > (middle.match(/\)/g) ?? []).length) {
    middle += ")";
    tail = tail.slice(1);
  }
  return [head, middle, tail];
}

/** urlize(trim_url_limit, nofollow, target, rel) */
export const urlizeFilter: FilterEntry = [
  "urlize",
  (value, args, kwargs) => {
    const names = ["trim_url_limit?", "nofollow?", "target?", "rel?", "extra_schemes?"];
    const [limit, noFollow, target, rel, extraSchemes] = bindArguments("urlize", names, args, kwargs);
    const longest = limit === undefined || limit === null ? undefined : integerArgument(limit);
    const relations = new Set([
      "noopener",
      ...(rel === undefined || rel === null ? [] : toText(rel).split(/\s+/)),
      ...(truth(noFollow ?? false) ? ["nofollow"] : []),
    ]);
    const relation = ` rel="${escapeHtml([...relations].sort().join(" "))}"`;
    const window = target === undefined || target === null ? "" : ` target="${escapeHtml(toText(target))}"`;
    const shorten = (text: string) =>
      longest !== undefined && text.length > longest ? `${text.slice(0, longest)}...` : text;
    const schemes =
      extraSchemes === undefined || extraSchemes === null ? [] : itemsOf(extraSchemes).map(toText);
    const link = (word: string): string => {
      const [head, middle, tail] = split(word);
      if (WEB.test(middle) || BARE.test(middle)) {
        const address = /^https?:/i.test(middle) ? middle : `https://${middle}`;
        return `${head}<a href="${address}"${relation}${window}>${shorten(middle)}</a>${tail}`;
      }
      if (schemes.some((scheme) => middle.startsWith(scheme) && middle !== scheme)) {
        return `${head}<a href="${middle}"${relation}${window}>${middle}</a>${tail}`;
      }
      if (!MAIL.test(middle)) return word;
      const address = middle.replace(/^mailto:/, "");
      return `${head}<a href="mailto:${address}">${address}</a>${tail}`;
    };
    return escapeHtml(toText(value))
      .split(/(\s+)/)
      .map((word) => (word.trim() === "" ? word : link(word)))
      .join("");
  },
];
