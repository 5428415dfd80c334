/* A page in a frame of the shop's: its private channel to the page's script, its end. */

import { keepFocusInside } from "./focus.js";
import { speak } from "./language.js";

let port = null;

export const tell = (type, data = {}) => port?.postMessage({ type, ...data });
export const close = () => tell("close");

/** Tells the page's script something, and waits for what it says to it. */
export function question(type, data) {
  return new Promise((resolve) => {
    port.onmessage = (answer) => resolve(answer.data);
    tell(type, data);
  });
}

/** Runs `open` with the one message of the page's script, which opens the channel. */
export function whenOpened(open) {
  addEventListener("message", ({ source, data, ports }) => {
    const fromThePage = source === parent && parent !== window;
    if (!fromThePage || port || data?.type !== "zonos-sandbox:open") return;
    port = ports[0]; // everything after this goes through this private channel
    tell("ready");
    speak(data.language);
    open(data);
  });
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
});
keepFocusInside();
