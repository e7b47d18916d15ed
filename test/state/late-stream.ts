// A stream of events of which some come late, the same in every run of the tests, and a count in plain code of what a
// model with a watermark takes of it and what it misses.

export interface LateEvent {
  readonly id: number;
  /** When it happened and when it came, in minutes since the start. */
  readonly at: number;
  readonly arrives: number;
}

const START = Date.UTC(2026, 0, 1);

/** Most come within minutes, some within hours, a few a day later. */
export function lateStream(count: number, minutes: number): readonly LateEvent[] {
  let seed = 20_260_101;
  const random = (): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x80000000;
  };
  return Array.from({ length: count }, (_, id) => {
    const at = Math.floor(random() * minutes);
    const kind = random();
    const longest = kind < 0.85 ? 10 : kind < 0.95 ? 120 : kind < 0.98 ? 600 : 1800;
    return { id, at, arrives: at + Math.floor(random() * longest) };
  });
}

/** "2026-01-01 00:05:00" for 5. */
export function clockText(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString().slice(0, 19).replace("T", " ");
}

export function momentOf(minutes: number): Date {
  return new Date(START + minutes * 60_000);
}

/** What runs at given minutes take, one after the other, and what stands there in the end. */
export function replay(events: readonly LateEvent[], runs: readonly number[], lookback: number) {
  const taken = new Set<number>();
  let mark: number | null = null;
  let late = 0;
  let now = 0;
  for (now of runs) {
    const lower: number = mark === null ? Number.NEGATIVE_INFINITY : mark - lookback;
    const before = mark;
    for (const { id, at, arrives } of events) {
      if (arrives > now || at > now || at <= lower || taken.has(id)) continue;
      taken.add(id);
      if (before !== null && at <= before) late++;
      mark = Math.max(mark ?? at, at);
    }
  }
  const end = mark ?? 0;
  const lost = events.filter(({ id, at, arrives }) => arrives <= now && at <= end && !taken.has(id));
  const missed = lost.filter(({ at }) => at <= end - lookback);
  const byDay = new Map<string, number>();
  for (const { at } of missed) {
    const day = clockText(at).slice(0, 10);
    byDay.set(day, (byDay.get(day) ?? 0) + 1);
  }
  return { taken: taken.size, late, missed: missed.length, due: lost.length - missed.length, byDay };
}
