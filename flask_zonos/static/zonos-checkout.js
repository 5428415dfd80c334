// The page's half of flask-zonos: it reads the data block of zonos_checkout(), loads
// Zonos's script and answers its callbacks. The button works without any of this.
//
// Events on `document`: zonos:configure before Zonos.init, zonos:ready after it,
// zonos:cart, zonos:error, zonos:order. A page that changes sends zonos:refresh.

/**
 * @import {
 *   CartAnswer, ConfigureDetail, InitSettings, OrderResult, PageSettings, State,
 *   TrustedPolicy, ZonosEvents, ZonosScript,
 * } from "./zonos-checkout.d.ts"
 */

// ---- waits, words

/** Bounds of every wait, in milliseconds. */
const WAIT = {
  script: 10_000, // until window.Zonos is there and init is done
  cart: 15_000, // a little more than the server's own deadline
  inventory: 5_000,
  order: 4_000, // how long zonos:order waits for the hint's answer
  hint: 30_000,
  opening: 3_000, // no callback tells when Zonos Checkout stands open
};

const ENGLISH = {
  asking: "Preparing your checkout…",
  opening: "Opening the checkout…",
  fallback: "Use this shop’s own checkout",
  failed: "We couldn’t open the checkout. Please try again.",
  network: "We couldn’t reach the shop. Check your connection and try again.",
  "empty-cart": "Your cart is empty. Add something to it and try again.",
  "identity-changed":
    "You have signed in or out since you opened this page. Reload it and try again.",
};

/** @type {Record<string, typeof ENGLISH>} */
const TRANSLATIONS = {
  da: {
    asking: "Vi gør din betaling klar …",
    opening: "Betalingen åbner …",
    fallback: "Brug butikkens egen betaling",
    failed: "Vi kunne ikke åbne betalingen. Prøv igen.",
    network: "Vi kunne ikke få fat i butikken. Tjek din forbindelse, og prøv igen.",
    "empty-cart": "Din kurv er tom. Læg noget i den, og prøv igen.",
    "identity-changed":
      "Du er logget ind eller ud, siden du åbnede siden. Genindlæs den, og prøv igen.",
  },
};

// In a layer of its own, so that any rule of the shop's wins.
const STYLE = `@layer zonos-checkout {
  [data-zonos-state][aria-busy] { cursor: progress; filter: saturate(0.4); }
  [data-zonos-notice] > :not(:empty) { margin-block-start: 0.5em; }
  [data-zonos-notice] > [role="alert"] { font-weight: 600; }
  [data-zonos-fallback] { font: inherit; padding: 0.5em 1em; }
}`;

// ---- state

class CheckoutError extends Error {
  /**
   * @param {string} code
   * @param {number} [status]
   */
  constructor(code, status = 0) {
    super(`zonos-checkout: ${code}`);
    this.code = code;
    this.status = status;
  }
}

/** @type {PageSettings} */
let page;
const bound = { init: "", button: /** @type {HTMLElement | null} */ (null) };
let selector = "";
let runs = 0; // one per Zonos.init; an older one that comes late is dropped
let visit = 0; // one per return from the back-forward cache
let shopDisabled = false; // the button as the shop had it
/** @type {State | null} */
let state = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let openingTimer;
/** @type {Promise<CartAnswer> | null} */
let flight = null;
/** @type {Promise<ZonosScript> | null} */
let script = null;
/** @type {ConfigureDetail["requestData"]} */
let requestData = {};
/** @type {TrustedPolicy | undefined} */
let policy;

/**
 * @template {keyof ZonosEvents} Name
 * @param {Name} name
 * @param {ZonosEvents[Name]} detail
 */
function emit(name, detail) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}

// ---- the button

/** @returns {HTMLElement | null} */
const findButton = () => (selector ? document.querySelector(selector) : null);

/**
 * @param {Element | null} element
 * @returns {element is HTMLButtonElement | HTMLInputElement}
 */
const isControl = (element) =>
  element instanceof HTMLButtonElement || element instanceof HTMLInputElement;

/** @returns {typeof ENGLISH & Record<string, string>} */
function messages() {
  const language = (page.language || document.documentElement.lang).slice(0, 2);
  return { ...ENGLISH, ...TRANSLATIONS[language.toLowerCase()], ...page.messages };
}

/**
 * The live regions beside the button, or where the shop put `data-zonos-notice`.
 * @param {HTMLElement} button
 */
function notice(button) {
  let box = document.querySelector("[data-zonos-notice]");
  if (!box) {
    box = document.createElement("div");
    box.setAttribute("data-zonos-notice", "");
    button.after(box);
  }
  if (!box.firstElementChild) {
    for (const role of ["status", "alert"]) {
      const region = document.createElement("div");
      region.setAttribute("role", role);
      box.append(region);
    }
    const fallback = document.createElement("button");
    fallback.type = "button";
    fallback.hidden = true;
    fallback.dataset.zonosFallback = "";
    box.append(fallback);
  }
  return /** @type {[Element, Element, HTMLButtonElement]} */ ([...box.children]);
}

/** @param {HTMLElement} button */
const hasOwnCheckout = (button) =>
  isControl(button)
    ? button.type === "submit" && button.form !== null
    : button instanceof HTMLAnchorElement;

/** Goes where the button leads without us: no click, so Zonos's listener stays out. */
function useOwnCheckout() {
  const button = findButton();
  if (isControl(button)) button.form?.requestSubmit(button);
  else if (button instanceof HTMLAnchorElement) location.assign(button.href);
}

/**
 * @param {State} next
 * @param {string} [text]
 * @param {boolean} [fallback] whether to offer the shop's own checkout
 */
function show(next, text = "", fallback = false) {
  clearTimeout(openingTimer);
  state = next;
  const button = findButton();
  if (!button) return;
  button.dataset.zonosState = next;
  if (next === "asking" || next === "opening") button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
  const [status, alert, own] = notice(button);
  status.textContent = next === "failed" ? "" : text;
  alert.textContent = next === "failed" ? text : "";
  own.textContent = messages().fallback;
  own.hidden = !(fallback && hasOwnCheckout(button));
}

/** Zonos's script disables the button; undo that where it can't enable it again. */
function release() {
  const button = findButton();
  if (isControl(button) && !shopDisabled) button.disabled = false;
}

// ---- the shop

const csrfToken = () =>
  page.csrfToken ||
  document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ||
  document.querySelector("input[name=csrf_token]")?.getAttribute("value");

/**
 * @param {string} url
 * @param {object} data
 * @param {number} limit milliseconds
 * @param {boolean} [keepalive] whether it outlives the page
 * @returns {Promise<{answer: any, response: Response}>}
 */
async function post(url, data, limit, keepalive = false) {
  const token = csrfToken();
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), limit);
  let response;
  let text;
  try {
    response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(data),
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-Zonos-Identity": page.identity,
        ...(token && { "X-CSRFToken": token }),
      },
      cache: "no-store",
      credentials: "same-origin",
      redirect: "manual",
      keepalive,
      signal: abort.signal,
    });
    text = await response.text();
  } catch {
    throw new CheckoutError(abort.signal.aborted ? "timeout" : "network");
  } finally {
    clearTimeout(timer);
  }
  const { status, type } = response;
  if (type === "opaqueredirect") throw new CheckoutError("redirected");
  let answer = null;
  try {
    if (text) answer = JSON.parse(text);
  } catch {
    throw new CheckoutError("bad-answer", status);
  }
  if (!response.ok) throw new CheckoutError(String(answer?.code ?? "failed"), status);
  return { answer, response };
}

/**
 * @param {Response} response
 * @returns {Record<string, number>} `cart;dur=80, total;dur=81` as milliseconds by name
 */
function serverTiming(response) {
  const header = response.headers.get("Server-Timing") ?? "";
  const entries = header.matchAll(/([\w-]+)[^,]*?;\s*dur=([\d.]+)/g);
  return Object.fromEntries([...entries].map(([, name, ms]) => [name, Number(ms)]));
}

/** Reloads a page of another login, but never a page that a reload has brought. */
function reloadOnce() {
  const [navigation] = performance.getEntriesByType("navigation");
  if (/** @type {any} */ (navigation)?.type === "reload") return false;
  location.reload();
  return true;
}

// ---- Zonos calls

/** @returns {Promise<CartAnswer>} */
async function requestCart() {
  const started = visit;
  const texts = messages();
  show("asking", texts.asking);
  try {
    const data = typeof requestData === "function" ? await requestData() : requestData;
    const { answer, response } = await post(page.cartInfoUrl, data, WAIT.cart);
    const cartId = answer?.cartId;
    if (typeof cartId !== "string" || !cartId) {
      throw new CheckoutError("bad-answer", response.status);
    }
    if (started === visit) {
      show("opening", texts.opening);
      openingTimer = setTimeout(() => show("ready"), WAIT.opening);
    }
    const { recognition } = answer;
    emit("zonos:cart", { cartId, recognition, timing: serverTiming(response) });
    const customerAuthenticationToken =
      answer.customerProfileAuthenticate?.checkoutCustomerProfileAuthenticate
        ?.oneTimePassword;
    if (customerAuthenticationToken) return { cartId, customerAuthenticationToken };
    if (answer.shippingData) return { cartId, shippingData: answer.shippingData };
    return { cartId };
  } catch (error) {
    const known = error instanceof CheckoutError ? error : new CheckoutError("failed");
    if (known !== error) reportError(error); // the shop's own requestData
    const { code, status } = known;
    const message = texts[code] ?? texts.failed;
    if (started === visit) {
      release();
      if (status === 409 && code === "identity-changed" && reloadOnce()) {
        show("asking", texts.asking);
      } else {
        show("failed", message, code !== "empty-cart");
      }
    }
    emit("zonos:error", { code, status, message });
    throw known;
  }
}

/** One request at a time: a call during a flight shares it. */
function createCartId() {
  if (!flight) {
    const own = requestCart().finally(() => {
      if (flight === own) flight = null;
    });
    flight = own;
  }
  return flight;
}

/**
 * Reports what costs the shopper nothing.
 * @param {string} code
 * @param {unknown} [error]
 */
function note(code, error) {
  const status = error instanceof CheckoutError ? error.status : 0;
  emit("zonos:error", { code, status, message: null });
}

/**
 * The message that stops the order, or null. A check that can't be had stops nothing.
 * @param {any} argument a list, or `{items}`: Zonos's sources differ
 */
async function checkInventory(argument) {
  if (!page.inventoryCheckUrl) return null;
  const items = Array.isArray(argument) ? argument : (argument?.items ?? []);
  try {
    const { answer } = await post(page.inventoryCheckUrl, { items }, WAIT.inventory);
    return answer?.message || null;
  } catch (error) {
    note("inventory-unavailable", error);
    return null;
  }
}

/**
 * Tells the server, which fetches the order for itself; then the page.
 * @param {OrderResult} result
 */
async function orderPlaced(result) {
  show("ready");
  const orderId = result?.zonosOrder?.id;
  if (!orderId) return note("no-order-id");
  const hint = post(page.orderHintUrl, { orderId }, WAIT.hint, true).catch((error) =>
    note("order-hint-failed", error),
  );
  // A page that goes on to the order finds it there, unless that takes too long.
  await Promise.race([hint, new Promise((go) => setTimeout(go, WAIT.order))]);
  emit("zonos:order", { orderId });
}

function checkoutClosed() {
  show("ready");
  if (document.activeElement === document.body) findButton()?.focus();
}

/**
 * Calls ours, then the shop's own; an error of either stays with it.
 * @template {any[]} Arguments
 * @param {(...args: Arguments) => unknown} ours
 * @param {((...args: Arguments) => unknown) | undefined} theirs
 * @returns {(...args: Arguments) => Promise<void>}
 */
const both = (ours, theirs) =>
  async (...args) => {
    const calls = [ours, theirs].map(async (call) => call?.(...args));
    for (const result of await Promise.allSettled(calls)) {
      if (result.status === "rejected") reportError(result.reason);
    }
  };

// ---- Zonos's script

/** @returns {InitSettings} */
function configure() {
  const init = structuredClone(page.init);
  const checkoutSettings = { ...init.checkoutSettings, createCartId };
  /** @type {ConfigureDetail} */
  const detail = { settings: { ...init, checkoutSettings }, requestData: {} };
  emit("zonos:configure", detail);
  requestData = detail.requestData;
  const final = detail.settings.checkoutSettings;
  const theirCheck = final.onInventoryCheck;
  if (page.inventoryCheckUrl) {
    final.onInventoryCheck = async (items) =>
      (await checkInventory(items)) ?? theirCheck?.(items) ?? null;
  }
  final.onOrderSuccess = both(orderPlaced, final.onOrderSuccess);
  final.onClose = both(checkoutClosed, final.onClose);
  return detail.settings;
}

/**
 * For pages that send `require-trusted-types-for 'script'; trusted-types zonos-checkout`.
 * @param {string} url
 */
function trusted(url) {
  policy ??= window.trustedTypes?.createPolicy("zonos-checkout", {
    createScriptURL: (url) => url,
  });
  return policy?.createScriptURL(url) ?? url;
}

/** @returns {Promise<ZonosScript>} */
function loadZonos() {
  return new Promise((resolve, reject) => {
    if (window.Zonos) return resolve(window.Zonos);
    const tag = document.createElement("script");
    const nonce = document.querySelector("script[data-zonos-script]");
    if (nonce instanceof HTMLScriptElement) tag.nonce = nonce.nonce;
    tag.src = trusted(page.scriptUrl);
    tag.dataset.zonosLoader = "";
    const fail = () => {
      tag.remove();
      reject(new CheckoutError("script-unavailable"));
    };
    tag.onerror = fail;
    tag.onload = () => {
      // It may be a loader of something that comes a little later.
      const until = Date.now() + WAIT.script;
      const timer = setInterval(look, 50);
      function look() {
        if (window.Zonos) resolve(window.Zonos);
        else if (Date.now() < until) return;
        else fail();
        clearInterval(timer);
      }
      look();
    };
    document.head.append(tag);
  });
}

async function start() {
  const run = ++runs;
  let told = false;
  const unavailable = () => {
    if (told || run !== runs) return;
    told = true;
    release();
    note("script-unavailable");
  };
  // Late is better than never: what arrives after the wait is still put to use.
  const timer = setTimeout(unavailable, WAIT.script);
  try {
    script ??= loadZonos();
    const zonos = await script;
    if (run !== runs) return;
    const settings = configure();
    selector = settings.checkoutSettings.placeOrderButtonSelector ?? selector;
    bindButton();
    await zonos.init(settings);
    if (run !== runs) return;
    if (!flight) show("ready");
    emit("zonos:ready", null);
  } catch (error) {
    script = null;
    if (!(error instanceof CheckoutError)) reportError(error);
    unavailable();
  } finally {
    clearTimeout(timer);
  }
}

/** Remembers the button as the shop made it: Zonos's script is about to disable it. */
function bindButton() {
  const button = findButton();
  if (button === bound.button) return;
  bound.button = button;
  shopDisabled = isControl(button) && button.disabled;
}

// ---- the page

/** Reads the page; calls Zonos.init if its settings or the button are new ones. */
function refresh() {
  const text = document.getElementById("zonos-settings")?.textContent;
  if (!text) return;
  try {
    page = JSON.parse(text);
  } catch {
    return note("invalid-settings");
  }
  const init = JSON.stringify(page.init);
  if (init !== bound.init) {
    selector = page.init.checkoutSettings?.placeOrderButtonSelector ?? "";
  }
  const button = findButton();
  if (init === bound.init && (!button || button === bound.button)) return;
  bound.init = init;
  bindButton();
  state = null;
  start();
}

/** @param {MouseEvent} event */
function guardClick(event) {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-zonos-fallback]")) {
    useOwnCheckout();
  } else if (
    (state === "asking" || state === "opening") &&
    findButton()?.contains(event.target)
  ) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** @param {PageTransitionEvent} event */
function comeBack(event) {
  if (!event.persisted || state === null) return;
  visit += 1;
  flight = null;
  release();
  show("ready");
}

if (window.zonosCheckout) {
  window.zonosCheckout.refresh();
} else {
  window.zonosCheckout = { refresh };
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  document.addEventListener("click", guardClick, true);
  window.addEventListener("pageshow", comeBack);
  // Not at once, so that every script of the page can listen to zonos:configure first.
  for (const name of ["DOMContentLoaded", "turbo:load", "htmx:load", "zonos:refresh"]) {
    document.addEventListener(name, refresh);
  }
  window.addEventListener("load", refresh);
  if (document.readyState === "complete") refresh();
}
