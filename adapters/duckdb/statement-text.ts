// The little that must be known of a text of SQL before it is sent: whether there is a statement in it at all, which
// of its statements begin and end transactions, whether it creates a schema. A scan, not a parser: comments and
// quoted text are skipped, everything else is left to the engine.

/** Comments, quoted identifiers, strings (also E'' and $tag$ ones): what must not be looked into. */
const opaque =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)/g;

/** @returns the statements' plain words, without comments and with quoted text replaced by a mark. */
function bareStatements(sql: string): string[] {
  const bare = sql.replaceAll(opaque, (match) =>
    match.startsWith("--") || match.startsWith("/*") ? " " : " ? ",
  );
  return bare
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

/** True when there is nothing to run: only white space, comments and semicolons. */
export function isBlank(sql: string): boolean {
  return bareStatements(sql).length === 0;
}

export type TransactionStep = "begin" | "commit" | "rollback";

const steps: Readonly<Record<string, TransactionStep>> = {
  begin: "begin",
  start: "begin",
  commit: "commit",
  end: "commit",
  rollback: "rollback",
  abort: "rollback",
};

/** @returns what the transaction statements of a text do, in order: the engine tells only that there is one. */
export function transactionSteps(sql: string): TransactionStep[] {
  const found: TransactionStep[] = [];
  for (const statement of bareStatements(sql)) {
    const step = steps[/^[a-z]+/i.exec(statement)?.[0].toLowerCase() ?? ""];
    if (step) found.push(step);
  }
  return found;
}

/** True for texts with a CREATE SCHEMA, of which only one may run at a time (see Warehouse). */
export function createsSchema(sql: string): boolean {
  return (
    /\bschema\b/i.test(sql) &&
    bareStatements(sql).some((statement) => /^create\s+(?:or\s+replace\s+)?schema\b/i.test(statement))
  );
}
