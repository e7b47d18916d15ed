// `builtins.ref.config` and `adapter.config`: dbt's runtime config, which packages reach through other objects of the context
// since dbt has no official way to it. Only what is no secret can be seen: names, versions, variables, the arguments of the command.

import type { ProjectFile } from "../config/config.ts";
import { type Dict, NativeFunction, PyObject, type Value } from "../jinja/value.ts";
import type { SharedScope } from "./scope.ts";

export class RuntimeConfigValue extends PyObject {
  override readonly typeName = "RuntimeConfig";

  /** @param project the project that it is the config of: the root one, or a package */
  constructor(
    private readonly shared: SharedScope,
    private readonly project: ProjectFile = shared.config.project,
  ) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    const { shared, project } = this;
    switch (name) {
      case "project_name":
        return project.name;
      case "version":
        return project.version;
      case "profile_name":
        return shared.config.profile.profile;
      case "target_name":
        return shared.config.profile.target;
      case "threads":
        return shared.config.threads;
      case "args":
        return shared.config.flags.all;
      case "cli_vars":
        return shared.config.variables.cli;
      case "vars":
        return new VariablesValue(project.vars);
      case "packages_install_path":
        return project.packagesInstallPath;
      case "target_path":
        return project.targetPath;
      case "quoting":
        return new Map<Value, Value>(
          (["database", "schema", "identifier"] as const).map((part) => [
            part,
            shared.config.project.quoting[part] ?? shared.adapter.defaultQuoting[part],
          ]),
        );
      case "dependencies":
        return new Map<Value, Value>(
          shared.projects.map((one) => [one.name, new RuntimeConfigValue(shared, one)]),
        );
      default:
        return undefined;
    }
  }
}

/** `vars:` of a project file. */
class VariablesValue extends PyObject {
  override readonly typeName = "VarProvider";

  constructor(private readonly vars: Dict) {
    super();
  }

  override getAttribute(name: string): Value | undefined {
    if (name === "vars") return this.vars;
    return name === "to_dict" ? new NativeFunction("to_dict", () => new Map(this.vars)) : undefined;
  }
}
