// Knows whether target/manifest.json is still the file that was written for the parse in the parse cache, and which
// resources in it are not as that parse has them, so that a command over a project in which nothing or little changed need
// not write tens of megabytes again. It is a small file beside the two.

import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import type { NodeId } from "../manifest/node.ts";
import { CACHE_FILE } from "../parse/parse-cache.ts";
import { dictText } from "./manifest-text.ts";
import { selectorsValue } from "./selectors-json.ts";

const STAMP_FILE = "etl_manifest_stamp.json";

/** Where the metadata of manifest.json ends: quotes of texts are escaped, so this stands nowhere before. */
const METADATA_END = '}, "nodes": {';

/** Resources in manifest.json that are not as the parse in the parse cache has them. */
export interface Differences {
  /** Their files have changed. */
  readonly edited: readonly NodeId[];
  /** They show their compiled code. */
  readonly compiled: readonly NodeId[];
}

/** A manifest.json that can be written again with few changes. */
export interface KeptManifest extends Differences {
  /** What follows the metadata. */
  readonly rest: Buffer;
}

export class ManifestStamp {
  constructor(
    private readonly shared: SharedScope,
    private readonly manifestPath: string,
  ) {}

  /** @returns undefined when the file must be written anew */
  kept(): KeptManifest | undefined {
    const { files } = this.shared.host;
    try {
      const [stamp = "", differences = ""] = files.readText(this.path).split("\n");
      if (stamp !== this.stampNow()) return undefined;
      const { buffer, byteOffset, byteLength } = files.readBytes(this.manifestPath);
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      const end = bytes.indexOf(METADATA_END);
      const { edited, compiled } = JSON.parse(differences) as Differences;
      return end < 0 ? undefined : { edited, compiled, rest: bytes.subarray(end + 1) };
    } catch {
      return undefined;
    }
  }

  /** Keeps how manifest.json, which has just been written, belongs to the parse in the cache. */
  write(differences: Differences): void {
    const stamp = this.stampNow();
    if (stamp !== undefined)
      this.shared.host.files.writeWhole(this.path, `${stamp}\n${JSON.stringify(differences)}\n`);
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
