// Methods of `adapter.*` that only one warehouse has: what its API does and no SQL says (copying a partition, who may read
// a dataset). The adapter's index tells their names, so that templates are checked before anything is open; its sessions
// do the work.

/** What an operation takes and gives. A relation is a mapping with `database`, `schema`, `identifier` and `type`. */
export type OperationData =
  | null
  | boolean
  | number
  | string
  | readonly OperationData[]
  | { readonly [key: string]: OperationData };

export type OperationMap = { readonly [key: string]: OperationData };

/** Parameters as a signature has them: "name", or "name?" for one that may be left out (then it is null). */
export type Operation =
  /** Computed from its arguments alone, also while parsing. */
  | {
      readonly kind: "pure";
      readonly parameters: readonly string[];
      compute(args: readonly OperationData[]): OperationData;
    }
  /** Written in the adapter's macros: the macro of this name is called with the arguments as templates gave them. */
  | {
      readonly kind: "macro";
      readonly parameters: readonly string[];
      readonly macro: string;
      /** What any call answers while parsing. */
      readonly parsing: OperationData;
    }
  /** Asks the warehouse, by `Session.operate`. */
  | {
      readonly kind: "warehouse";
      readonly parameters: readonly string[];
      /** What any call answers while parsing. */
      readonly parsing: OperationData;
      /** True when nothing of it is kept. */
      readonly reads: boolean;
    };

/** A mapping among the values that an operation takes. */
export function isOperationMap(value: OperationData | undefined): value is OperationMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An operation cannot be done with the arguments that a template gave, in words for its author. */
export class OperationRefused extends Error {}
