// The colours of the drawing. They are the site's custom properties, read as computed colours, since a canvas
// understands neither `var()` nor `light-dark()`; and the table of what a colour means, which legend, canvas and
// exports share.

import type { GraphNode, Health } from "../../../../src/docs/site-data.ts";
import type { Colouring } from "./graph-state.ts";

const names = [
  "back",
  "card",
  "frame",
  "ink",
  "quiet-ink",
  "line",
  "edge",
  "strong-edge",
  "accent",
  "accent-ink",
  "kind-source",
  "kind-seed",
  "kind-snapshot",
  "kind-model",
  "kind-exposure",
  "kind-metric",
  "kind-other",
  "health-none",
  "health-ok",
  "health-skipped",
  "health-warn",
  "health-fail",
  "time-0",
  "time-1",
  "time-2",
  "time-3",
  "folder-0",
  "folder-1",
  "folder-2",
  "folder-3",
  "folder-4",
  "folder-5",
  "folder-6",
  "folder-7",
] as const;

export type ColourName = (typeof names)[number];

export type Palette = Readonly<Record<ColourName, string>> & { readonly font: string };

/** Reads `--graph-<name>` of an element, whatever they refer to. */
export function readPalette(element: HTMLElement): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const style = getComputedStyle(probe);
  const colours = Object.fromEntries(
    names.map((name) => {
      probe.style.color = `var(--graph-${name})`;
      return [name, style.color];
    }),
  ) as Record<ColourName, string>;
  const font = style.fontFamily;
  probe.remove();
  return { ...colours, font };
}

const kindColours: Readonly<Record<string, ColourName>> = {
  source: "kind-source",
  seed: "kind-seed",
  snapshot: "kind-snapshot",
  model: "kind-model",
  exposure: "kind-exposure",
  metric: "kind-metric",
  semantic_model: "kind-metric",
  saved_query: "kind-metric",
};

const kindWords: Readonly<Record<string, string>> = {
  "kind-source": "source",
  "kind-seed": "seed",
  "kind-snapshot": "snapshot",
  "kind-model": "model",
  "kind-exposure": "exposure",
  "kind-metric": "metric",
  "kind-other": "other",
};

const healthWords: Readonly<Record<Health, string>> = {
  none: "not run",
  ok: "ok",
  skipped: "skipped",
  warn: "warning",
  fail: "failed",
};

/** Upper ends of the times that share a colour, in seconds. */
const timeSteps: readonly number[] = [1, 10, 60];

/** What a node's colour is, and what it says. */
export interface Meaning {
  readonly colour: ColourName;
  readonly word: string;
}

/**
 * Tells the colour of nodes. Folders get theirs in the order of the nodes, so that the largest project repeats
 * them late.
 */
export function colouringOf(nodes: readonly GraphNode[], colouring: Colouring): (node: GraphNode) => Meaning {
  if (colouring === "status") return ({ status }) => healthMeaning(status);
  if (colouring === "time") return ({ seconds }) => timeMeaning(seconds);
  if (colouring === "freshness") {
    return ({ kind, freshness }) =>
      kind === "source" && freshness !== "none"
        ? { ...healthMeaning(freshness), word: freshnessWords[freshness] }
        : { colour: "health-none", word: "not looked at" };
  }
  if (colouring === "folder") {
    const tops = [...new Set(nodes.map(topFolder))];
    const numbers = new Map(tops.map((top, index) => [top, index]));
    return (node) => {
      const word = topFolder(node);
      return { colour: `folder-${(numbers.get(word)! % 8) as 0}`, word };
    };
  }
  return ({ kind }) => {
    const colour = kindColours[kind] ?? "kind-other";
    return { colour, word: kindWords[colour]! };
  };
}

const freshnessWords: Readonly<Record<Health, string>> = {
  none: "not looked at",
  ok: "fresh",
  skipped: "skipped",
  warn: "getting old",
  fail: "too old",
};

export function healthMeaning(health: Health): Meaning {
  return { colour: `health-${health}`, word: healthWords[health] };
}

function timeMeaning(seconds: number | null): Meaning {
  if (seconds === null) return { colour: "health-none", word: "not run" };
  const step = timeSteps.findIndex((end) => seconds < end);
  const words = ["under 1 s", "1 to 10 s", "10 to 60 s", "over 1 min"];
  const index = step < 0 ? 3 : step;
  return { colour: `time-${index as 0}`, word: words[index]! };
}

/** The folder that says most: below the package and what is called models, seeds ... */
function topFolder({ group, kind }: GraphNode): string {
  const inner = group.slice(1).filter((name) => !/^(models|seeds|snapshots|analyses)$/.test(name));
  return inner[0] ?? group.at(-1) ?? kind;
}
