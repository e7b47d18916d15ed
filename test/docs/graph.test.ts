// The graph in a browser: what a reader does to it by mouse and by keys, what the address then says, and that nothing
// but drawing becomes of hostile names.

import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { GraphEdge } from "../../src/docs/site-data.ts";
import { chromiumPath, launchChromium, withoutChromium } from "./chromium.ts";
import { graphNode, largeData, type PageData, placed, writeGraphPage } from "./graph-page.ts";

const HOSTILE = `</script><img src=x onerror="window.executed=1"><b>`;

// a -> b -> c -> d, and x beside b; the last node has a name that wants to be HTML
const smallNodes = [
  graphNode("a", ["shop", "raw"], { kind: "source", freshness: "fail" }),
  graphNode("b", ["shop", "models"]),
  graphNode("c", ["shop", "models"], { status: "fail" }),
  graphNode("d", ["shop", "models", "marts"]),
  graphNode("x", ["shop", "models"]),
  graphNode(HOSTILE, ["shop", "models"]),
];
const smallEdges: GraphEdge[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [4, 2],
  [3, 5],
];
const names = ["id", "amount"].map((name) => ({ name, type: "BIGINT" }));
const small: PageData = {
  nodes: placed(smallNodes, smallEdges),
  edges: smallEdges,
  columns: { "model.shop.b": names, "model.shop.c": names, "model.shop.d": [{ name: "total", type: null }] },
  columnEdges: [
    { from: ["model.shop.b", "amount"], to: ["model.shop.c", "amount"], kind: "copy" },
    {
      from: ["model.shop.c", "amount"],
      to: ["model.shop.d", "total"],
      kind: "derive",
      expression: "sum(amount)",
    },
  ],
};

describe.skipIf(chromiumPath === undefined)(`the graph in a browser${withoutChromium}`, () => {
  let browser: Browser;
  let address: { readonly small: string; readonly large: string };
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    const written = await Promise.all([writeGraphPage(small), writeGraphPage(largeData(400))]);
    address = { small: written[0], large: written[1] };
    browser = await launchChromium();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    for (const url of Object.values(address ?? {})) rmSync(dirname(fileURLToPath(url)), { recursive: true });
  });

  afterEach(async () => {
    expect(errors).toEqual([]);
    await page.context().close();
  });

  async function open(url: string, look: BrowserContextOptions = {}): Promise<void> {
    const options = { viewport: { width: 1200, height: 800 }, reducedMotion: "reduce", ...look } as const;
    page = await (await browser.newContext(options)).newPage();
    errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(url);
    await drawn();
  }

  /** Waits until the present state is on screen; a new drawing makes a new object. */
  async function drawn(): Promise<{ nodes: number; edges: number }> {
    await page.waitForFunction("window.__dag !== undefined");
    await page.waitForTimeout(80);
    return (await page.evaluate("window.__dag")) as { nodes: number; edges: number };
  }

  const lastState = () => page.evaluate("window.states.at(-1)");
  const spoken = () => page.locator(".graph [role=status]").textContent();
  const canvas = () => page.locator(".graph-canvas");

  /** Chooses a node by way of the table. */
  async function choose(label: string): Promise<void> {
    await page.getByRole("button", { name: "Table" }).click();
    await page.locator(".graph-listing table").getByRole("button", { name: label, exact: true }).click();
    await page.getByRole("button", { name: "Table" }).click();
  }

  test("draws a small project whole", async () => {
    await open(address.small);
    expect(await drawn()).toMatchObject({ nodes: 6, edges: 5 });
    expect(await page.locator(".graph-legend").textContent()).toContain("model 5");
  });

  test("folds a large one, opens folders in place and shows everything", async () => {
    await open(address.large);
    expect(await page.locator(".graph-note").textContent()).toBe("400 nodes");
    await canvas().focus();
    await page.keyboard.press("ArrowRight");
    expect(await spoken()).toMatch(/^folder part_\d, 40 nodes/);
    await page.keyboard.press("Enter");
    await drawn();
    expect(((await lastState()) as { open: string }).open).toMatch(/part_\d/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    expect(await drawn()).toMatchObject({ nodes: 400, edges: 200 });
    expect(await lastState()).toMatchObject({ view: "all" });
  });

  test("focuses a node, grows by a hop and lets everything stay", async () => {
    await open(address.small);
    await choose("b");
    await page.getByRole("button", { name: "Focus" }).click();
    expect(await drawn()).toMatchObject({ nodes: 3 });
    expect(await lastState()).toMatchObject({ select: "1+b+1", node: "model.shop.b" });
    await canvas().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("]");
    expect(await drawn()).toMatchObject({ nodes: 4 });
    expect(await lastState()).toMatchObject({ select: "1+b+1 c+1" });
  });

  test("selects in dbt's words, and says when nothing is meant", async () => {
    await open(address.small);
    const box = page.getByRole("combobox", { name: /select nodes/i });
    await box.fill("+d --exclude source:a");
    await box.press("Enter");
    expect(await drawn()).toMatchObject({ nodes: 4 });
    await box.fill("nothing_at_all");
    await box.press("Enter");
    await expect.poll(() => page.locator(".graph-note").textContent()).toContain("Nothing is called");
    expect(await drawn()).toMatchObject({ nodes: 6 });
  });

  test("walks by keys, opens pages, and Escape goes back out", async () => {
    await open(`${address.small}#select=%2Bd&node=model.shop.c`);
    await canvas().focus();
    await page.keyboard.press("ArrowRight");
    expect(await spoken()).toContain("d, model");
    await page.keyboard.press("ArrowLeft");
    expect(await spoken()).toContain("c, model · models · 2 parents, 1 child · failed");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("window.opened")).toEqual(["model.shop.c"]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    expect(await drawn()).toMatchObject({ nodes: 6 });
    expect(await lastState()).toEqual({});
  });

  test("a double click focuses, a single one chooses", async () => {
    await open(`${address.small}#select=b`);
    const { x, y, width, height } = (await canvas().boundingBox())!;
    // One box stands in the middle of what tools and legend leave free.
    const middle = [x + width / 2, y + (height - 14) / 2] as const;
    await page.mouse.click(...middle);
    await expect.poll(spoken).toContain("b, model");
    await page.waitForTimeout(400);
    await page.mouse.dblclick(...middle);
    expect(await drawn()).toMatchObject({ nodes: 3 });
  });

  test("shows the path of a pinned column, and exports it", async () => {
    await open(`${address.small}#select=%2Bd&column=model.shop.c%2Camount`);
    await expect.poll(() => page.locator(".graph-legend").textContent()).toContain("computed");
    await page.getByRole("button", { name: "Export" }).click();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as SVG" }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await saving).createReadStream()) chunks.push(chunk);
    const svg = Buffer.concat(chunks).toString("utf8");
    expect(svg).toContain("<title>sum(amount)</title>");
    expect(svg.match(/>(id|amount|total)<\/text>/g)).toEqual([
      ">amount</text>",
      ">amount</text>",
      ">total</text>",
    ]);
  });

  test("gives the same as a table and as trees", async () => {
    await open(address.small);
    await choose("c");
    await page.getByRole("button", { name: "Table" }).click();
    expect(await page.locator(".graph-listing tbody tr").count()).toBe(6);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Table");
    const parents = page.getByRole("region", { name: "Parents" });
    expect(await parents.locator("li").allInnerTexts()).toEqual(["b +1", "x"]);
    await parents.getByRole("button", { name: "+1 parents of b" }).click();
    expect(await parents.locator("li li").allInnerTexts()).toEqual(["a"]);
    expect(await lastState()).toMatchObject({ list: "1", node: "model.shop.c" });
    await parents.getByRole("button", { name: "b", exact: true }).press("Enter");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Open page");
    expect(await lastState()).toMatchObject({ node: "model.shop.b" });
  });

  test("keeps hostile names as text", async () => {
    await open(`${address.small}#list=1`);
    expect(await page.locator(".graph-listing").textContent()).toContain(HOSTILE);
    for (const form of ["Save as SVG", "Save as PNG", "Copy as Mermaid"]) {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("button", { name: form }).click();
      await expect.poll(() => page.locator("#toast").textContent()).toMatch(/Saved|Copied/);
    }
    expect(await page.evaluate("window.executed")).toBeUndefined();
  });

  test("follows the colours of the system", async () => {
    await open(address.small, { colorScheme: "light" });
    const corner = () =>
      page.evaluate(
        "[...document.querySelector('.graph-canvas').getContext('2d').getImageData(2, 300, 1, 1).data].slice(0, 3)",
      ) as Promise<number[]>;
    expect(Math.min(...(await corner()))).toBeGreaterThan(230);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(async () => Math.max(...(await corner()))).toBeLessThan(60);
  });

  test("on a phone lists parents and children below a small picture", async () => {
    await open(`${address.small}#node=model.shop.c`, {
      viewport: { width: 390, height: 800 },
      hasTouch: true,
    });
    expect(await page.getByRole("region", { name: "Children" }).textContent()).toContain("d");
    const { scrollWidth } = (await page.evaluate(
      "({ scrollWidth: document.documentElement.scrollWidth })",
    )) as {
      scrollWidth: number;
    };
    expect(scrollWidth).toBeLessThanOrEqual(390);
  });

  test.each([
    ["the drawing with a chosen node", "#node=model.shop.c"],
    ["the table and the trees", "#list=1&node=model.shop.c"],
  ])("%s breaks no rule of WCAG 2.2 AA", async (_, state) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page?.context().close();
      await open(address.small + state, { colorScheme });
      await page.getByRole("button", { name: "Export" }).click();
      await page.evaluate(axe.source);
      const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
      const broken = await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then((found) => found.violations.map((rule) => rule.id))`,
      );
      expect(broken).toEqual([]);
    }
  });

  test("another address brings another view; the end leaves nothing behind", async () => {
    await open(address.small);
    await page.evaluate("window.graph.setState({ select: 'b+1', colour: 'status' })");
    expect(await drawn()).toMatchObject({ nodes: 2 });
    expect(await page.getByRole("combobox", { name: "Colour" }).inputValue()).toBe("status");
    expect(await page.evaluate("window.states.length")).toBe(0);
    await page.evaluate("window.graph.destroy()");
    expect(await page.locator("#graph").innerHTML()).toBe("");
  });
});
