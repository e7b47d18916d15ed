// Makes the small index of the site: one number or text of each list for each entry.

import type { DocsInput } from "./docs-input.ts";
import { layoutGraph } from "./layout/layout-graph.ts";
import { graphKinds, type Health, healths, siteKinds } from "./site-data.ts";
import { type SiteEntries, testedNodes } from "./site-entries.ts";
import { NODE_HEIGHT, nodeWidth, plainId, type SiteIndex } from "./site-index.ts";

/** The index of the site: what the page must know of every node before any details are read. */
export function makeIndex(input: DocsInput, { list, numbers }: SiteEntries): SiteIndex {
  const packages = new Texts();
  const folders = new Texts();
  const tags = new Texts();
  const edges = edgesOf(input, numbers);
  const health = worstHealths(input, numbers);
  const numbered = <T>(read: (entry: (typeof list)[number]) => T | undefined) =>
    Object.fromEntries(
      list.flatMap((entry, at) => {
        const value = read(entry);
        return value === undefined ? [] : [[at, value] as const];
      }),
    );
  return {
    project: input.manifest.projectName,
    adapter: input.manifest.adapterType,
    generatedAt: input.generatedAt.toISOString(),
    lineage: {
      columns: input.lineage !== undefined,
      note: input.lineage
        ? null
        : "Columns were not traced for this site: it shows which tables are made of which.",
    },
    kind: list.map(({ kind }) => siteKinds.indexOf(kind)),
    label: list.map(({ label }) => label),
    ids: numbered(({ id, kind, packageName, label }) =>
      id === plainId(kind, packageName, label) ? undefined : id,
    ),
    inPackage: list.map(({ packageName }) => packages.number(packageName)),
    inFolder: list.map(({ folder }) => folders.number(folder)),
    tagged: numbered((entry) =>
      entry.tags.length === 0 ? undefined : entry.tags.map((tag) => tags.number(tag)),
    ),
    packages: packages.list,
    folders: folders.list,
    tags: tags.list,
    health: list.map((_, at) => health.get(at) ?? 0),
    freshness: numbered(({ id }) => {
      const age = input.ages.get(id);
      return age && healths.indexOf(age.health);
    }),
    seconds: list.map(({ id }) => round(input.run?.outcomes.get(id)?.seconds ?? 0)),
    ...placesOf(list, edges),
    edges: edges.flat(),
    results: input.run?.outcomes.size ?? 0,
  };
}

/** Texts that repeat, each written once. */
class Texts {
  readonly list: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.list.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

function edgesOf(
  { manifest }: DocsInput,
  numbers: ReadonlyMap<string, number>,
): readonly (readonly [number, number])[] {
  const edges: (readonly [number, number])[] = [];
  for (const [id, number] of numbers) {
    for (const parent of manifest.parents.get(id) ?? []) {
      const from = numbers.get(parent);
      if (from !== undefined && from !== number) edges.push([from, number]);
    }
  }
  return edges;
}

/** The worst result of each node and its tests, by number, as indexes into `healths`, which go from good to bad. */
function worstHealths(
  { manifest, run }: DocsInput,
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<number, number> {
  const worst = new Map<number, number>();
  const note = (id: string, health: Health) => {
    const number = numbers.get(id);
    if (number !== undefined) worst.set(number, Math.max(worst.get(number) ?? 0, healths.indexOf(health)));
  };
  for (const { id, health } of run?.outcomes.values() ?? []) {
    note(id, health);
    const resource = manifest.resources.get(id);
    // A test that was skipped says nothing about its node, which tells so itself.
    if (!resource || health === "skipped") continue;
    for (const tested of testedNodes(resource)) note(tested, health);
  }
  return worst;
}

function placesOf(
  list: SiteEntries["list"],
  edges: readonly (readonly [number, number])[],
): Pick<SiteIndex, "x" | "y"> {
  const drawn = list.flatMap(({ kind }, at) => (graphKinds.has(kind) ? [at] : []));
  const places = new Map(drawn.map((at, place) => [at, place]));
  const graph = {
    nodes: drawn.map((at) => ({ w: nodeWidth(list[at]?.label ?? ""), h: NODE_HEIGHT })),
    edges: edges.flatMap(([from, to]) => {
      const [a, b] = [places.get(from), places.get(to)];
      return a === undefined || b === undefined ? [] : [[a, b] as const];
    }),
  };
  const { x, y } = layoutGraph(graph, { aspect: 1.6 });
  const at = (values: ArrayLike<number>) =>
    list.map((_, node) => {
      const place = places.get(node);
      return place === undefined ? 0 : Math.round(values[place] as number);
    });
  return { x: at(x), y: at(y) };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
