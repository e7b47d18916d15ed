// The browser for tests of the docs site: Chromium of the system, without a head. Where there is none, tests of the
// browser are skipped, and say so.

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Path of the browser, or undefined; CHROMIUM names another. */
export const chromiumPath = places.find((path) => path !== undefined && existsSync(path));

/** To stand behind the name of a group of tests. */
export const withoutChromium = chromiumPath === undefined ? " (skipped: no Chromium, set CHROMIUM)" : "";

/**
 * Starts the browser. Containers often run as root, where its own sandbox does not work; tests load local pages
 * only.
 */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath!, args: ["--no-sandbox"] });
}
