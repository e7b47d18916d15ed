// What runs now, drawn below the lines on a terminal and redrawn several times a second. Only this file moves the cursor.

import { cutEnd, padEnd } from "../base/text-width.ts";
import type { Style } from "./style.ts";
import type { Tally } from "./tally.ts";
import { kindOf, shownName, shownSeconds } from "./words.ts";

const INTERVAL_MS = 100;
/** Nodes that are named; the others are counted. */
const MOST_NODES = 8;
/** Before this many nodes have ended, an estimate of the time left would be a guess. */
const ENOUGH_NODES = 5;

export class LiveRegion {
  private readonly timer: NodeJS.Timeout;
  /** How many lines are drawn now. */
  private drawn = 0;

  constructor(
    private readonly tally: Tally,
    private readonly style: Style,
    private readonly width: number,
    private readonly write: (text: string) => void,
  ) {
    this.timer = setInterval(() => this.redraw(""), INTERVAL_MS);
    this.timer.unref();
  }

  /** Writes lines that stay, above the region. */
  above(text: string): void {
    this.redraw(text);
  }

  /** Takes the region away for good. */
  stop(): void {
    clearInterval(this.timer);
    this.write(this.erasing());
    this.drawn = 0;
  }

  private redraw(text: string): void {
    const lines = liveLines(this.tally, this.style, this.width);
    // One write, so that the terminal never shows the moment between erasing and drawing.
    this.write(this.erasing() + text + lines.map((line) => `${line}\n`).join(""));
    this.drawn = lines.length;
  }

  private erasing(): string {
    return this.drawn === 0 ? "" : `\u001b[${this.drawn}A\u001b[0J`;
  }
}

/** The lines of the region: a head with counts and times, and one line for each node that runs. */
export function liveLines(tally: Tally, style: Style, width: number): string[] {
  if (tally.runSince === undefined || tally.finished.length >= tally.total) return [];
  const running = [...tally.running.values()];
  const head = `${tally.finished.length}/${tally.total} done, ${running.length} running, ${shownSeconds(tally.sinceStart() / 1000)}${leftText(tally)}`;
  const lines = [style.bold(cutEnd(head, width - 1))];
  for (const one of running.slice(0, MOST_NODES)) {
    const time = shownSeconds(tally.secondsOf(one));
    const name = cutEnd(`  ${padEnd(kindOf(one.node), 11)} ${shownName(one.node)}`, width - time.length - 3);
    lines.push(style.dim(`${padEnd(name, width - time.length - 2)} ${time}`));
  }
  if (running.length > MOST_NODES) lines.push(style.dim(`  and ${running.length - MOST_NODES} more`));
  return lines;
}

/** ", about 12s left", by the pace so far. */
function leftText(tally: Tally): string {
  const done = tally.finished.length;
  if (done < ENOUGH_NODES) return "";
  const seconds = (tally.sinceStart() / 1000 / done) * (tally.total - done);
  return seconds < 1 ? "" : `, about ${seconds < 10 ? `${Math.ceil(seconds)}s` : shownSeconds(seconds)} left`;
}
