// Compiled SQL from one command to the next, in one file under target/. What is kept of a node is good while neither the
// node, nor an ephemeral model in it, nor the relation of anything that it refers to has changed since the parse in the
// parse cache, and its templates used nothing that can differ (see RenderWatch). Anything wrong with the file means that
// all is compiled, and no word about it.

import { fileURLToPath } from "node:url";
import { joinPath } from "../config/file-paths.ts";
import type { SharedScope } from "../context/scope.ts";
import { joinReads, ReadRecorder, readsAgree, type TemplateReads } from "../context/template-reads.ts";
import { toRepr } from "../jinja/repr.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { CompilableNode, NodeId } from "../manifest/node.ts";
import type { CompiledParts } from "../manifest/node-json.ts";
import type { CompiledNode } from "./compile-node.ts";
import { compiledParts } from "./compiled-parts.ts";
import type { RunDeps } from "./deps.ts";
import { RenderWatch } from "./render-watch.ts";
import { targetPath, writeTargetFile } from "./target-files.ts";

const FILE = "etl_compile_cache.json";

/** Raised with every change of what is stored; the program's own build is part of the key besides. */
const FORMAT = 1;

/** What a parse has changed since the one in the parse cache. */
export interface ParseDifference {
  /** Tells the parse in the cache from all others. */
  readonly cacheId: string;
  /** Resources that are not as in the cache. */
  readonly changed: ReadonlySet<NodeId>;
  /** Those of them that others see in another way than before, as another relation. */
  readonly moved: ReadonlySet<NodeId>;
}

interface KeptNode extends CompiledParts {
  /** Size and time of its file below target/compiled; null where it has none. */
  readonly file: readonly [number, number] | null;
}

interface Content {
  readonly key: string;
  readonly reads: TemplateReads;
  readonly nodes: readonly (readonly [NodeId, KeptNode])[];
}

export class KeptCode {
  private readonly recorder: ReadRecorder;
  private readonly hasRandomMacro: boolean;
  private isChanged = false;
  /** Files that are being written; their sizes and times are looked up when all of them are there. */
  private readonly written = new Map<NodeId, string>();

  private constructor(
    private readonly shared: SharedScope,
    private readonly manifest: Manifest,
    private readonly difference: ParseDifference,
    private readonly reads: TemplateReads | undefined,
    private readonly nodes: Map<NodeId, KeptNode>,
  ) {
    this.recorder = new ReadRecorder(shared.config, shared.invocation);
    this.hasRandomMacro = [...manifest.macros.values()].some(({ block }) => RANDOM.test(block.text));
  }

  /**
   * Reads what the last command kept.
   * @param difference undefined when the parse cache holds no such parse
   * @returns undefined for commands whose SQL is not that of others: --defer, --empty, --sample
   */
  static open(
    { shared, manifest, deferred }: RunDeps,
    difference: ParseDifference | undefined,
  ): KeptCode | undefined {
    const { config, invocation } = shared;
    const isOwn = config.flags.boolean("empty") || config.flags.text("sample") !== undefined;
    if (!difference || deferred || isOwn) return undefined;
    const content = readContent(shared);
    const isGood =
      content?.key === keyOf(shared, difference) && readsAgree(content.reads, config, invocation);
    return isGood
      ? new KeptCode(shared, manifest, difference, content.reads, new Map(content.nodes))
      : new KeptCode(shared, manifest, difference, undefined, new Map());
  }

  /** The SQL of a node as compiling it now would give it; its file is there, too. Undefined when it must be compiled. */
  find(node: CompilableNode): CompiledParts | undefined {
    const kept = this.nodes.get(node.id);
    if (!kept || !this.isSame(node) || !kept.ctes.every(({ id }) => this.isSameId(id))) return undefined;
    if (kept.file !== null) this.restoreFile(node, kept, kept.file);
    return kept;
  }

  /** For rendering one node. */
  watch(): RenderWatch {
    return new RenderWatch(this.shared, this.recorder);
  }

  /** Keeps what was compiled, if it would be the same again. */
  keep(node: CompilableNode, compiled: CompiledNode, watch: RenderWatch): void {
    // What has changed since is not what the parse in the cache says.
    if (!watch.isRepeatable || !this.isSame(node) || this.canBeRandom(node)) return;
    const parts = compiledParts(compiled, this.shared.config.folder);
    if (!parts.ctes.every(({ id }) => this.isSameId(id))) return;
    if (compiled.path !== undefined) this.written.set(node.id, compiled.path);
    this.nodes.set(node.id, { ...parts, file: null });
    this.isChanged = true;
  }

  /** Writes the file, when there is something new. */
  async write(): Promise<void> {
    if (!this.isChanged) return;
    const { host, config } = this.shared;
    await this.noteFiles();
    const reads = this.reads ? joinReads(this.reads, this.recorder.reads()) : this.recorder.reads();
    const content: Content = { key: keyOf(this.shared, this.difference), reads, nodes: [...this.nodes] };
    try {
      host.files.writeWhole(joinPath(config.targetFolder, FILE), JSON.stringify(content));
    } catch {
      // A folder that cannot be written costs the next command some time, and is told when an artifact must be written.
    }
  }

  /** Neither it nor what its references give has changed. */
  private isSame({ id, dependsOnNodes }: Pick<CompilableNode, "id" | "dependsOnNodes">): boolean {
    const { changed, moved } = this.difference;
    return !changed.has(id) && (moved.size === 0 || !dependsOnNodes.some((parent) => moved.has(parent)));
  }

  private isSameId(id: NodeId): boolean {
    const resource = this.manifest.resources.get(id);
    return resource !== undefined && "dependsOnNodes" in resource && this.isSame(resource);
  }

  /** The filter `random` leaves no trace: it is looked for in the texts. */
  private canBeRandom(node: CompilableNode): boolean {
    if (this.hasRandomMacro || RANDOM.test(node.rawCode)) return true;
    return node.resourceType === "test" && RANDOM.test(toRepr(node.testMetadata?.kwargs ?? null));
  }

  private restoreFile(
    node: CompilableNode,
    kept: KeptNode,
    [size, modifiedMs]: readonly [number, number],
  ): void {
    const { host, config } = this.shared;
    const path = targetPath(node);
    const now = host.files.stat(joinPath(config.targetFolder, "compiled", path));
    if (now?.size === size && now.modifiedMs === modifiedMs) return;
    this.written.set(node.id, writeTargetFile(host, config.targetFolder, "compiled", path, kept.code));
    this.isChanged = true;
  }

  private async noteFiles(): Promise<void> {
    try {
      await this.shared.host.files.settled();
    } catch {
      // What could not be written is told when the command ends.
    }
    for (const [id, path] of this.written) {
      const stat = this.shared.host.files.stat(path);
      const kept = this.nodes.get(id);
      if (stat && kept) this.nodes.set(id, { ...kept, file: [stat.size, stat.modifiedMs] });
      else this.nodes.delete(id);
    }
  }
}

const RANDOM = /\|\s*random\b/;

/** What decides all of it: the build, the parse, and the one setting that templates see and parsing does not ask for. */
function keyOf({ host, config }: SharedScope, { cacheId }: ParseDifference): string {
  const build = host.files.stat(fileURLToPath(import.meta.url));
  return JSON.stringify([FORMAT, build?.size, build?.modifiedMs, cacheId, config.threads]);
}

function readContent({ host, config }: SharedScope): Content | undefined {
  const path = joinPath(config.targetFolder, FILE);
  if (!host.files.stat(path)) return undefined;
  try {
    const content: Partial<Content> = JSON.parse(host.files.readText(path));
    const { key, reads, nodes } = content;
    return key === undefined || reads === undefined || nodes === undefined
      ? undefined
      : { key, reads, nodes };
  } catch {
    return undefined;
  }
}
