// The rules of the house for the program of the docs site, which runs in browsers: it sees nothing of `src` but what is
// made to be bundled for them, and that sees nothing else either.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Files of `src/docs` that are bundled for browsers, beside the layout. */
const shared: ReadonlySet<string> = new Set(
  ["site-data", "site-index", "node-details", "run-details", "line-patch"].map(
    (name) => `src/docs/${name}.ts`,
  ),
);

const app = filesOf("templates/docs/app");
const bundled = [...app, ...filesOf("src/docs/layout"), ...[...shared].map(fileAt)];

function filesOf(folder: string) {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => fileAt(join(folder, name).replaceAll("\\", "/")));
}

function fileAt(path: string) {
  const text = readFileSync(join(root, path), "utf8");
  const imports = [...text.matchAll(/^(?:import|export)[^;]*?from "([^"]+)"/gm)].map(([, target = ""]) =>
    target.startsWith(".")
      ? relative(root, resolve(root, dirname(path), target)).replaceAll("\\", "/")
      : target,
  );
  return { path, text, imports };
}

/** Whether a file that browsers get may import another. */
function mayImport(from: string, target: string): boolean {
  if (from.startsWith("src/docs/layout/")) return target.startsWith("src/docs/layout/");
  if (from.startsWith("src/")) return shared.has(target);
  return (
    target.startsWith("templates/docs/app/") || target.startsWith("src/docs/layout/") || shared.has(target)
  );
}

test("browsers get nothing but what is made for them", () => {
  const wrong = bundled.flatMap(({ path, imports }) =>
    imports.filter((target) => !mayImport(path, target)).map((target) => `${path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("the check itself sees a wrong import", () => {
  expect(mayImport("templates/docs/app/main.ts", "src/docs/write-site.ts")).toBe(false);
  expect(mayImport("src/docs/layout/order.ts", "src/docs/site-data.ts")).toBe(false);
  expect(mayImport("templates/docs/app/main.ts", "src/docs/site-index.ts")).toBe(true);
});

test("files of the page are short and say at their head what they own", () => {
  const wrong = app.filter(({ text }) => text.split("\n").length > 351 || !/^(?:\/\/|\/\*\*)/.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test("HTML is made of strings in one place alone", () => {
  const makers = app.filter(({ text }) =>
    /\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write|\beval\(/.test(text),
  );
  expect(makers.map(({ path }) => path)).toEqual(["templates/docs/app/dom.ts"]);
});
