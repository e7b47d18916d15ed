// A parsed template or macro as JavaScript code with the tables that it refers to.

import type { MacroNode, Statement } from "./ast.ts";
import { UnitWriter } from "./generate-expression.ts";
import { FunctionWriter } from "./generate-statement.ts";
import type { MacroShape } from "./macro-shape.ts";
import { bodyScope } from "./scope.ts";
import { collectBlocks } from "./walk.ts";

/** A written template: JavaScript and the tables that it refers to. */
export interface GeneratedUnit {
  readonly code: string;
  readonly positions: readonly number[];
  readonly constants: readonly unknown[];
  readonly globals: ReadonlySet<string>;
  readonly locals: ReadonlySet<string>;
}

/** Code of a template: `(R,K,E) => (G,X) => function(F)`; X collects the variables of the top level. */
export function generateTemplate(body: readonly Statement[], native: boolean): GeneratedUnit {
  const unit = new UnitWriter();
  const writer = new FunctionWriter(unit, native);
  unit.hasBlocks = collectBlocks(body).length > 0;
  const blocks = collectBlocks(body).map((block) => new FunctionWriter(unit, false).block(block));
  const main = writer.template(body);
  return finish(unit, `const B={${blocks.join(",")}};return (${main});`);
}

/** Code of a macro that the host keeps: `(R,K,E) => (G) => macro function`, and the macro's shape. */
export function generateMacro(node: MacroNode): GeneratedUnit & { readonly shape: MacroShape } {
  const unit = new UnitWriter();
  const writer = new FunctionWriter(unit, false);
  const root = bodyScope(undefined, []);
  const { code, shape } = writer.macroFunction(node, root);
  return { ...finish(unit, `return (${code});`), shape };
}

function finish(unit: UnitWriter, code: string): GeneratedUnit {
  const { positions, constants, globals, locals } = unit;
  // The parentheses make V8 compile the functions at once; else it reads over them first, and each is read three times.
  return { code: `"use strict";return (function(G,X){${code}});`, positions, constants, globals, locals };
}
