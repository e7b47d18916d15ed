// What a database path means: a file, memory, MotherDuck, DuckLake, something remote; and the name of the database
// that DuckDB derives from it, which relations must carry.

/** True for MotherDuck's `md:` and `motherduck:`. */
export function isMotherDuckPath(path: string): boolean {
  return /^(?:md|motherduck):/i.test(path);
}

/** True for a path in the file system, as opposed to memory, URLs and paths of extensions (`sqlite:`, `ducklake:`). */
export function isFilePath(path: string): boolean {
  if (path === "" || path.startsWith(":memory:")) return false;
  // One letter before the colon is a drive of Windows.
  return !/^[a-z][a-z0-9+.-]+:/i.test(path) && !/\bdbname=|\bhost=/i.test(path);
}

/**
 * The database's name: the file's name up to its first dot, as DuckDB 1.5 takes it (dbt-duckdb cuts at the last dot,
 * so that with "a.b.duckdb" its own relations are not found); a name that it keeps for itself gets "_db" behind it.
 * "memory" for memory, MotherDuck's default is my_db.
 */
export function databaseOfPath(path: string): string {
  if (path === "" || path === ":memory:") return "memory";
  if (path.startsWith(":memory:")) return path.slice(":memory:".length);
  const plain = path.replace(/^(?:ducklake:)?(?:[a-z][a-z0-9+.-]+:)*/i, "").replace(/\?.*$/s, "");
  const base = plain.split(/[/\\]/).at(-1) ?? "";
  const dot = base.indexOf(".", 1);
  const cut = dot < 0 ? base : base.slice(0, dot);
  const name = ["main", "temp", "system"].includes(cut) ? `${cut}_db` : cut;
  return name === "" && isMotherDuckPath(path) ? "my_db" : name;
}
