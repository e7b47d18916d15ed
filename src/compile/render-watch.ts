// Tells whether rendering a template again would give the same text, as long as the project, the settings, the environment
// and the flags are the same. It is handed a scope in which whatever else can differ is marked when it is touched: the
// warehouse, the clock, the invocation, messages (which must be told again), and `graph`, which shows all other nodes.

import type { SharedScope } from "../context/scope.ts";
import type { ReadRecorder } from "../context/template-reads.ts";

/** What `Answer` of compile-node.ts is, which imports this file. */
type Answer = (request: unknown) => unknown;

export class RenderWatch {
  /** What the templates of the node are given. */
  readonly shared: SharedScope;
  private repeatable = true;

  /** @param recorder notes what is read of the environment and of flags */
  constructor(
    private readonly base: SharedScope,
    private readonly recorder: ReadRecorder,
  ) {
    const note = (): void => this.note();
    const { config, invocation } = recorder;
    this.shared = {
      ...base,
      config,
      invocation: {
        get command() {
          return invocation.command;
        },
        get id() {
          note();
          return invocation.id;
        },
        get startedAt() {
          note();
          return invocation.startedAt;
        },
      },
      get host() {
        note();
        return base.host;
      },
      get relations() {
        note();
        return base.relations;
      },
      // It has the Python modules, and with them the clock.
      get environment() {
        note();
        return base.environment;
      },
    };
  }

  /** False once something was used that can be different the next time. */
  get isRepeatable(): boolean {
    return this.repeatable;
  }

  /** Something was used that can be different the next time. */
  note(): void {
    this.repeatable = false;
  }

  /** Every request is asked of the warehouse. */
  watched(answer: Answer): Answer {
    return (request) => {
      this.note();
      return answer(request);
    };
  }

  /** One for another node that is rendered on the way. */
  another(): RenderWatch {
    return new RenderWatch(this.base, this.recorder);
  }
}
