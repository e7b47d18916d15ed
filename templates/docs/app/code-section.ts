// The code of a node in colours: as written, and as compiled.

import type { NodeDetails } from "../../../src/docs/node-details.ts";
import { fill, h } from "./dom.ts";
import { copyButton } from "./downloads.ts";
import { compiledCode } from "./site.ts";
import { coloured } from "./sql-colours.ts";

/** Longer code is shown without colours: nobody reads it, and it must not hold up the page. */
const MOST_COLOURED = 120_000;

export function codeSection(details: NodeDetails, label: string): HTMLElement | null {
  const source = details.code ?? "";
  if (source === "") return null;
  const compiled = compiledCode(details);
  let shown = source;
  const body = h("div", { class: "code-box" });
  const show = (text: string) => {
    shown = text;
    fill(body, codeBlock(text, label, details.language === "python"));
  };
  const buttons =
    compiled === undefined
      ? []
      : viewButtons(
          [
            ["Source", source],
            ["Compiled", compiled],
          ],
          show,
        );
  show(source);
  return h(
    "section",
    { "aria-label": "Code" },
    h(
      "div",
      { class: "section-head" },
      h("h2", {}, "Code"),
      h("div", { class: "switch", role: "group", "aria-label": "Which code" }, buttons),
      copyButton("Copy", () => shown, "the code"),
    ),
    body,
  );
}

function viewButtons(
  views: readonly (readonly [string, string])[],
  show: (text: string) => void,
): readonly HTMLButtonElement[] {
  const buttons = views.map(([name, text], at) => {
    const button = h("button", { type: "button", "aria-pressed": String(at === 0) }, name);
    button.addEventListener("click", () => {
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      show(text);
    });
    return button;
  });
  return buttons;
}

function codeBlock(text: string, label: string, isPython: boolean): HTMLElement {
  const trimmed = text.replace(/^\s*\n/, "").trimEnd();
  const lines = trimmed.split("\n").length;
  const numbers = Array.from({ length: lines }, (_, at) => at + 1).join("\n");
  const isPlain = isPython || trimmed.length > MOST_COLOURED;
  return h(
    "pre",
    { class: "code", tabindex: "0", "aria-label": `Code of ${label}`, role: "region" },
    h("span", { class: "line-numbers", "aria-hidden": "true" }, numbers),
    h(
      "code",
      {},
      isPlain
        ? trimmed
        : coloured(trimmed).map(({ text: piece, kind }) =>
            kind === "" ? piece : h("span", { class: `sql-${kind}` }, piece),
          ),
    ),
  );
}
