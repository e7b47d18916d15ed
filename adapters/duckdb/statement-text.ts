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

export type TransactionStep = "begin" | "commit" | "rollback";

export interface StatementText {
  /** How many statements there are; zero for white space, comments and semicolons only. */
  readonly count: number;
  /** What the transaction statements do, in order: the engine tells only that a statement is one. */
  readonly steps: readonly TransactionStep[];
  /** One of them is a CREATE SCHEMA, of which only one may run at a time (see Turn). */
  readonly createsSchema: boolean;
}

const steps: Readonly<Record<string, TransactionStep>> = {
  begin: "begin",
  start: "begin",
  commit: "commit",
  end: "commit",
  rollback: "rollback",
  abort: "rollback",
};

/** @returns what is told by the first words of the statements of a text */
export function readStatements(sql: string): StatementText {
  const statements = bareStatements(sql);
  const found: TransactionStep[] = [];
  let createsSchema = false;
  for (const statement of statements) {
    const step = steps[/^[a-z]+/i.exec(statement)?.[0].toLowerCase() ?? ""];
    if (step) found.push(step);
    else createsSchema ||= /^create\s+(?:or\s+replace\s+)?schema\b/i.test(statement);
  }
  return { count: statements.length, steps: found, createsSchema };
}
