// Renders the templates in YAML values: dbt_project.yml, profiles.yml, selectors.yml, packages.yml. A text that is one
// expression keeps its type where it is marked (`| as_bool`); dates become texts, as dbt makes them.

import { type Diagnostic, errorAt } from "../base/diagnostic.ts";
import { didYouMean } from "../base/nearest.ts";
import { drive } from "../jinja/drive.ts";
import { Environment, type Globals } from "../jinja/environment.ts";
import { JinjaError, raise } from "../jinja/errors.ts";
import { fromJson, toJson } from "../jinja/json.ts";
import { PyDate, PyDateTime } from "../jinja/modules/datetime.ts";
import { pythonModules } from "../jinja/modules/table.ts";
import { hasTemplate, plainRendered } from "../jinja/source.ts";
import { undefinedWithin } from "../jinja/undefined.ts";
import { type Dict, NativeFunction, type Value } from "../jinja/value.ts";
import type { TemplateNames, YamlFile } from "./config.ts";
import { envVarFunction, revealSecrets } from "./environment-variables.ts";
import { DBT_VERSION } from "./require-version.ts";

export interface RenderContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--vars` and vars.yml. */
  readonly vars: Dict;
  /** `target`, when the profile is known. */
  readonly target?: Dict;
  /** True for profiles.yml and packages.yml: secrets may be read, and messages show no values. */
  readonly secrets: boolean;
  readonly onEnvVar?: (name: string, value: string | null) => void;
  /** Milliseconds since the epoch, for `modules.datetime` and `run_started_at`; the system's clock when absent. */
  readonly clock?: () => number;
  /** Names that are known beside these. */
  readonly names?: TemplateNames;
}

export type Path = readonly (string | number)[];

export class ValueRenderer {
  private readonly environment = new Environment({});
  private readonly globals: Globals;

  constructor(private readonly context: RenderContext) {
    this.globals = globalsOf(context);
  }

  /**
   * @param value what the file holds at `path`
   * @param keep paths whose values stay as they are written
   * @returns the value with every template rendered; one that fails stays as it is written and gives a diagnostic
   *   ("env-var-missing", "jinja-syntax", "jinja-error") at its place
   */
  render(
    file: YamlFile,
    value: Value,
    path: Path,
    diagnostics: Diagnostic[],
    keep: (path: Path) => boolean = () => false,
  ): Value {
    return renderLeaves(value, path, keep, (leaf, at) => {
      if (typeof leaf === "string") return this.text(file, leaf, at, diagnostics);
      // Dates are the only objects that YAML makes.
      return leaf instanceof PyDate ? leaf.toText().replace(" ", "T") : leaf;
    });
  }

  private text(file: YamlFile, text: string, path: Path, diagnostics: Diagnostic[]): Value {
    if (!hasTemplate(text)) return plainRendered(text);
    try {
      const template = this.environment.compile({ file: file.file, text, line: file.place(path).line });
      const value = drive(template.renderValue(this.globals), () =>
        raise("CompilationError", "nothing can be asked of the warehouse here"),
      );
      undefinedWithin(value)?.fail();
      return typeof value === "string" && this.context.secrets
        ? revealSecrets(value, this.context.env)
        : value;
    } catch (error) {
      if (!(error instanceof JinjaError)) throw error;
      // Passwords can look like templates; dbt takes them as they are when they are none.
      if (this.context.secrets && path.includes("password") && error.kind === "syntax") return text;
      diagnostics.push(this.diagnostic(file, path, error));
      return text;
    }
  }

  private diagnostic(file: YamlFile, path: Path, error: JinjaError): Diagnostic {
    const key = [...path].reverse().find((step) => typeof step === "string");
    const code =
      error.pythonType === "EnvVarMissingError"
        ? "env-var-missing"
        : error.kind === "syntax"
          ? "jinja-syntax"
          : "jinja-error";
    const { undefinedName: name, candidates } = error;
    const near = name && candidates ? didYouMean(name, candidates) : undefined;
    const help = error.help ?? near;
    return errorAt(code, `"${key ?? ""}" cannot be rendered: ${error.detail}`, file.place(path), {
      help,
      ...(this.context.secrets ? { frame: false } : {}),
    });
  }
}

/**
 * A value of a YAML file with its scalars rendered.
 * @param path where it stands in the file
 * @param keep paths whose values stay as they are written
 * @param render gives what becomes of one scalar
 */
export function renderLeaves(
  value: Value,
  path: Path,
  keep: (path: Path) => boolean,
  render: (leaf: Value, path: Path) => Value,
): Value {
  if (keep(path)) return value;
  if (Array.isArray(value))
    return value.map((item, index) => renderLeaves(item, [...path, index], keep, render));
  if (!(value instanceof Map)) return render(value, path);
  const rendered: Dict = new Map();
  for (const [key, item] of value) {
    const step = typeof key === "number" ? key : String(key);
    rendered.set(key, renderLeaves(item, [...path, step], keep, render));
  }
  return rendered;
}

/** What dbt offers in these files: env_var, var (of --vars and vars.yml), target, modules, the time, JSON and `names`. */
function globalsOf(context: RenderContext): Globals {
  const globals = new Map<string, Value>([
    [
      "env_var",
      envVarFunction({
        env: context.env,
        secrets: context.secrets,
        ...(context.onEnvVar ? { onRead: context.onEnvVar } : {}),
      }),
    ],
    ["var", varFunction(context.vars)],
    ["dbt_version", DBT_VERSION],
    ["tojson", new NativeFunction("tojson", ([value = null]) => toJson(value))],
    [
      "fromjson",
      new NativeFunction("fromjson", ([text = null]) =>
        typeof text === "string" ? fromJson(text) : raise("TypeError", "fromjson() takes a text"),
      ),
    ],
  ]);
  if (context.target) globals.set("target", context.target);
  // Made when a template asks for them: modules are many, and all are rarely used here.
  const made: TemplateNames = {
    ...context.names,
    modules: () => pythonModules(context.clock),
    run_started_at: () => PyDateTime.ofEpoch(context.clock?.() ?? Date.now()),
  };
  return {
    get(name) {
      if (Object.hasOwn(made, name) && !globals.has(name)) globals.set(name, made[name]?.() ?? null);
      return globals.get(name);
    },
  };
}

function varFunction(vars: Dict): NativeFunction {
  const call = (args: readonly Value[], kwargs: ReadonlyMap<string, Value>): Value => {
    const name = args[0] ?? null;
    const value = vars.get(name);
    if (value !== undefined) return value;
    // None is a default like any other.
    const fallback = args.length > 1 ? args[1] : kwargs.get("default");
    if (fallback !== undefined) return fallback;
    const names = [...vars.keys()].filter((key) => typeof key === "string");
    const near = typeof name === "string" ? didYouMean(name, names) : undefined;
    const give = `give it with --vars '{${String(name)}: ...}', in vars.yml, or as a default: var('${String(name)}', ...)`;
    throw new JinjaError("user", "RequiredVarNotFoundError", `the var "${String(name)}" has no value here`, {
      help: near ? `${near} Else ${give}` : give,
    });
  };
  const hasVar = new NativeFunction("has_var", ([name = null]) => vars.has(name));
  return new NativeFunction("var", call, { has_var: hasVar });
}
