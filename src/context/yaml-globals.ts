// Contexts without a node: property files (var, env_var, target ... but no ref) and descriptions (doc).

import { toText } from "../jinja/operations.ts";
import type { Globals } from "../jinja/run.ts";
import { NativeFunction, type Value } from "../jinja/value.ts";
import { ContextValue } from "./context-value.ts";
import { fail } from "./fail.ts";
import { hostFunction } from "./host-function.ts";
import { SHARED_MEMBERS } from "./members.ts";
import { plainFunctions } from "./plain-functions.ts";
import type { SharedScope } from "./scope.ts";
import { envVar, yamlVar } from "./variables.ts";

/** The text of a docs block, or undefined when there is none of that name. */
export type FindDoc = (name: string, packageName: string | null) => string | undefined;

/** Globals of YAML property files of a package. Members are made when they are first asked for. */
export function yamlGlobals(shared: SharedScope, packageName: string): Globals {
  return new YamlGlobals(shared, packageName, undefined);
}

/**
 * Globals of descriptions: those of YAML files and `doc('name')`, `doc('package', 'name')`.
 * @param find gives a block's text by dbt's order of packages
 * @param names all names of docs blocks, for did-you-mean
 */
export function docsGlobals(
  shared: SharedScope,
  packageName: string,
  find: FindDoc,
  names: () => Iterable<string>,
): Globals {
  return new YamlGlobals(shared, packageName, { find, names });
}

class YamlGlobals implements Globals {
  private readonly values = new Map<string, Value | undefined>();

  constructor(
    private readonly shared: SharedScope,
    private readonly packageName: string,
    private readonly docs: { readonly find: FindDoc; readonly names: () => Iterable<string> } | undefined,
  ) {}

  get(name: string): Value | undefined {
    let value = this.values.get(name);
    if (value === undefined) {
      value = this.make(name);
      if (value !== undefined) this.values.set(name, value);
    }
    return value;
  }

  private make(name: string): Value | undefined {
    switch (name) {
      case "var":
        return yamlVar(this.shared, this.packageName);
      case "env_var":
        return envVar(this.shared, {});
      case "doc":
        return this.docs && new NativeFunction("doc", (args) => this.doc(args));
      case "context":
      case "builtins":
        return new ContextValue(
          (key) => this.get(key),
          () => [...Object.keys(SHARED_MEMBERS), ...Object.keys(plainFunctions)],
        );
      case "log":
      case "print":
        return hostFunction(name, ["msg", "info?"], (message) => this.say(name, message));
      default:
        if (Object.hasOwn(SHARED_MEMBERS, name)) return SHARED_MEMBERS[name]?.(this.shared);
        return Object.hasOwn(plainFunctions, name) ? plainFunctions[name] : undefined;
    }
  }

  private say(name: string, message: Value): Value {
    this.shared.host.emit({ kind: "message", level: "info", text: toText(message), print: name === "print" });
    return "";
  }

  private doc(args: readonly Value[]): Value {
    const [first, second] = args.map((arg) => toText(arg));
    if (first === undefined || args.length > 2) {
      return fail(
        "CompilationError",
        `doc() takes one or two arguments (${args.length} given)`,
        "write doc('block') or doc('package', 'block')",
      );
    }
    const [name, packageName] = second === undefined ? [first, null] : [second, first];
    const text = this.docs?.find(name, packageName);
    if (text !== undefined) return text;
    const where = packageName === null ? "" : ` in package "${packageName}"`;
    return fail("CompilationError", `there is no docs block "${name}"${where}`, undefined, {
      undefinedName: name,
      candidates: this.docs?.names() ?? [],
    });
  }
}
