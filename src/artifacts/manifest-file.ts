// When manifest.json is written: as soon as the project is parsed, so that it is there whatever happens; but commands that
// compile all that is selected write it once, with the code in it, since it can be tens of megabytes.

import type { SharedScope } from "../context/scope.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Difference } from "../parse/parse-with-cache.ts";
import { type CompiledResults, writeCompiledManifest, writeParsedManifest } from "./manifest-json.ts";

export class ManifestFile {
  #isWritten = false;

  /** @param difference how the parse stands to the one in the parse cache */
  constructor(
    private readonly manifest: Manifest,
    private readonly shared: SharedScope,
    private readonly difference: Difference | undefined,
  ) {}

  /** Writes what was parsed, if nothing has been written yet. */
  ensure(): void {
    if (!this.#isWritten) this.#write();
  }

  /** Puts in what was compiled. */
  addCode(compiled: CompiledResults): void {
    if (!this.#isWritten) this.#write(compiled);
    else if (this.#isWanted && compiled.size > 0) writeCompiledManifest(this.manifest, this.shared, compiled);
  }

  #write(compiled?: CompiledResults): void {
    this.#isWritten = true;
    if (this.#isWanted) writeParsedManifest(this.manifest, this.shared, this.difference, compiled);
  }

  get #isWanted(): boolean {
    return this.shared.config.flags.boolean("write_json");
  }
}
