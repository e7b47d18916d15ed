// Keeps secrets out of everything that is printed, logged or written: the values themselves and the forms in which
// they could be read back (base64 at any offset, URL-encoded, escaped in JSON, SQL or XML).

/** Shorter values would also be found where they mean nothing ("a", "1"). */
const SHORTEST = 3;
/** Lines of a longer secret (a private key) that are secrets of their own. */
const SHORTEST_LINE = 16;
const MASK = "*****";

export class Scrubber {
  /** Longest first, so that a secret that holds another one goes as a whole. */
  #forms: readonly string[] = [];

  /** @param values secrets; those that are too short to be told from ordinary words are left out */
  add(values: Iterable<string>): void {
    const forms = new Set(this.#forms);
    for (const value of values) {
      const lines = value.includes("\n")
        ? value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE)
        : [];
      for (const secret of [value, ...lines]) {
        if (secret.trim().length >= SHORTEST) for (const form of formsOf(secret)) forms.add(form);
      }
    }
    this.#forms = [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  }

  /** The text with every form of every secret masked. */
  readonly clean = (text: string): string => {
    let cleaned = text;
    for (const form of this.#forms) if (cleaned.includes(form)) cleaned = cleaned.replaceAll(form, MASK);
    return cleaned;
  };
}

/** True for the name of a variable whose value must never be shown: dbt's rule (dbt_common, SECRET_ENV_PREFIX). */
export function isSecretVariable(name: string): boolean {
  return name.startsWith("DBT_ENV_SECRET");
}

/** The values of secret variables. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value]) => (isSecretVariable(name) && value ? [value] : []));
}

function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    // Python's json.dumps and our own artifacts escape what is not ASCII.
    json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    secret.replaceAll("'", "''"),
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    ...base64Forms(secret),
  ];
}

/**
 * What base64 shows of a secret that stands at offset 0, 1 or 2 (mod 3) of the encoded bytes: the characters that
 * depend on the secret alone. In a text such as base64("user:password") the offset is not known.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const before = [0, 2, 3][offset] ?? 0;
    const whole = Math.floor(((bytes.length + offset) * 8) / 6);
    const form = encoded.slice(before, whole);
    // Short forms occur by chance.
    if (form.length < 6) continue;
    forms.push(form, form.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return forms;
}
