// Knows whether target/manifest.json is still the file that was written for the parse in the parse cache, and which
// resources in it are not as that parse has them, so that a command over a project in which nothing or little changed need
// not write tens of megabytes again. It is a small file beside the two.

import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import type { NodeId } from "../manifest/node.ts";
import { dictText } from "./manifest-text.ts";
import { selectorsValue } from "./selectors-json.ts";

const STAMP_FILE = "etl_manifest_stamp.jsonl";

/** Where the metadata of manifest.json ends: quotes of texts are escaped, so this stands nowhere before. */
const METADATA_END = '}, "nodes": {';

/** What manifest.json holds. */
export interface ManifestState {
  /** See Difference of the parse that it was written for. */
  readonly cacheId: string;
  readonly edits: string;
  /** Resources that are not as in the parse cache, since their files have changed. */
  readonly edited: readonly NodeId[];
  /** Resources that show their compiled code, with a hash of it. */
  readonly compiled: Readonly<Record<NodeId, string>>;
}

/** A manifest.json that can be written again with few changes. */
export interface KeptManifest extends ManifestState {
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
      const [stamp = "", state = ""] = files.readText(this.#path).split("\n");
      if (stamp !== this.#stampNow()) return undefined;
      const { buffer, byteOffset, byteLength } = files.readBytes(this.manifestPath);
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      const end = bytes.indexOf(METADATA_END);
      return end < 0 ? undefined : { ...(JSON.parse(state) as ManifestState), rest: bytes.subarray(end + 1) };
    } catch {
      return undefined;
    }
  }

  /** Keeps what manifest.json, which has just been written, holds. */
  write({ cacheId, edits, edited, compiled }: ManifestState): void {
    const stamp = this.#stampNow();
    const state = JSON.stringify({ cacheId, edits, edited, compiled });
    if (stamp !== undefined) this.shared.host.files.writeWhole(this.#path, `${stamp}\n${state}\n`);
  }

  /** Size and time of the file, and the selectors, which are in it but no part of the parse. */
  #stampNow(): string | undefined {
    const stat = this.shared.host.files.stat(this.manifestPath);
    if (!stat) return undefined;
    const selectors = dictText(selectorsValue(this.shared.config.selectors));
    return JSON.stringify({ size: stat.size, modifiedMs: stat.modifiedMs, selectors });
  }

  get #path(): string {
    return joinPath(this.shared.config.targetFolder, STAMP_FILE);
  }
}
