// `npm run build`: bundles `src` into `dist`. `cli.js` is a CommonJS file of a few lines, because the size of libuv's
// thread pool must be set before anything is imported; all the rest are ES modules in chunks, so that a command loads
// only what it runs. What drivers have in JavaScript is in chunks of its own: from node_modules, some hundred small files
// take three times as long to load.

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "dist");

/** What stays in node_modules: a native module, and drivers that users add themselves. */
const external = ["@duckdb/node-bindings", "snowflake-sdk", "@google-cloud/bigquery"];

/** Chunks of earlier builds stay for so long: an `etl` that runs meanwhile may still have to load them. */
const STALE_MS = 10 * 60_000;

/**
 * Those are CommonJS. Imported from an ES module they would have every file scanned for its exports first, which takes
 * longer than loading them, so they are required.
 */
const requireDrivers = {
  name: "require-drivers",
  setup(plugin) {
    const names = new Set(external);
    plugin.onResolve({ filter: /.*/ }, ({ path, namespace }) => {
      if (!names.has(path)) return undefined;
      return namespace === "driver" ? { path, external: true } : { path, namespace: "driver" };
    });
    plugin.onLoad({ filter: /.*/, namespace: "driver" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  plugins: [requireDrivers],
  legalComments: "none",
  logLevel: "warning",
  outdir: out,
  write: false,
};

// Bundled CommonJS packages (commander, semver ...) call `require` for Node's own modules.
const banner = {
  js: `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`,
};

const [modules, entry] = await Promise.all([
  build({
    ...shared,
    entryPoints: {
      main: "src/cli/main.ts",
      index: "src/index.ts",
      adapter: "src/adapter/index.ts",
      conformance: "test/adapter/conformance/suite.ts",
      "sql-parser-worker": "src/sql/sql-parser-worker.ts",
      "duckdb-checker": "adapters/duckdb/checker-process.ts",
    },
    format: "esm",
    splitting: true,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunk-[hash]",
    banner,
  }),
  build({
    ...shared,
    entryPoints: { cli: "src/cli/entry.ts" },
    format: "cjs",
    external: ["./main.mjs"],
    banner: { js: "#!/usr/bin/env node" },
  }),
]);
replaceFiles([...modules.outputFiles, ...entry.outputFiles, parserModule()]);
await buildSite();
checkEntry(entry.outputFiles[0].contents.length);

/** What the docs site ships to browsers: one script, one sheet of styles. */
async function buildSite() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { site: "templates/docs/app/main.ts", style: "templates/docs/app/style/site.css" },
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
    outdir: join(out, "docs"),
    write: false,
  });
  mkdirSync(join(out, "docs"), { recursive: true });
  for (const { path, contents } of outputFiles) {
    const final = path.replace("style.css", "site.css");
    writeFileSync(`${final}.new`, contents);
    renameSync(`${final}.new`, final);
  }
}

/** The SQL parser, WebAssembly of 22 MB that is read when the first query is parsed. */
function parserModule() {
  const file = createRequire(import.meta.url).resolve("@polyglot-sql/sdk/polyglot_sql.wasm");
  return { path: join(out, basename(file)), contents: readFileSync(file) };
}

/** Each file is replaced by renaming, so that nobody reads half of one. */
function replaceFiles(files) {
  mkdirSync(out, { recursive: true });
  for (const { path, contents } of files) {
    if (statSync(path, { throwIfNoEntry: false })?.size === contents.length && path.endsWith(".wasm"))
      continue;
    writeFileSync(`${path}.new`, contents);
    renameSync(`${path}.new`, path);
  }
  chmodSync(join(out, "cli.js"), 0o755);
  const kept = new Set([...files.map(({ path }) => basename(path)), "docs"]);
  for (const name of readdirSync(out)) {
    const path = join(out, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (!kept.has(name) && age > STALE_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** The entry must stay tiny: `etl --version` has to cost no more than Node itself. */
function checkEntry(size) {
  if (size > 8_000)
    throw new Error(`dist/cli.js has ${size} bytes: it must import nothing before it is needed`);
}
