// Descriptions and the docs blocks that they name: `{{ doc('orders') }}` is replaced by the block's text.

import { type Diagnostic, errorAt, type Place } from "../base/diagnostic.ts";
import { diagnose } from "../context/diagnose.ts";
import type { SharedScope } from "../context/scope.ts";
import { docsGlobals } from "../context/yaml-globals.ts";
import { drive } from "../jinja/drive.ts";
import type { Block, Globals } from "../jinja/environment.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
import { hasTemplate } from "../jinja/source.ts";
import type { Value } from "../jinja/value.ts";
import type { DocBlock } from "../manifest/manifest.ts";
import type { Column } from "../manifest/node.ts";
import type { Project, SourceFile } from "../project/project.ts";
import { readColumns } from "./columns.ts";
import { scan } from "./macros.ts";
import type { Entry } from "./properties.ts";
import { asText } from "./value-shapes.ts";

/** Reads the docs blocks of all Markdown files. @param diagnostics gets an error for each that has the name of another one */
export function readDocs(
  project: Project,
  shared: SharedScope,
  textOf: (file: SourceFile) => string,
  diagnostics: Diagnostic[],
): Map<string, DocBlock> {
  const blocks = new Map<string, DocBlock>();
  const places = new Map<string, Place>();
  for (const one of project.packages) {
    for (const file of one.files) {
      if (file.kind !== "docs") continue;
      for (const block of scan(file, shared.environment, textOf, diagnostics)) {
        if (block.kind !== "docs") continue;
        const id = `doc.${file.packageName}.${block.shortName}`;
        const place = { file: file.file, line: block.line, column: 1 };
        const other = places.get(id);
        if (other)
          diagnostics.push(
            errorAt("duplicate-resource", `there are two docs blocks "${block.shortName}"`, place, {
              notes: [{ message: "the other one", place: other }],
              help: "rename or remove one of them",
            }),
          );
        places.set(id, place);
        blocks.set(id, {
          id,
          name: block.shortName,
          packageName: file.packageName,
          path: file.relative,
          originalFilePath: file.original,
          contents: blockText(block, shared, diagnostics),
        });
      }
    }
  }
  return blocks;
}

/** Knows no names: dbt renders docs blocks without a context (dbt-core, parser/docs.py). */
const NO_GLOBALS: Globals = { get: () => undefined };

/** What a docs block says: its text is a template too, so `{% raw %}` shields the braces that it shows. */
function blockText(block: Block, { environment }: SharedScope, diagnostics: Diagnostic[]): string {
  const { body } = block;
  if (!/\{[{%#]/.test(body.text)) return body.text.trim();
  try {
    const rendered = drive(environment.compile(body).render(NO_GLOBALS), () =>
      raise("CompilationError", "docs blocks cannot ask the warehouse"),
    );
    return rendered.text.trim();
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    diagnostics.push(diagnose(error, { subject: `docs block "${block.shortName}"` }));
    return body.text.trim();
  }
}

/** A description with the docs blocks that it names. */
export interface Description {
  readonly text: string;
  /** Ids of the blocks. */
  readonly docBlocks: readonly string[];
}

export class Descriptions {
  private readonly globals = new Map<string, Globals>();
  /** Blocks found while one description is rendered. */
  private named: string[] = [];

  constructor(
    private readonly shared: SharedScope,
    private readonly docs: ReadonlyMap<string, DocBlock>,
    private readonly diagnostics: Diagnostic[],
  ) {}

  /** A description with its docs blocks; "" when there is none. Mistakes in it are told at its place. */
  readonly of = (value: Value | undefined, entry: Entry, path: readonly (string | number)[]): Description => {
    const text = asText(value) ?? "";
    if (!hasTemplate(text)) return { text, docBlocks: [] };
    this.named = [];
    try {
      const template = this.shared.environment.compile({ file: entry.file.file, text });
      const rendered = drive(template.render(this.globalsOf(entry.file.packageName)), () =>
        raise("CompilationError", "descriptions cannot ask the warehouse"),
      );
      return { text: rendered.text, docBlocks: this.named };
    } catch (error) {
      if (!(error instanceof JinjaError)) throw error;
      const diagnostic = diagnose(error, { packageName: entry.file.packageName, macros: this.shared.macros });
      this.diagnostics.push({
        ...diagnostic,
        code: /doc/i.test(error.detail) ? "doc-not-found" : diagnostic.code,
        place: entry.place(path),
      });
      return { text, docBlocks: [] };
    }
  };

  /** Columns with their descriptions. */
  columns(list: Value | undefined, entry: Entry, path: readonly (string | number)[]): Map<string, Column> {
    return readColumns(list, entry, path, this.of, this.diagnostics);
  }

  private globalsOf(packageName: string): Globals {
    let found = this.globals.get(packageName);
    if (!found) {
      const order = [packageName, this.shared.config.project.name];
      const find = (name: string, from: string | null): string | undefined => {
        const block = this.find(name, from === null ? order : [from], from === null);
        if (block) this.named.push(block.id);
        return block?.contents;
      };
      found = docsGlobals(this.shared, packageName, find, () =>
        [...this.docs.values()].map((block) => block.name),
      );
      this.globals.set(packageName, found);
    }
    return found;
  }

  /** dbt's order: the describing package, the root project, any other package. */
  private find(name: string, packages: readonly string[], anywhere: boolean): DocBlock | undefined {
    for (const one of packages) {
      const block = this.docs.get(`doc.${one}.${name}`);
      if (block) return block;
    }
    return anywhere ? [...this.docs.values()].find((block) => block.name === name) : undefined;
  }
}
