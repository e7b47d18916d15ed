// What travels in front of a statement, in one message with it: the BEGIN of its transaction, and the question for the
// transaction's number, which must be known before the COMMIT to find out later what became of it. Neither costs a
// journey to the server.

export interface Lead {
  /** Put in front of the text; positions in errors count it. */
  readonly text: string;
  /** How many statements that are. */
  readonly statements: number;
  readonly asksNumber: boolean;
}

export const NO_LEAD: Lead = { text: "", statements: 0, asksNumber: false };

/**
 * @param transaction `begins`: it is to be opened; `open`: its number is not known
 * @returns what goes before the statement; who only reads needs no number, and would get none on a standby, and nothing may
 *   be asked before SET TRANSACTION
 */
export function leadOf(sql: string, transaction: "begins" | "open"): Lead {
  const asksNumber = !leavesRowsAlone(sql);
  const statements = [
    ...(transaction === "begins" ? ["BEGIN"] : []),
    ...(asksNumber ? ["SELECT txid_current()"] : []),
  ];
  return { text: statements.map((one) => `${one}; `).join(""), statements: statements.length, asksNumber };
}

/** By its first word; what writes all the same is asked for its number at the COMMIT. */
function leavesRowsAlone(sql: string): boolean {
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:select|with|show|set|explain|values|table|$)/i.test(sql);
}

/** True when a text may end its transaction or open another one, so that its number is not known any more. */
export function mayEndTransaction(sql: string): boolean {
  return /\b(?:commit|rollback|abort|begin|start\s+transaction)\b|(?:^|;)\s*end\b/i.test(sql);
}
