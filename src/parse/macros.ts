// Reads macro files: the blocks in them become macros of their package. Bodies stay unparsed until they are called.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { diagnose } from "../context/diagnose.ts";
import type { Block, Environment } from "../jinja/environment.ts";
import { JinjaError } from "../jinja/errors.ts";
import type { Macro } from "../manifest/manifest.ts";
import type { Project, SourceFile } from "../project/project.ts";

/**
 * @param textOf the text of a file
 * @param diagnostics gets blocks that are not closed and macros that stand twice in one package
 * @param broken gets the names of macros in files that cannot be scanned
 * @returns all macros of all packages, packages in the project's order
 */
export function readMacros(
  project: Project,
  environment: Environment,
  textOf: (file: SourceFile) => string,
  createdAt: number,
  diagnostics: Diagnostic[],
  broken: Set<string>,
): Macro[] {
  const macros: Macro[] = [];
  const lost = (names: readonly string[]): void => {
    for (const name of names) broken.add(name);
  };
  for (const one of project.packages) {
    const seen = new Map<string, Macro>();
    for (const file of one.files) {
      if (file.kind !== "macro" && file.kind !== "generic-test") continue;
      for (const block of scan(file, environment, textOf, diagnostics, lost)) {
        if (
          block.kind === "docs" ||
          block.kind === "snapshot" ||
          (file.kind === "generic-test" && block.kind === "materialization")
        )
          continue;
        const macro = makeMacro(file, block, createdAt);
        const before = seen.get(macro.name);
        if (before && before.block.kind === block.kind) diagnostics.push(duplicate(macro, before));
        seen.set(macro.name, macro);
        macros.push(macro);
      }
    }
  }
  return macros;
}

/**
 * The blocks of a file; a file that cannot be scanned has none and gives a diagnostic.
 * @param onBroken hears the names of the blocks that are lost with such a file
 */
export function scan(
  file: SourceFile,
  environment: Environment,
  textOf: (file: SourceFile) => string,
  diagnostics: Diagnostic[],
  onBroken?: (names: readonly string[]) => void,
): readonly Block[] {
  const text = textOf(file);
  if (!text.includes("{%")) return [];
  try {
    return environment.scan({ file: file.file, text });
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    diagnostics.push(diagnose(error));
    onBroken?.(namesIn(text));
    return [];
  }
}

/** Names of the blocks that a file seems to hold. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/\{%-?\s*(?:macro|test|materialization|snapshot)\s+(\w+)/g)].map(
    (match) => match[1] as string,
  );
}

function makeMacro(file: SourceFile, block: Block, createdAt: number): Macro {
  return {
    id: `macro.${file.packageName}.${block.name}`,
    name: block.name,
    packageName: file.packageName,
    path: file.original,
    originalFilePath: file.original,
    place: { file: file.file, line: block.line, column: 1 },
    block,
    dependsOnMacros: [],
    description: "",
    meta: new Map(),
    docs: { show: true, nodeColor: null },
    patchPath: null,
    arguments: [],
    config: new Map(),
    supportedLanguages: block.supportedLanguages ?? null,
    createdAt,
  };
}

function duplicate(macro: Macro, before: Macro): Diagnostic {
  return errorAt(
    "duplicate-macro",
    `there are two macros with the name "${macro.block.shortName}" in ${macro.packageName}`,
    macro.place,
    {
      notes: [{ message: "the other one", place: before.place }],
      help: "rename or remove one of them",
    },
  );
}
