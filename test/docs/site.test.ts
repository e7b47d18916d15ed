// The docs site in a browser, opened as a file with the network off: what a reader sees and does, that it is readable by all,
// and that nothing hostile in a project comes to life.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { etl, folderWith } from "../cli/etl.ts";
import { chromiumPath, launchChromium, withoutChromium } from "./chromium.ts";
import { probe } from "./probe.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe.skipIf(chromiumPath === undefined)(`the docs site in a browser${withoutChromium}`, () => {
  let browser: Browser;
  let address: string;
  let page: Page;
  let errors: string[];
  let requests: string[];

  beforeAll(async () => {
    const folder = folderWith(probe);
    // One test fails, which is what the first screen has to say.
    for (const _ of [1, 2]) expect(etl(folder, ["build", "--history"]).code).toBe(1);
    expect(etl(folder, ["docs", "generate"])).toMatchObject({ code: 0 });
    address = pathToFileURL(join(folder, "target", "index.html")).href;
    browser = await launchChromium();
  }, 120_000);

  afterAll(() => browser?.close());

  beforeEach(() => {
    errors = [];
    requests = [];
  });

  afterEach(async () => {
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
    expect(await page.evaluate("window.ran")).toEqual([]);
    await page.context().close();
  });

  async function open(hash = "", options: BrowserContextOptions = {}): Promise<void> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      offline: true,
      ...options,
    });
    await context.addInitScript("window.ran = []");
    page = await context.newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(address + hash);
    await page.waitForFunction("typeof window.__ready === 'number'");
  }

  /** Another page without loading the site again. */
  async function go(hash: string): Promise<void> {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    await page.waitForTimeout(300);
  }

  const search = (text: string) => page.getByTestId("search-input").fill(text);
  const results = () => page.getByTestId("search-result");
  const nodePage = () => page.getByTestId("node-page");

  test("the first screen says what failed, where to begin, and what the project says of itself", async () => {
    await open();
    const overview = page.locator("#overview");
    await expect.poll(() => overview.textContent()).toContain("1 of ");
    const text = await overview.textContent();
    expect(text).toContain("accepted_values: 10, 20 on stg_orders.amount");
    expect(text).toContain("1 failing row");
    expect(text).toContain("About this project.");
    await page.getByRole("link", { name: /accepted_values/ }).click();
    await expect.poll(() => nodePage().getAttribute("data-unique-id")).toBe("model.probe.stg_orders");
  });

  test("the search forgives slips and order, and finds what is said in any field", async () => {
    const wanted = [
      ["customres", "customers"],
      ["orders stg", "stg_orders"],
      ["narwhal", "stg_orders"],
      ["ocelot", "stg_orders"],
      ["walrus", "customers"],
      ["kelp", "customers"],
      ["plankton", "customers"],
      ["tag:kelp", "customers"],
      ["col:revenue", "customers"],
      ["revenu", "customers"],
      ["sql:walrus", "customers"],
      ["customers.rev", "customers"],
      ["halved", "halved"],
      ["revenue_is", "revenue_is_positive"],
      ["relationships", "stg_orders"],
      ["board", "board"],
      ["cents", "stg_orders"],
    ] as const;
    await open();
    for (const [text, expected] of wanted) {
      await search(text);
      await expect
        .poll(() => results().allInnerTexts(), { message: text })
        .toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
    }
  });

  test("a node says all that is known of it", async () => {
    await open("#/node/model.probe.stg_orders");
    await nodePage().waitFor();
    const text = await nodePage().textContent();
    for (const part of [
      "Orders as they come",
      "Key of the order.",
      "relationships to stg_customers.customer_id",
      "In cents, see the rules",
      "raw_orders.id",
      "models/staging/stg_orders.sql",
    ])
      expect(text).toContain(part);
    await page.getByRole("button", { name: "Compiled" }).click();
    await expect.poll(() => page.locator("pre.code").textContent()).toContain('"raw_orders"');
  });

  test("a node shows how it did in the runs that are remembered", async () => {
    await open("#/node/model.probe.stg_orders");
    await page.getByRole("img", { name: /^Last 2 runs: 2 passed/ }).waitFor();
  });

  test("descriptions, tags and meta come along unchanged values, and the page says where from", async () => {
    await open("#/node/model.probe.customers");
    const row = page.getByTestId("column-row").filter({ hasText: "customer_id" });
    await expect.poll(() => row.textContent()).toContain("Who ordered, ocelot.");
    const text = await row.textContent();
    expect(text).toContain("as described for stg_orders.customer_id");
    expect(text).toContain("contains_pii: true");
    expect(text).toContain("# personal");
    expect(await page.getByTestId("column-row").filter({ hasText: "revenue" }).textContent()).not.toContain(
      "cents",
    );
  });

  test("a column shows its way and what a change of it would reach, at an address of its own", async () => {
    await open("#/node/seed.probe.raw_orders");
    await page.locator('[data-column="amount"]').click();
    const panel = page.getByTestId("column-lineage");
    await expect.poll(() => panel.textContent()).toContain("A change would reach");
    const text = await panel.textContent();
    for (const part of ["stg_orders", "customers", "revenue", "board"]) expect(text).toContain(part);
    const link = page.url();
    await page.context().close();
    await open(link.slice(address.length));
    await page.getByTestId("column-lineage").waitFor();
  });

  test("addresses open afresh, the back button returns, dbt's own are understood", async () => {
    await open("#!/model/model.probe.customers");
    await expect.poll(() => nodePage().getAttribute("data-unique-id")).toBe("model.probe.customers");
    await page.getByRole("link", { name: "Last run" }).click();
    await page.getByRole("heading", { name: "Critical path" }).waitFor();
    await page.goBack();
    await expect.poll(() => nodePage().getAttribute("data-unique-id")).toBe("model.probe.customers");
  });

  test("keys alone lead to a node", async () => {
    await open();
    await page.keyboard.press("/");
    await page.keyboard.type("stg_ord");
    await results().first().waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => nodePage().getAttribute("data-unique-id")).toBe("model.probe.stg_orders");
    await page.keyboard.press("g");
    await page.getByTestId("dag-canvas").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
  });

  test("tables that relate are drawn and listed", async () => {
    await open("#/tables");
    await expect.poll(() => page.locator("#view").textContent()).toContain("stg_customers.customer_id");
    expect(await page.locator("#view").textContent()).toContain("many to one");
  });

  test("hostile texts stay texts on every page", async () => {
    await open();
    for (const hash of [
      "#/node/model.probe.hostile",
      "#/node/exposure.probe.board",
      "#/list/exposure",
      "#/graph",
      "#/run",
    ]) {
      await go(hash);
      const live =
        "[...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^on/.test(a.name) || /^\\s*javascript:/i.test(a.value))).length";
      expect(await page.evaluate(live)).toBe(0);
      expect(await page.evaluate("window.ran")).toEqual([]);
    }
    const html = readFileSync(new URL(address), "utf8");
    expect(html).toContain("default-src 'none'");
    expect(html.match(/<script/g)?.length).toBe(html.match(/<\/script>/g)?.length);
  });

  test.each(["light", "dark"] as const)("no rule of WCAG 2.2 AA is broken in %s", async (colorScheme) => {
    const broken: string[] = [];
    await open("", { colorScheme, reducedMotion: "reduce" });
    await page.evaluate(axe);
    for (const hash of [
      "#/",
      "#/node/model.probe.customers?column=customer_id",
      "#/run",
      "#/tables",
      "#/list/model",
      "#/graph",
    ]) {
      await go(hash);
      const found = await page.evaluate(
        "axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }, resultTypes: ['violations'] }).then((r) => r.violations.map((v) => v.id + ' ' + v.nodes.map((n) => n.target).join(' ')))",
      );
      broken.push(...(found as string[]).map((rule) => `${hash}: ${rule}`));
    }
    expect(broken).toEqual([]);
  });

  test("a phone shows everything without scrolling sideways", async () => {
    await open("", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    for (const hash of ["#/", "#/node/model.probe.stg_orders", "#/run", "#/tables", "#/list/exposure"]) {
      await go(hash);
      expect([hash, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([hash, 390]);
    }
    await page.getByRole("button", { name: "Contents" }).click();
    await page.getByRole("navigation", { name: "Contents" }).getByText("Models").waitFor();
  });
});
