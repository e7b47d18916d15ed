// Diagnostics as SARIF 2.1.0, which code hosts show beside the lines that they are about.

import { type Code, codes } from "../base/codes.ts";
import type { Diagnostic } from "../base/diagnostic.ts";

/** @param version of etl. @returns the whole log as JSON text */
export function sarifText(diagnostics: readonly Diagnostic[], version: string): string {
  const rules = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "etl", version, rules: rules.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, rules)),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function ruleOf(code: Code) {
  return { id: code, shortDescription: { text: codes[code].title } };
}

function resultOf({ code, severity, message, help, place }: Diagnostic, rules: readonly Code[]) {
  const text = help === undefined ? message : `${message} (${help})`;
  return {
    ruleId: code,
    ruleIndex: rules.indexOf(code),
    level: severity,
    message: { text },
    ...(place
      ? {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: place.file.split("/").map(encodeURIComponent).join("/") },
                region: {
                  startLine: place.line,
                  startColumn: place.column,
                  endColumn: place.column + (place.length ?? 1),
                },
              },
            },
          ],
        }
      : {}),
  };
}
