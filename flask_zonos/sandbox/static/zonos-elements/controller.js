/* The element at the end of the page's body that holds the checkout, and goes with it.
 *
 * The loader gives it `given`: the global, the sandbox's settings, the parameters of
 * Zonos.init, and how to end the wait for it. */

import { checkInventory, goTo, leavesAtOnce, tellOfOrder } from "./callbacks.js";
import { askForCart } from "./carts.js";
import { report, warn } from "./console.js";
import { Dialog } from "./dialog.js";
import { adoptStyles } from "./looks.js";
import { reviewOptions } from "./options.js";
import { Shopper } from "./country.js";

const SHOWN = 4000; // milliseconds of a notification that says nothing of it

export class ZonosController extends HTMLElement {
  shopper = null;
  dialog = null;
  opening = false; // from the click until the frame stands
  items = null; // of `zonos--init-cart-info`
  buttons = null; // once they can be pressed

  connectedCallback() {
    if (!this.given || this.shopper) return;
    const { sandbox, settings, release } = this.given;
    adoptStyles();
    reviewOptions(settings, sandbox.mode);
    this.shopper = new Shopper(sandbox, settings.helloSettings);
    this.cleanup = new AbortController();
    const wrong = this.wrongKey();
    if (wrong && !sandbox.wrongKeyOpens) {
      release(); // to the shop's own checkout
      this.given.fail(new Error(wrong));
      return;
    }
    if (wrong) report(wrong);
    this.listen();
    release();
    this.given.begin();
    settings.helloSettings?.onInitSuccess?.(this.shopper.asInit);
  }

  disconnectedCallback() {
    this.end();
    this.dialog = null; // its frame is gone
    if (this.given?.sandbox.survivesSwaps) {
      // After the swap, so that the new body is there.
      setTimeout(() => this.move());
    }
  }

  get checkout() {
    return this.given.settings.checkoutSettings ?? {};
  }

  wrongKey() {
    const { sandbox, settings } = this.given;
    const { storeId, zonosApiKey } = settings;
    if (storeId !== undefined && Number(storeId) !== sandbox.storeId) {
      return `Zonos.init: the sandbox knows the storeId ${sandbox.storeId} only.`;
    }
    if (zonosApiKey === sandbox.zonosApiKey) return null;
    return "Zonos.init: zonosApiKey is not the sandbox's public key.";
  }

  move() {
    if (this.isConnected || document.querySelector("zonos-controller")) return;
    document.body.append(this);
  }

  /** Begins anew with other parameters, while an open checkout stays. */
  restart(given) {
    this.end();
    this.given = given;
    this.connectedCallback();
  }

  end() {
    this.cleanup?.abort();
    this.shopper = this.buttons = null;
  }

  listen() {
    const { signal } = this.cleanup;
    const { placeOrderButtonSelector: selector } = this.checkout;
    this.buttons = selector ? [...document.querySelectorAll(selector)] : [];
    document.addEventListener("click", (event) => this.onClick(event), { capture: true, signal });
    document.body.addEventListener(
      "zonos--init-cart-info",
      ({ detail }) => {
        this.items = Array.isArray(detail) ? detail : null;
      },
      { signal },
    );
  }

  // ------------------------------------------------------------------------ opening

  onClick(event) {
    if (this.checkout.visibilityStatus === "DISABLED") return;
    const { placeOrderButtonSelector, alwaysTriggerInternationalCheckoutSelector } = this.checkout;
    const closest = (selector) => selector && event.target.closest?.(selector);
    const always = closest(alwaysTriggerInternationalCheckoutSelector);
    const button = closest(placeOrderButtonSelector);
    const counts = button && (this.given.sandbox.lateButtons || this.buttons.includes(button));
    if (!always && !(counts && this.shopper.isInternational)) return; // the shop's own goes on
    event.preventDefault();
    event.stopImmediatePropagation();
    this.open(always || button);
  }

  async open(opener) {
    if (this.opening || this.dialog) return;
    if (!this.buttons) {
      report("Zonos.init has not succeeded, so there is no checkout.");
      return;
    }
    this.opening = true;
    const { Zonos, sandbox } = this.given;
    try {
      const cart = await askForCart(this.checkout, this.shopper.asInit, this.items);
      Zonos.cartId = cart.cartId ?? null;
      if (this.shopper) this.showCheckout(cart, opener);
    } catch (error) {
      report("There is no cart.", error);
      if (sandbox.failedCartOpens && this.shopper) this.showCheckout({ cartId: "" }, opener);
    } finally {
      this.opening = false;
    }
  }

  showCheckout(cart, opener) {
    const { sandbox, settings } = this.given;
    const { checkout } = this;
    this.show(
      "checkout",
      "Zonos Checkout (Sandbox)",
      {
        ...cart,
        zonosApiKey: this.wrongKey() ? "" : settings.zonosApiKey,
        shippingDataWins: sandbox.shippingDataWins,
        latinOnly: checkout.allowedCharacterSets === "LATIN",
        companyFields: checkout.companyFieldsStatus === "ENABLED",
        successPage: {
          title: checkout.successPageTitleText,
          subtitle: checkout.successPageSubtitleText,
          action: checkout.successPageActionText,
        },
      },
      { opener, onClose: () => checkout.onClose?.() },
    );
  }

  show(name, title, message, { opener, onClose } = {}) {
    const { origin, sandbox } = this.given;
    const language = sandbox.language || document.documentElement.lang || navigator.language;
    this.dialog = new Dialog({
      name,
      title,
      origin,
      message: { language, ...this.shopper.asInit, ...message },
      onMessage: (type, data, dialog) => this.onMessage(type, data, dialog),
      onClose: () => {
        this.dialog = null;
        onClose?.();
      },
    });
    this.dialog.show(this, opener);
  }

  // ------------------------------------------------------------ the frame's messages

  async onMessage(type, data, dialog) {
    const { Zonos, origin, sandbox, settings } = this.given;
    if (Zonos.debug) console.debug("Zonos sandbox:", type, data);
    if (type === "cart") Zonos.cartId = data.cartId;
    if (type === "inventory-check") {
      const helpers = { zonosApiRoute: origin, translate: (key) => data.words[key] ?? key };
      const { onInventoryCheck } = this.checkout;
      const asList = sandbox.inventoryList;
      const message = await checkInventory(onInventoryCheck, data.items, helpers, asList);
      dialog.tell({ type: "inventory", message });
    }
    if (type === "paid" && leavesAtOnce(this.checkout)) {
      dialog.close();
      goTo(this.checkout.successRedirectUrl, { zonosCheckoutSessionId: data.checkoutSessionId });
    }
    if (type === "order") await this.onOrder(data.order, dialog);
    if (type === "country") {
      dialog.close();
      this.shopper.choose(data);
      settings.onCountryChange?.(this.shopper.asChange);
    }
  }

  async onOrder(zonosOrder, dialog) {
    const { origin, sandbox } = this.given;
    if (leavesAtOnce(this.checkout)) return;
    const told = tellOfOrder(this.checkout, origin, zonosOrder);
    if (sandbox.orderSuccessIsAwaited) await told;
    const { successBehavior = sandbox.successBehavior, successRedirectUrl } = this.checkout;
    if (successBehavior === "CLOSE_MODAL") dialog.close();
    if (successBehavior === "REDIRECT_TO_SUCCESS_PAGE" && successRedirectUrl) {
      const { id: orderId, zonosOrderId: zOrderNumber } = zonosOrder ?? {};
      goTo(successRedirectUrl, { zOrderNumber, orderId });
    }
  }

  // ----------------------------------------------------------- members of the global

  showHello(open) {
    if (!open) {
      if (this.dialog?.name === "hello") this.dialog.close();
      return;
    }
    if (this.dialog || !this.shopper) return;
    this.show("hello", "Zonos Hello (Sandbox)", { currencies: this.given.sandbox.currencies });
  }

  notify({ message = "", timeout = SHOWN, type = "success" } = {}) {
    if (!message) warn("showNotification takes an object with message.");
    const output = document.createElement("output");
    output.dataset.type = type;
    output.textContent = message;
    this.append(output);
    setTimeout(() => output.remove(), timeout);
  }
}
