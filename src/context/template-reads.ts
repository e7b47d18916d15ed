// What templates read besides files: environment variables, flags, the name of the command. They may read any of them, so
// nothing is guessed: the configuration is handed out with recorders in it, and what was kept of parsing or compiling is good
// as long as what was read is still the same.

import { createHash } from "node:crypto";
import type { Config } from "../config/config.ts";
import { isCustomVariable } from "../config/environment-variables.ts";
import type { Flags } from "../config/flags.ts";
import { toRepr } from "../jinja/repr.ts";
import type { Dict } from "../jinja/value.ts";
import type { Invocation } from "./scope.ts";

export interface TemplateReads {
  /** Names to hashes of their values (values can be private); "" for variables that are not set. */
  readonly env: Readonly<Record<string, string>>;
  /** Names to values as Python prints them. */
  readonly flags: Readonly<Record<string, string>>;
  /** The command, if a template asked for it. */
  readonly command: string | null;
}

/** Hands out a configuration and an invocation that remember what is asked of them. */
export class ReadRecorder {
  readonly config: Config;
  readonly invocation: Invocation;
  private readonly env = new Map<string, string>();
  private readonly flags = new Map<string, string>();
  private command: string | null = null;

  constructor(config: Config, invocation: Invocation) {
    this.config = { ...config, env: this.recordingEnv(config), flags: this.recordingFlags(config.flags) };
    const remember = (): string => {
      this.command = invocation.command;
      return invocation.command;
    };
    this.invocation = {
      id: invocation.id,
      startedAt: invocation.startedAt,
      get command() {
        return remember();
      },
    };
  }

  /** What was read until now. */
  reads(): TemplateReads {
    return {
      env: Object.fromEntries(this.env),
      flags: Object.fromEntries(this.flags),
      command: this.command,
    };
  }

  private recordingEnv({ env }: Config): Config["env"] {
    const note = (name: string): void => void this.env.set(name, hashOf(env[name]));
    return new Proxy(env, {
      get: (_, name) => {
        if (typeof name !== "string") return undefined;
        note(name);
        return env[name];
      },
      // Listing all names is done for `dbt_metadata_envs`, and for near names in messages, which are not kept.
      ownKeys: () => {
        const names = Object.keys(env);
        for (const name of names) if (isCustomVariable(name)) note(name);
        return names;
      },
    });
  }

  private recordingFlags(flags: Flags): Flags {
    const note = (name: string): void => void this.flags.set(name, toRepr(flags.get(name)));
    return {
      get: (name) => {
        note(name);
        return flags.get(name);
      },
      boolean: (name) => {
        note(name);
        return flags.boolean(name);
      },
      text: (name) => {
        note(name);
        return flags.text(name);
      },
      texts: (name) => {
        note(name);
        return flags.texts(name);
      },
      get all(): Dict {
        for (const [name] of flags.all) note(String(name));
        return flags.all;
      },
    };
  }
}

/** What two commands read; where both read the same, it was the same. */
export function joinReads(a: TemplateReads, b: TemplateReads): TemplateReads {
  return {
    env: { ...a.env, ...b.env },
    flags: { ...a.flags, ...b.flags },
    command: a.command ?? b.command,
  };
}

/** True when everything that was read still has the same value. */
export function readsAgree(reads: TemplateReads, { env, flags }: Config, invocation: Invocation): boolean {
  return (
    (reads.command === null || reads.command === invocation.command) &&
    Object.entries(reads.env).every(([name, hash]) => hashOf(env[name]) === hash) &&
    Object.entries(reads.flags).every(([name, value]) => toRepr(flags.get(name)) === value)
  );
}

function hashOf(value: string | undefined): string {
  return value === undefined ? "" : createHash("sha256").update(value).digest("hex");
}
