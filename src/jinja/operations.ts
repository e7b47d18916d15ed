// What hosts do with values: text, truth, comparison, iteration, attributes, calls. The files of this folder import from
// where these are made.

export { getAttribute, getItem } from "./attributes.ts";
export { Computation, callPlain, callValue, isCallable, isEffectful, startCall } from "./calls.ts";
export {
  compareValues,
  contains,
  dictGet,
  dictSet,
  equals,
  hashKey,
  order,
  setOf,
  truth,
} from "./compare.ts";
export { itemsOf, iterate, lengthOf, sizeOf } from "./iteration.ts";
export { toRepr, toText } from "./repr.ts";
export { typeName } from "./type-name.ts";
