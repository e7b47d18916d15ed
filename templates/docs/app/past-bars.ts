// The last runs of a node as bars: as high as they took long, in the colour of how they ended; in words for those who do not see
// them.

import type { PastResult } from "../../../src/docs/node-details.ts";
import { healths } from "../../../src/docs/site-data.ts";
import { duration, s } from "./dom.ts";

const HEIGHT = 30;
const STEP = 8;

export function pastBars(past: readonly PastResult[]): SVGElement {
  const longest = Math.max(0.001, ...past.map(([, , seconds]) => seconds));
  const good = past.filter(([, health]) => healths[health] === "ok").length;
  const label = `Last ${past.length} runs: ${good} passed, ${duration(Math.min(...past.map(([, , seconds]) => seconds)))} to ${duration(longest)}`;
  return s(
    "svg",
    { class: "past-bars", width: past.length * STEP, height: HEIGHT, role: "img", "aria-label": label },
    past.map(([at, health, seconds], place) => {
      const height = Math.max(3, (seconds / longest) * HEIGHT);
      return s(
        "rect",
        {
          class: `past-${healths[health]}`,
          x: place * STEP,
          y: HEIGHT - height,
          width: STEP - 2,
          height,
          rx: 1,
        },
        s("title", {}, `${new Date(at).toLocaleString()}: ${duration(seconds)}`),
      );
    }),
  );
}
