// The syntax tree of a template: plain data by `kind`, each node with the offsets of the token it is blamed on.

import type { Value } from "./value.ts";

export interface Span {
  readonly start: number;
  readonly end: number;
}

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**";
export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly keywords: readonly { readonly name: string; readonly value: Expression }[];
  /** `*args` */
  readonly spread: Expression | undefined;
  /** `**kwargs` */
  readonly keywordSpread: Expression | undefined;
}

export interface NameNode extends Span {
  readonly kind: "name";
  readonly name: string;
}

export interface FilterNode extends Span, Arguments {
  readonly kind: "filter";
  readonly name: string;
  /** Undefined in a filter block: the filter takes the block's text. */
  readonly target: Expression | undefined;
  readonly known: boolean;
}

export interface CallNode extends Span, Arguments {
  readonly kind: "call";
  readonly callee: Expression;
}

export type Expression =
  | NameNode
  | FilterNode
  | CallNode
  | (Span & { readonly kind: "constant"; readonly value: Value })
  | (Span & { readonly kind: "list" | "tuple"; readonly items: readonly Expression[] })
  | (Span & { readonly kind: "dict"; readonly pairs: readonly (readonly [Expression, Expression])[] })
  | (Span & { readonly kind: "attribute"; readonly object: Expression; readonly name: string })
  | (Span & { readonly kind: "item"; readonly object: Expression; readonly key: Expression })
  | (Span & { readonly kind: "slice"; readonly parts: readonly (Expression | undefined)[] })
  | (Span & { readonly kind: "unary"; readonly operator: "+" | "-"; readonly operand: Expression })
  | (Span & {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (Span & { readonly kind: "concat"; readonly items: readonly Expression[] })
  | (Span & { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression })
  | (Span & { readonly kind: "not"; readonly operand: Expression })
  | (Span & {
      readonly kind: "condition";
      readonly test: Expression;
      readonly value: Expression;
      readonly otherwise: Expression | undefined;
    })
  | (Span & {
      readonly kind: "compare";
      readonly left: Expression;
      readonly rest: readonly {
        readonly operator: CompareOperator;
        readonly right: Expression;
        readonly start: number;
        readonly end: number;
      }[];
    })
  | (Span &
      Arguments & {
        readonly kind: "test";
        readonly name: string;
        readonly target: Expression;
        readonly known: boolean;
      });

/** What `set`, `for` and `with` assign to. */
export type Target =
  | NameNode
  | (Span & { readonly kind: "namespace-item"; readonly name: string; readonly attribute: string })
  | (Span & { readonly kind: "targets"; readonly items: readonly Target[] });

export interface Parameter extends Span {
  readonly name: string;
  readonly default: Expression | undefined;
}

/** The common part of macros, call blocks and dbt's blocks. */
export interface MacroNode extends Span {
  readonly kind: "macro";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

export interface ForNode extends Span {
  readonly kind: "for";
  readonly target: Target;
  readonly iterable: Expression;
  readonly filter: Expression | undefined;
  readonly recursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export interface IfNode extends Span {
  readonly kind: "if";
  readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[];
}

export interface BlockNode extends Span {
  readonly kind: "block";
  readonly name: string;
  readonly scoped: boolean;
  readonly body: readonly Statement[];
}

export type Statement =
  | (Span & { readonly kind: "text"; readonly text: string })
  | (Span & { readonly kind: "output"; readonly expressions: readonly Expression[] })
  | (Span & { readonly kind: "do"; readonly expression: Expression })
  | (Span & { readonly kind: "set"; readonly target: Target; readonly value: Expression })
  | (Span & {
      readonly kind: "set-block";
      readonly target: Target;
      readonly filter: FilterNode | undefined;
      readonly body: readonly Statement[];
    })
  | (Span & {
      readonly kind: "with";
      readonly assignments: readonly { readonly target: Target; readonly value: Expression }[];
      readonly body: readonly Statement[];
    })
  | (Span & { readonly kind: "call-block"; readonly call: CallNode; readonly caller: MacroNode })
  | (Span & {
      readonly kind: "filter-block";
      readonly filter: FilterNode;
      readonly body: readonly Statement[];
    })
  | (Span & { readonly kind: "autoescape"; readonly on: Expression; readonly body: readonly Statement[] })
  | (Span & { readonly kind: "break" | "continue" })
  /** include, import, from, extends: dbt has no loader, so these fail when they are reached. */
  | (Span & { readonly kind: "loader"; readonly tag: string; readonly names: readonly string[] })
  | IfNode
  | ForNode
  | MacroNode
  | BlockNode;
