/* The sandbox's stand-in for Zonos's page script.
 *
 * It honours the documented contract of Zonos.init and opens the sandbox's checkout over
 * the page. It writes no inline style and no inline script into the page, sets no cookie,
 * and hands cart and password to its frame by a message to the sandbox's exact origin. */
(() => {
  "use strict";

  if (window.Zonos?.sandbox) return;

  const sandbox = __SANDBOX__;
  const source = document.currentScript?.src;
  const origin = source ? new URL(source).origin : sandbox.origin;

  const CURRENCIES = {
    AU: "AUD", CA: "CAD", CH: "CHF", CN: "CNY", DK: "DKK", GB: "GBP", IN: "INR", JP: "JPY",
    KR: "KRW", MX: "MXN", NO: "NOK", NZ: "NZD", SE: "SEK", SG: "SGD", US: "USD",
  };
  const EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split(" ");

  const REMEMBERED = "zonos-sandbox-country";
  const PATIENCE = 8000; // milliseconds for the frame to answer its first message

  const state = {
    settings: null, // what init was given
    country: null,
    currency: null, // chosen by the shopper, else that of the country
    opening: false, // from the click until the frame has been handed its cart
    dialog: null,
  };

  const checkout = () => state.settings?.checkoutSettings ?? {};
  const button = () => {
    const selector = checkout().placeOrderButtonSelector;
    return selector ? document.querySelector(selector) : null;
  };
  const currencyOf = (country) =>
    CURRENCIES[country] ?? (EURO.includes(country) ? "EUR" : "USD");
  const place = () => ({
    countryCode: state.country,
    currencyCode: state.currency ?? currencyOf(state.country),
  });
  const language = () =>
    sandbox.language || document.documentElement.lang || navigator.language;
  const isInternational = () => !sandbox.domestic.includes(state.country);
  const report = (text, error) => console.error(`Zonos sandbox: ${text}`, error ?? "");

  function countryFromAddress() {
    const asked = new URLSearchParams(location.search).get("zCountry");
    if (/^[a-z]{2}$/i.test(asked ?? "")) return asked.toUpperCase();
    const chosen = sandbox.helloRemembers && sessionStorage.getItem(REMEMBERED);
    return chosen || sandbox.countryCode;
  }

  function domReady() {
    if (document.readyState !== "loading") return Promise.resolve();
    return new Promise((resolve) =>
      document.addEventListener("DOMContentLoaded", resolve, { once: true }),
    );
  }

  // ------------------------------------------------------------------------- init

  async function init(settings) {
    if (typeof settings !== "object" || settings === null) {
      throw new TypeError("Zonos.init takes an object");
    }
    state.settings = settings;
    state.country = countryFromAddress();
    await domReady();
    setEnabled(false);
    try {
      checkKeys(settings);
    } catch (error) {
      setEnabled(sandbox.wrongKeyLeavesButton); // for the shop's own checkout
      state.settings = null;
      throw error;
    }
    document.removeEventListener("click", onClick, true);
    document.addEventListener("click", onClick, true);
    setEnabled(true);
    Zonos.doneInit = true;
    settings.helloSettings?.onInitSuccess?.(place());
  }

  function checkKeys({ storeId, zonosApiKey }) {
    if (Number(storeId) !== sandbox.storeId) {
      throw new Error(`Zonos.init: the sandbox knows the storeId ${sandbox.storeId} only`);
    }
    if (zonosApiKey !== sandbox.zonosApiKey) {
      throw new Error("Zonos.init: zonosApiKey is not the sandbox's public key");
    }
  }

  function setEnabled(enabled) {
    const target = button();
    if (!target || checkout().disablePlaceOrderButtonActivation) return;
    if ("disabled" in target) target.disabled = !enabled;
    else target.setAttribute("aria-disabled", String(!enabled));
  }

  // ------------------------------------------------------------------ opening

  function onClick(event) {
    const selector = checkout().placeOrderButtonSelector;
    const target = selector && event.target.closest?.(selector);
    if (!target || !isInternational()) return; // the shop's own handler and form go on
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!state.opening && !state.dialog) open(target);
  }

  async function open(opener) {
    state.opening = true;
    try {
      const cart = normalised(await checkout().createCartId());
      Zonos.cartId = cart.cartId;
      openCheckout(opener, cart);
    } catch (error) {
      report("createCartId gave no cart.", error);
      if (sandbox.failedCartOpens) openCheckout(opener, { cartId: "" });
    } finally {
      state.opening = false;
    }
  }

  function normalised(answer) {
    const cart = typeof answer === "string" ? { cartId: answer } : { ...answer };
    if (typeof cart.cartId !== "string" || !cart.cartId) {
      throw new TypeError("createCartId must give a cart's id, or an object with cartId");
    }
    return cart;
  }

  function openCheckout(opener, { cartId, customerAuthenticationToken, shippingData }) {
    const message = {
      cartId,
      customerAuthenticationToken: customerAuthenticationToken || null,
      shippingData: shippingData ?? null,
      zonosApiKey: state.settings.zonosApiKey,
      shippingDataWins: sandbox.shippingDataWins,
    };
    const onClose = () => checkout().onClose?.();
    showDialog("checkout", "Zonos Checkout (Sandbox)", opener, message, onClose);
  }

  function openHelloDialog() {
    if (state.dialog) return;
    const opener = document.activeElement ?? document.body;
    showDialog("hello", "Zonos Hello (Sandbox)", opener, { currencies: CURRENCIES });
  }

  function showDialog(name, title, opener, message, onClose) {
    adoptStyles();
    const dialog = document.createElement("dialog");
    dialog.setAttribute(`data-zonos-${name}`, "");
    dialog.setAttribute("aria-label", title);
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.src = `${origin}/${name}`;
    frame.allow = "";
    frame.addEventListener("load", () => handOver(frame, message), { once: true });
    dialog.append(frame);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    document.body.append(dialog);
    state.dialog = { element: dialog, opener, onClose, port: null, ready: false };
    dialog.showModal();
    frame.focus();
  }

  function handOver(frame, own) {
    if (!state.dialog) return;
    const { port1, port2 } = new MessageChannel();
    state.dialog.port = port1;
    port1.onmessage = ({ data }) => onMessage(port1, data);
    const message = {
      type: "zonos-sandbox:open",
      language: language(),
      ...place(),
      ...own,
    };
    frame.contentWindow.postMessage(structured(message), origin, [port2]);
    const { dialog } = state;
    setTimeout(() => {
      if (state.dialog !== dialog || dialog.ready) return;
      report("the frame does not answer, so it is closed again.");
      close();
    }, PATIENCE);
  }

  // What the shop gave may hold functions or proxies, which no message can carry.
  const structured = (value) => JSON.parse(JSON.stringify(value));

  async function onMessage(port, { type, ...data }) {
    if (type === "ready") state.dialog.ready = true;
    if (type === "close") close();
    if (type === "inventory-check") {
      port.postMessage({ type: "inventory", ...(await inventory(data.items)) });
    }
    if (type === "order") await onOrder(data.order);
    if (type === "country") {
      close();
      changeCountry(data);
    }
  }

  async function inventory(items) {
    const check = checkout().onInventoryCheck;
    if (!check) return { message: null };
    try {
      // The page documents onInventoryCheck(items), the typings onInventoryCheck({items}).
      const answer = await check(Object.assign([...items], { items }));
      if (answer instanceof Error) throw answer;
      return { message: typeof answer === "string" && answer ? answer : null };
    } catch (error) {
      report("onInventoryCheck failed.", error);
      return { message: "The stock could not be checked. Please try again." };
    }
  }

  async function onOrder(zonosOrder) {
    const told = tellOfOrder(zonosOrder);
    if (sandbox.orderSuccessIsAwaited) await told;
    const { successBehavior = sandbox.successBehavior, successRedirectUrl } = checkout();
    if (successBehavior === "CLOSE_MODAL") close();
    if (successBehavior === "REDIRECT_TO_SUCCESS_PAGE" && successRedirectUrl) {
      const url = new URL(successRedirectUrl, location.href);
      if (sandbox.redirectParameter) url.searchParams.set(sandbox.redirectParameter, zonosOrder.id);
      location.assign(url);
    }
  }

  async function tellOfOrder(zonosOrder) {
    try {
      await checkout().onOrderSuccess?.({ zonosApiRoute: origin, zonosOrder });
    } catch (error) {
      report("onOrderSuccess failed.", error);
    }
  }

  function close() {
    if (!state.dialog) return;
    const { element, opener, port, onClose } = state.dialog;
    state.dialog = null;
    port?.close();
    element.close();
    element.remove();
    opener.focus?.();
    onClose?.();
  }

  // -------------------------------------------------------------------- looks

  // A constructed style sheet needs no leave from a strict policy for inline styles.
  const RULES = `
    html:has(> body > dialog:is([data-zonos-checkout], [data-zonos-hello])[open]) {
      overflow: hidden;
    }
    dialog:is([data-zonos-checkout], [data-zonos-hello]) {
      border: 0; margin: auto; padding: 0; overflow: hidden; background: transparent;
      width: min(64rem, 100vw - 3rem); height: min(52rem, 100dvh - 3rem);
      max-width: none; max-height: none; border-radius: 1.125rem;
      box-shadow: 0 2rem 5rem rgb(8 12 24 / .38), 0 0 0 1px rgb(8 12 24 / .08);
    }
    dialog[data-zonos-hello] {
      width: min(26rem, 100vw - 2rem); height: min(23rem, 100dvh - 2rem);
    }
    dialog:is([data-zonos-checkout], [data-zonos-hello])::backdrop {
      background: rgb(12 16 28 / .56); backdrop-filter: blur(3px);
    }
    dialog:is([data-zonos-checkout], [data-zonos-hello]) > iframe {
      border: 0; display: block; width: 100%; height: 100%; color-scheme: light dark;
    }
    @media (max-width: 44rem) {
      dialog[data-zonos-checkout] {
        width: 100vw; height: 100dvh; border-radius: 0; margin: 0;
      }
    }
    @media (prefers-reduced-motion: no-preference) {
      dialog:is([data-zonos-checkout], [data-zonos-hello])[open] { animation: zonos-sandbox-in .24s ease-out; }
      @keyframes zonos-sandbox-in { from { opacity: 0; translate: 0 1rem; } }
    }`;
  let sheet = null;

  function adoptStyles() {
    if (sheet) return;
    sheet = new CSSStyleSheet();
    sheet.replaceSync(RULES);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  // ---------------------------------------------------------------- the global

  function changeCountry({ countryCode, currencyCode }) {
    state.country = countryCode;
    state.currency = currencyCode;
    if (sandbox.helloRemembers) sessionStorage.setItem(REMEMBERED, countryCode);
    state.settings?.onCountryChange?.(place());
  }

  const Zonos = {
    sandbox: true,
    doneInit: false,
    cartId: undefined,
    init,
    openHelloDialog,
    displayCurrency: (amount) => String(amount),
    showNotification: (text) => console.info(`Zonos sandbox: ${text}`),
  };
  window.Zonos = Zonos;
})();
