/* A dialog over the shop's page, with a page of the sandbox in a frame.
 *
 * The frame is told everything by one message to the sandbox's exact origin, never in an
 * address; what follows goes through a private channel. */

import { report } from "./console.js";

const PATIENCE = 8000; // milliseconds for the frame to answer its first message

export class Dialog {
  /** @param {{name, title, origin, message, onMessage, onClose}} wanted */
  constructor(wanted) {
    Object.assign(this, wanted);
    this.ready = false;
    this.port = null;
    this.opener = document.activeElement;
    this.frame = document.createElement("iframe");
    Object.assign(this.frame, { title: this.title, src: `${this.origin}/${this.name}`, allow: "" });
    this.frame.addEventListener("load", () => this.handOver(), { once: true });
    this.element = document.createElement("dialog");
    this.element.setAttribute(`data-zonos-${this.name}`, "");
    this.element.setAttribute("aria-label", this.title);
    this.element.append(this.frame);
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
  }

  show(parent, opener) {
    if (opener) this.opener = opener;
    parent.append(this.element);
    this.element.showModal();
    this.frame.focus();
  }

  handOver() {
    if (!this.element.isConnected) return;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = ({ data: { type, ...data } }) => {
      if (type === "ready") this.ready = true;
      else if (type === "close") this.close();
      else this.onMessage(type, data, this);
    };
    // What the shop gave may hold functions or proxies, which no message can carry.
    const message = JSON.parse(JSON.stringify(this.message));
    this.frame.contentWindow.postMessage(
      { type: "zonos-sandbox:open", ...message },
      this.origin,
      [port2],
    );
    this.message = null;
    setTimeout(() => {
      if (this.ready || !this.element.isConnected) return;
      report("the frame does not answer, so it is closed again.");
      this.close();
    }, PATIENCE);
  }

  tell(message) {
    this.port?.postMessage(message);
  }

  close() {
    if (!this.element.isConnected) return;
    this.port?.close();
    this.element.close();
    this.element.remove();
    this.opener?.focus?.();
    this.onClose?.();
  }
}
