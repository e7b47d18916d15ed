// Writes the declarations of the public API (`etl`, `etl/adapter`, `etl/conformance`) to `dist/types`: what the three
// entries reach, and nothing else. Part of `prepare` only, since nothing that runs needs it.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entries = ["src/index", "src/adapter/index", "test/adapter/conformance/suite"];

mkdirSync(join(root, "dist"), { recursive: true });
// Inside of the project, since the compiler looks for its settings and for types above the files.
const work = mkdtempSync(join(root, "dist", "types-"));
try {
  emit();
  const kept = reachable(entries.map((entry) => join(work, "all", `${entry}.d.ts`)));
  for (const [path, text] of kept) {
    const target = join(work, "kept", path.slice(join(work, "all").length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  const out = join(root, "dist", "types");
  rmSync(out, { recursive: true, force: true });
  renameSync(join(work, "kept"), out);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Lets the compiler write a declaration for every file of the program. */
function emit() {
  const settings = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      // `npm run typecheck` checks; an installation must not fail because of a type.
      noCheck: true,
      rewriteRelativeImportExtensions: true,
      rootDir: root,
      outDir: join(work, "all"),
    },
    include: [],
    files: entries.map((entry) => join(root, `${entry}.ts`)),
  };
  const file = join(work, "tsconfig.json");
  writeFileSync(file, JSON.stringify(settings));
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(dirname(compiler), "bin", "tsc"), "-p", file],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the declarations cannot be written:\n${stdout}`);
}

/** @returns texts by path: the files and whatever they import, with the endings that every resolution understands */
function reachable(starts) {
  const texts = new Map();
  const wanted = [...starts];
  for (let path = wanted.pop(); path !== undefined; path = wanted.pop()) {
    if (texts.has(path)) continue;
    const text = readFileSync(path, "utf8").replaceAll(
      /(\bfrom |\bimport\()"(\.[^"]+)\.ts"/g,
      (_, before, name) => {
        wanted.push(resolve(dirname(path), `${name}.d.ts`));
        return `${before}"${name}.js"`;
      },
    );
    texts.set(path, text);
  }
  return texts;
}
