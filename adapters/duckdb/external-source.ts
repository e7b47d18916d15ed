// Sources that are read from files: `external_location` in a source's meta or config becomes the text that stands
// for the relation (dbt-duckdb 1.11, relation.py), formatted in one of three styles.

import { EtlError, errorAt } from "../../src/base/diagnostic.ts";
import { didYouMean, nearest } from "../../src/base/nearest.ts";
import { literal } from "./names.ts";

export interface SourceName {
  readonly name: string;
  readonly identifier: string;
  readonly schema: string;
}

const formatters = ["newstyle", "oldstyle", "template"];

/**
 * @param meta meta and config of the source, the table's own keys over those of its source
 * @returns SQL that reads the source, or undefined when it is an ordinary relation. A path is put in quotes; a function
 *   call or a text that starts with a quote is taken as it is.
 * @throws EtlError(source-location) for an unknown formatter or a name that does not exist
 */
export function externalSource(meta: ReadonlyMap<unknown, unknown>, source: SourceName): string | undefined {
  const template = meta.get("external_location");
  // dbt-duckdb lets a plugin load the source, which needs Python: the relation stays an ordinary one.
  if (template === undefined || template === null || meta.has("plugin")) return undefined;
  const location = format(String(template), String(meta.get("formatter") ?? "newstyle"), meta, source);
  return location.includes("(") || location.startsWith("'") ? location : literal(location);
}

function format(
  template: string,
  formatter: string,
  meta: ReadonlyMap<unknown, unknown>,
  source: SourceName,
): string {
  const value = (name: string): string => {
    if (Object.hasOwn(source, name)) return source[name as keyof SourceName];
    if (meta.has(name)) return String(meta.get(name));
    const near = nearest(name, [...Object.keys(source), ...[...meta.keys()].map(String)]);
    throw locationError(
      `external_location of source table "${source.name}" uses {${name}}, which is not known`,
      near ? `did you mean {${near}}?` : "known names: name, identifier, schema and the keys of meta",
    );
  };
  if (formatter === "newstyle")
    return template.replaceAll(/\{\{|\}\}|\{(\w+)\}/g, (match, name?: string) =>
      name === undefined ? (match[0] ?? "") : value(name),
    );
  if (formatter === "oldstyle")
    return template.replaceAll(/%%|%\((\w+)\)s/g, (_match, name?: string) =>
      name === undefined ? "%" : value(name),
    );
  if (formatter === "template")
    return template.replaceAll(/\$\$|\$\{(\w+)\}|\$(\w+)/g, (_match, braced?: string, bare?: string) =>
      (braced ?? bare) === undefined ? "$" : value((braced ?? bare) as string),
    );
  throw locationError(
    `"${formatter}" is not a formatter of external_location (source table "${source.name}")`,
    didYouMean(formatter, formatters) ?? `known: ${formatters.join(", ")}`,
  );
}

function locationError(message: string, help: string): EtlError {
  return new EtlError([errorAt("source-location", message, undefined, { help })]);
}
