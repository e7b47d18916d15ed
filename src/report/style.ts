// Colours of the terminal, and the rule of when to use them.

export interface Style {
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const same = (text: string): string => text;
const wrap =
  (code: number, end: number) =>
  (text: string): string =>
    text === "" ? "" : `\u001b[${code}m${text}\u001b[${end}m`;

export const plain: Style = { red: same, green: same, yellow: same, cyan: same, dim: same, bold: same };

export const coloured: Style = {
  red: wrap(31, 39),
  green: wrap(32, 39),
  yellow: wrap(33, 39),
  cyan: wrap(36, 39),
  dim: wrap(2, 22),
  bold: wrap(1, 22),
};

/**
 * Whether to colour what goes to a terminal: as the user asked on the command line or by DBT_USE_COLORS; else never
 * under NO_COLOR (no-color.org) or on a dumb terminal, always under FORCE_COLOR, and otherwise on a terminal only.
 * @param asked the flag use_colors when it was given
 */
export function wantsColours(
  asked: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (asked !== undefined) return asked;
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return isTerminal && env.TERM !== "dumb";
}
