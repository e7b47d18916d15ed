// Knows whether target/manifest.json is still the file that was written for the parse in the parse cache, so that a
// command over an unchanged project need not write tens of megabytes again. It is a small file beside the two.

import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import { CACHE_FILE } from "../parse/parse-cache.ts";
import { dictText } from "./manifest-text.ts";
import { selectorsValue } from "./selectors-json.ts";

const STAMP_FILE = "etl_manifest_stamp.json";

/** Where the metadata of manifest.json ends: quotes of texts are escaped, so this stands nowhere before. */
const METADATA_END = '}, "nodes": {';

export class ManifestStamp {
  constructor(
    private readonly shared: SharedScope,
    private readonly manifestPath: string,
  ) {}

  /** What follows the metadata in manifest.json; undefined when the file must be written anew. */
  keptRest(): Uint8Array | undefined {
    const { files } = this.shared.host;
    try {
      if (files.readText(this.path) !== this.stampNow()) return undefined;
      const { buffer, byteOffset, byteLength } = files.readBytes(this.manifestPath);
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      const end = bytes.indexOf(METADATA_END);
      return end < 0 ? undefined : bytes.subarray(end + 1);
    } catch {
      return undefined;
    }
  }

  /** Keeps that manifest.json belongs to the parse in the cache. */
  write(): void {
    const stamp = this.stampNow();
    if (stamp !== undefined) this.shared.host.files.writeWhole(this.path, stamp);
  }

  /** Size and time of both files, and the selectors, which are in manifest.json but no part of the parse. */
  private stampNow(): string | undefined {
    const { targetFolder, selectors } = this.shared.config;
    const cache = this.looks(joinPath(targetFolder, CACHE_FILE));
    const manifest = this.looks(this.manifestPath);
    if (cache === undefined || manifest === undefined) return undefined;
    return JSON.stringify({ cache, manifest, selectors: dictText(selectorsValue(selectors)) });
  }

  private get path(): string {
    return joinPath(this.shared.config.targetFolder, STAMP_FILE);
  }

  private looks(path: string): string | undefined {
    const stat = this.shared.host.files.stat(path);
    return stat && `${stat.size} ${stat.modifiedMs}`;
  }
}
