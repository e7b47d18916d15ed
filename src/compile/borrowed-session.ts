// A session that is taken from the warehouse when the first statement needs one and given back at the end of a node, so
// that nodes which ask for nothing open nothing (and `compile` without introspection never loads a driver).

import type { Session, Warehouse } from "../adapter/adapter.ts";
import { interrupted } from "../adapter/database-error.ts";
import type { OpenWarehouse } from "./deps.ts";

export class BorrowedSession {
  private session: Promise<Session> | undefined;
  private lentSession: Session | undefined;
  private giveBack: () => void = () => {};
  private lent: Promise<void> | undefined;

  /** @param name what the session is for, shown by `debug` logs: the unique_id of a node */
  constructor(
    private readonly openWarehouse: OpenWarehouse,
    private readonly name: string,
    private readonly signal: AbortSignal,
  ) {}

  /** The session; throws EtlError when the warehouse cannot be opened, DatabaseError when it lends none. */
  get(): Promise<Session> {
    this.session ??= this.borrow();
    return this.session;
  }

  /** The session if one was taken. */
  get current(): Session | undefined {
    return this.lentSession;
  }

  async warehouse(): Promise<Warehouse> {
    return this.openWarehouse();
  }

  /** Rolls back what is open and gives the session back. It can be used again: then another one is taken. */
  async close(): Promise<void> {
    if (!this.session) return;
    await this.session.catch(() => {});
    this.giveBack();
    await this.lent;
    this.session = undefined;
    this.lentSession = undefined;
    this.lent = undefined;
  }

  private async borrow(): Promise<Session> {
    const warehouse = await this.openWarehouse();
    const { signal } = this;
    return new Promise<Session>((resolve, reject) => {
      // A warehouse that is away is waited for with patience, which a person who interrupts does not have.
      const giveUp = (): void => {
        this.lent = undefined;
        reject(interrupted());
      };
      signal.addEventListener("abort", giveUp, { once: true });
      const stay = (): void => signal.removeEventListener("abort", giveUp);
      this.lent = warehouse
        .withSession(this.name, async (session) => {
          stay();
          // Nobody waits for one that comes after the interrupt.
          if (!signal.aborted) await this.use(session, resolve);
        })
        .catch(reject)
        .finally(stay);
      if (signal.aborted) giveUp();
    });
  }

  private use(session: Session, resolve: (session: Session) => void): Promise<void> {
    const cancel = () => void session.cancel();
    this.signal.addEventListener("abort", cancel, { once: true });
    return new Promise<void>((giveBack) => {
      this.giveBack = () => {
        this.signal.removeEventListener("abort", cancel);
        giveBack();
      };
      this.lentSession = session;
      resolve(session);
    });
  }
}
