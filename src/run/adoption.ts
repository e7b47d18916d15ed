// `on_conflict: adopt`: a run that had to wait for another one to build a node takes over what that one made, where both
// would have made the same (state/build-fingerprint.ts), and builds it itself where not.

import type { RunStatement } from "../compile/node-memory.ts";
import type { ManifestNode } from "../manifest/node.ts";
import { buildFingerprint, readNodes } from "../state/build-fingerprint.ts";
import { relationCells } from "../state/row-values.ts";
import type { StateStore } from "../state/state-store.ts";
import { BUILDS, PUBLICATIONS } from "../state/tables.ts";
import { type Outcome, outcome } from "./outcome.ts";
import type { RunContext, Work } from "./run-context.ts";
import { type NodeStateOptions, tell } from "./watermark/watermark-work.ts";

/** The build of one node in a run that adopts. */
class Adoption {
  /** The newest build when this run found the node held by another one. */
  #before: string | undefined;
  #fingerprint = "";
  #published = false;
  #work: Work | undefined;

  constructor(
    private readonly options: NodeStateOptions,
    private readonly store: StateStore,
    private readonly code: string,
  ) {}

  /** Called while another run builds the node. @throws DatabaseError */
  async waits({ answerer }: Work): Promise<void> {
    this.#before = (await this.#newest(answerer.run))?.runId;
  }

  /**
   * Called when this run has the node to itself.
   * @param waited another run had it before
   * @returns the result of that run where it is as good as one of this run
   * @throws DatabaseError
   */
  async begin(work: Work, waited: boolean): Promise<Outcome | undefined> {
    this.#work = work;
    this.#published = false;
    const { run } = work.answerer;
    this.#fingerprint = await this.#fingerprintOf(run);
    const newest = waited ? await this.#newest(run) : undefined;
    if (!newest || newest.runId === this.#before || newest.fingerprint !== this.#fingerprint)
      return undefined;
    const text = `adopted from run ${newest.runId}`;
    tell(this.options, text);
    return outcome("success", text, { response: { _message: text } });
  }

  /** Called in the transaction of the node's data before its COMMIT. @throws DatabaseError */
  async publish(): Promise<void> {
    const work = this.#work;
    if (!work || this.#published) return;
    this.#published = true;
    const { sessions, node, shared } = this.options;
    await this.store.append(sessions.over(work.answerer.run), BUILDS, [
      {
        run_id: shared.invocation.id,
        node_id: node.id,
        ...relationCells(node),
        fingerprint: this.#fingerprint,
        committed_at: shared.host.now(),
      },
    ]);
  }

  async #newest(
    run: RunStatement,
  ): Promise<{ readonly runId: string; readonly fingerprint: string } | undefined> {
    const { sessions, node } = this.options;
    const [row] = await this.store.read(sessions.over(run), BUILDS, {
      where: relationCells(node),
      newestBy: ["committed_at"],
      limit: 1,
    });
    return row && { runId: String(row.run_id), fingerprint: String(row.fingerprint) };
  }

  async #fingerprintOf(run: RunStatement): Promise<string> {
    const { sessions, node, resources } = this.options;
    const reads = readNodes(node, resources);
    const published = new Map<string, string>();
    for (const parent of reads) {
      const { schema, alias } = parent;
      const [row] = await this.store.read(sessions.over(run), PUBLICATIONS, {
        where: relationCells(parent),
        newestBy: ["committed_at"],
        limit: 1,
      });
      if (row) published.set(`${schema}.${alias}`, `${String(row.run_id)} ${String(row.committed_at)}`);
    }
    return buildFingerprint(this.code, node, reads, published);
  }
}

/** @returns undefined where the run does not adopt, or the state cannot be kept */
export function adoptionOf({ deps, state }: RunContext, node: ManifestNode): Adoption | undefined {
  if (!adopts(deps.shared)) return undefined;
  const options = state?.optionsOf(node);
  return state && options?.store && new Adoption(options, options.store, state.code);
}

/** Whether runs take over each other's builds: only where several can write at once. */
export function adopts({ config, adapter }: RunContext["deps"]["shared"]): boolean {
  return adapter.capabilities.sharedWrites && config.flags.text("on_conflict") === "adopt";
}
