// The one table of diagnostic codes: what a user can look up, silence (`--warn-error-options`) and what tests name.
// Codes are kebab-case and stable; `title` says in a few words what went wrong, `dbt` the event or exception class
// name that dbt uses for it, so that dbt's warn_error_options keep working.

interface CodeEntry {
  readonly title: string;
  readonly dbt?: string;
}

const table = {
  // files and YAML
  "file-unreadable": { title: "a file cannot be read" },
  "yaml-syntax": { title: "a YAML file cannot be read", dbt: "YamlParseError" },
  // template language
  "jinja-syntax": { title: "a template cannot be parsed", dbt: "CompilationError" },
  "jinja-error": { title: "a template failed while it was rendered", dbt: "CompilationError" },
  // adapters
  "adapter-unknown": { title: "a profile names an adapter that does not exist" },
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof table;

/** All codes with their titles and dbt's names. */
export const codes: Readonly<Record<Code, CodeEntry>> = table;
