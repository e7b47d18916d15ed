// Taking things out of the page: copying, saving, and what says that it was done.

import { h, part } from "./dom.ts";

/** Says something for a moment, to eyes and to screen readers. */
export function say(text: string): void {
  const toast = part("toast", HTMLDivElement);
  toast.textContent = text;
  toast.classList.add("shown");
  setTimeout(() => toast.classList.remove("shown"), 2200);
}

/** Copies a text. Pages from a file may be refused the clipboard: then it goes by way of a selection. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = h("textarea", { class: "offscreen", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  say(`Copied ${what}`);
}

export function copyButton(label: string, text: () => string, what: string): HTMLButtonElement {
  return h("button", { type: "button", class: "quiet-button", click: () => void copy(text(), what) }, label);
}

/** Saves a text or a picture as a file. */
export function save(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = h("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  say(`Saved ${name}`);
}
