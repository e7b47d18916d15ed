// A node with its neighbours as Mermaid, to be pasted into tickets and pages.

import { labelAt } from "../../../src/docs/site-index.ts";
import type { Site } from "./site.ts";

/** The node, what it is made of and what is made of it. */
export function mermaidAround(site: Site, node: number): string {
  const parents = site.parents(node);
  const children = site.children(node);
  const all = [...new Set([node, ...parents, ...children])];
  const name = (one: number) => `n${one}["${labelAt(site.index, one).replaceAll(/["\]<>&]/g, " ")}"]`;
  return [
    "flowchart LR",
    ...all.map((one) => `  ${name(one)}`),
    ...parents.map((parent) => `  n${parent} --> n${node}`),
    ...children.map((child) => `  n${node} --> n${child}`),
    "",
  ].join("\n");
}
