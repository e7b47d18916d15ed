// Jinja prints an undefined name as nothing and loops over it not once, so columns vanish without a word: the warning
// that Jinja does not give.

import { type Diagnostic, warningAt } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import type { UndefinedUse } from "../jinja/run.ts";
import type { CompilableNode } from "../manifest/node.ts";

/**
 * @param node whose template, or a macro of the project that it calls, uses the name
 * @param packagesFolder where installed packages lie, relative to the project: they are not the user's to mend
 * @returns undefined for what may well be meant: an unknown name that is printed and like no other
 */
export function undefinedName(
  node: CompilableNode,
  { name, use, missing, place, candidates }: UndefinedUse,
  packagesFolder: string,
): Diagnostic | undefined {
  if (place.file.startsWith("<") || place.file.startsWith(`${packagesFolder}/`)) return undefined;
  const near = missing ? undefined : nearest(name, candidates());
  if (near === undefined && use === "printed" && !missing) return undefined;
  const does = use === "printed" ? "prints nothing" : "loops over nothing";
  const what = missing ? `the argument '${name}' of the macro was not given` : `'${name}' is undefined`;
  const { file, line, column, length } = place;
  return warningAt(
    "undefined-name",
    `${node.resourceType.replace("_", " ")} "${node.name}": ${what}, so this ${does}`,
    { file, line, column, length },
    {
      help:
        near !== undefined
          ? `did you mean "${near}"?`
          : missing
            ? `give "${name}" where the macro is called, or give it a default: ${name}=...`
            : "set it before, or remove the loop",
    },
  );
}
