// What Node itself warns of on the standard error of a program ("possible EventTarget memory leak").

/** @returns the warnings that Node gave while the work was done */
export async function nodeWarnings(work: () => Promise<unknown>): Promise<readonly string[]> {
  const warnings: string[] = [];
  const hear = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", hear);
  try {
    await work();
    // They are told a turn later.
    await new Promise((done) => setImmediate(done));
  } finally {
    process.off("warning", hear);
  }
  return warnings;
}
