// The page's half of flask-zonos; its events are in zonos-checkout.d.ts. The button
// works without any of this.

/**
 * @import {
 *   Both, CartAnswer, ConfigureDetail, Emit, OrderResult, PageSettings, State,
 *   TrustedPolicy, ZonosScript,
 * } from "./zonos-checkout.d.ts"
 */

// ---- waits, words

/** In milliseconds. */
const WAIT = {
  script: 10_000, // for Zonos's script and init
  loader: 30_000, // late is better than never
  cart: 15_000, // more than the server's own deadline
  inventory: 5_000,
  order: 4_000,
  hint: 30_000,
  opening: 3_000, // no callback tells
};

const ENGLISH = {
  asking: "Preparing your checkout…",
  opening: "Opening the checkout…",
  fallback: "Use this shop’s own checkout",
  failed: "We couldn’t open the checkout. Please try again.",
  network: "We couldn’t reach the shop. Check your connection and try again.",
  "empty-cart": "Your cart is empty. Add something to it and try again.",
  "identity-changed":
    "You have signed in or out since you opened this page. Check it or reload it, and try again.",
  "page-expired":
    "This page has been open for too long. Check it or reload it, and try again.",
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
      "Du er logget ind eller ud, siden du åbnede siden. Tjek eller genindlæs den, og prøv igen.",
    "page-expired":
      "Siden har været åben for længe. Tjek eller genindlæs den, og prøv igen.",
  },
};

/** What a page that is loaded afresh is likely to mend. */
const RELOADED_FOR = new Set(["identity-changed", "page-expired"]);

// In a layer, so that the shop's rules win.
const STYLE = `@layer zonos-checkout {
  [data-zonos-state][aria-busy] { cursor: progress; filter: saturate(0.4); }
  [data-zonos-notice="ours"] > :not(:empty) { margin-block-start: 0.5em; }
  [data-zonos-notice="ours"] > [role="alert"] { font-weight: 600; }
  [data-zonos-fallback] { font: inherit; padding: 0.5em 1em; }
}`;

// ---- state

class CheckoutError extends Error {
  /** @param {string} code */
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
let runs = 0; // one per Zonos.init; a late one is dropped
let shopDisabled = false; // the button as the shop had it
let identity = ""; // for whom the page is now
let reloaded = ""; // the code for which a reload of ours has brought the page
/** @type {State | null} */
let state = null;
let openingTimer = 0;
/** @type {{cart: Promise<CartAnswer>, abort: AbortController} | null} */
let flight = null;
/** @type {Promise<ZonosScript> | null} */
let script = null;
/** @type {ConfigureDetail["requestData"]} */
let requestData = {};
/** @type {TrustedPolicy | undefined} */
let policy;

/** @type {Emit} */
const emit = (name, detail) =>
  document.dispatchEvent(new CustomEvent(name, { detail }));

/** @param {number} ms */
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** @param {number} ms @returns {Promise<never>} */
const late = (ms) =>
  sleep(ms).then(() => {
    throw new CheckoutError("timeout");
  });

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
 * Two live regions and the way out, in the shop's `data-zonos-notice` or by the button.
 * @param {HTMLElement} button
 */
function notice(button) {
  let ours = document.querySelector("[data-zonos-notice=ours]");
  if (!ours) {
    ours = document.createElement("div");
    for (const role of ["status", "alert"]) {
      const region = document.createElement("div");
      region.setAttribute("role", role);
      ours.append(region);
    }
    const fallback = document.createElement("button");
    fallback.type = "button";
    fallback.dataset.zonosFallback = "";
    ours.append(fallback);
    const place = document.querySelector("[data-zonos-notice]");
    if (place) place.append(ours);
    else button.after(ours);
    ours.setAttribute("data-zonos-notice", "ours");
  }
  return /** @type {[Element, Element, HTMLButtonElement]} */ ([...ours.children]);
}

/** The way to where the button leads without us, past Zonos's listener. */
function ownCheckout() {
  const button = findButton();
  if (button instanceof HTMLAnchorElement) return () => location.assign(button.href);
  if (!isControl(button) || button.type !== "submit" || !button.form) return null;
  return () => button.form?.requestSubmit(button);
}

const isBusy = () => state === "asking" || state === "opening";

/** @param {State} next */
function show(next, text = "", offersOwnCheckout = false) {
  clearTimeout(openingTimer);
  state = next;
  const button = findButton();
  if (!button) return;
  button.dataset.zonosState = next;
  if (isBusy()) button.setAttribute("aria-busy", "true");
  else button.removeAttribute("aria-busy");
  const [status, alert, own] = notice(button);
  const failed = next === "failed";
  status.textContent = failed ? "" : text;
  alert.textContent = failed ? text : "";
  own.textContent = messages().fallback;
  own.hidden = !(offersOwnCheckout && ownCheckout());
}

/** Enables the button where Zonos's script can't do so. */
function release() {
  const button = findButton();
  if (isControl(button) && !shopDisabled) button.disabled = false;
}

// ---- the shop

function csrfToken() {
  const tag = document.querySelector("meta[name=csrf-token], input[name=csrf_token]");
  return page.csrfToken || tag?.getAttribute("content") || tag?.getAttribute("value");
}

/**
 * @param {string} url
 * @param {object} data
 * @param {number} limit
 */
async function post(url, data, limit, keepalive = false, abort = new AbortController()) {
  const token = csrfToken();
  const timer = setTimeout(() => abort.abort(new CheckoutError("timeout")), limit);
  let response, text;
  try {
    response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(data),
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        ...(page.identity && { "X-Zonos-Identity": page.identity }),
        ...(token && { "X-CSRFToken": token }),
      },
      credentials: "include", // for ZONOS_ALLOWED_ORIGINS
      redirect: "manual",
      keepalive,
      signal: abort.signal,
    });
    text = await response.text();
  } catch {
    throw abort.signal.reason ?? new CheckoutError("network");
  } finally {
    clearTimeout(timer);
  }
  const { ok, status, type } = response;
  if (type === "opaqueredirect") throw new CheckoutError("redirected");
  let answer = null;
  try {
    if (text) answer = JSON.parse(text);
  } catch {
    throw new CheckoutError("bad-answer", status);
  }
  if (!ok) throw new CheckoutError(String(answer?.code ?? "failed"), status);
  return { answer, response };
}

/** @param {Response} response with `Server-Timing: cart;dur=80, total;dur=81` */
function serverTiming({ headers }) {
  const times = headers.get("Server-Timing")?.matchAll(/(\w+);dur=([\d.]+)/g);
  return Object.fromEntries([...(times ?? [])].map(([, name, ms]) => [name, Number(ms)]));
}

/**
 * Reloads a page that is out of date, but not one that this has brought.
 * @param {string} code
 */
function reloadOnce(code) {
  if (reloaded) return false;
  try {
    sessionStorage.zonosReloaded = code;
  } catch {
    // Nothing tells whose reload has brought the page.
    const [navigation] = performance.getEntriesByType("navigation");
    if (/** @type {any} */ (navigation)?.type === "reload") return false;
  }
  location.reload();
  return true;
}

// ---- Zonos calls

/** @param {AbortController} abort */
async function requestCart(abort) {
  const texts = messages();
  try {
    show("asking", texts.asking);
    const given = typeof requestData === "function" ? requestData() : requestData;
    const data = await Promise.race([given, late(WAIT.cart)]);
    const asked = post(page.cartInfoUrl, data, WAIT.cart, false, abort);
    // A swap may come without an event.
    const { answer, response } = await asked.finally(readPage);
    abort.signal.throwIfAborted();
    const { cartId, recognition, shippingData } = answer ?? {};
    if (typeof cartId !== "string" || !cartId) {
      throw new CheckoutError("bad-answer", response.status);
    }
    reloaded = "";
    show("opening", texts.opening);
    openingTimer = setTimeout(() => show("ready"), WAIT.opening);
    emit("zonos:cart", { cartId, recognition, timing: serverTiming(response) });
    const customerAuthenticationToken =
      answer.customerProfileAuthenticate?.checkoutCustomerProfileAuthenticate
        ?.oneTimePassword;
    if (customerAuthenticationToken) return { cartId, customerAuthenticationToken };
    return shippingData ? { cartId, shippingData } : { cartId };
  } catch (thrown) {
    const error = abort.signal.reason ?? thrown;
    const known = error instanceof CheckoutError ? error : new CheckoutError("failed");
    if (known !== error) reportError(error); // of the shop's requestData
    const { code, status } = known;
    const message = code === "page-changed" ? null : (texts[code] ?? texts.failed);
    if (message === null) {
      if (!flight) settle();
    } else {
      release();
      if (RELOADED_FOR.has(code) && reloadOnce(code)) show("asking", texts.asking);
      else show("failed", message, code !== "empty-cart");
    }
    emit("zonos:error", { code, status, message });
    throw known;
  }
}

/** One request at a time: a call during a flight of the same login shares it. */
function createCartId() {
  readPage();
  if (!flight) {
    const abort = new AbortController();
    const cart = requestCart(abort).finally(() => {
      if (flight?.abort === abort) flight = null;
    });
    flight = { cart, abort };
  }
  return flight.cart;
}

/** Gives up a click of another login or visit: it must not open anything. */
function drop() {
  flight?.abort.abort(new CheckoutError("page-changed"));
  flight = null;
}

/** Makes the button wait for nothing, if Zonos's script is there. */
function settle() {
  if (state === null) return;
  release();
  show("ready");
}

/**
 * Reports what costs the shopper nothing.
 * @param {string} code
 * @param {any} [error]
 */
const note = (code, error) =>
  emit("zonos:error", { code, status: error?.status ?? 0, message: null });

/**
 * The message that stops the order, or null. A check that can't be had stops nothing.
 * @param {any} argument a list, or `{items}`: Zonos's sources differ
 */
async function checkInventory(argument) {
  if (!page.inventoryCheckUrl) return null;
  const items = argument?.items ?? argument ?? [];
  try {
    const { answer } = await post(page.inventoryCheckUrl, { items }, WAIT.inventory);
    return answer?.message || null;
  } catch (error) {
    note("inventory-unavailable", error);
    return null;
  }
}

/** @param {OrderResult} result told to the server, which fetches the order for itself */
async function orderPlaced(result) {
  show("ready");
  const orderId = result?.zonosOrder?.id;
  if (!orderId) return note("no-order-id");
  const hint = post(page.orderHintUrl, { orderId }, WAIT.hint, true).catch((error) =>
    note("order-hint-failed", error),
  );
  // A page that goes on to the order finds it there, if that is quick.
  await Promise.race([hint, sleep(WAIT.order)]);
  emit("zonos:order", { orderId });
}

function checkoutClosed() {
  show("ready");
  if (document.activeElement === document.body) findButton()?.focus();
}

/** @type {Both} calls ours, then the shop's own; an error of either stays with it */
const both = (ours, theirs) =>
  async (...args) => {
    const calls = [ours, theirs].map(async (call) => call?.(...args));
    await Promise.all(calls.map((call) => call.catch(reportError)));
  };

// ---- Zonos's script

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

function addLoader() {
  const tag = document.createElement("script");
  const ours = document.querySelector("script[data-zonos-script]");
  if (ours instanceof HTMLScriptElement) tag.nonce = ours.nonce;
  // For `require-trusted-types-for 'script'`.
  policy ??= window.trustedTypes?.createPolicy("zonos-checkout", {
    createScriptURL: (url) => url,
  });
  tag.src = policy?.createScriptURL(page.scriptUrl) ?? page.scriptUrl;
  document.head.append(tag);
  return tag;
}

/**
 * Waits for window.Zonos, from a tag of the shop's own if there is one.
 * @returns {Promise<ZonosScript>}
 */
async function loadZonos() {
  const address = page.scriptUrl.split("?")[0];
  const theirs = document.querySelector(`script[src^="${address}"]`);
  const tag = theirs ?? addLoader();
  let until = Date.now() + WAIT.loader;
  tag.addEventListener("error", () => (until = 0));
  // Their tag may be done already; a loader ends before its work.
  while (!window.Zonos) {
    if (Date.now() > until) {
      tag.remove();
      if (theirs) return loadZonos();
      throw new CheckoutError("script-unavailable");
    }
    await sleep(50);
  }
  return window.Zonos;
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
  const timer = setTimeout(unavailable, WAIT.script);
  try {
    const zonos = window.Zonos ?? (await (script ??= loadZonos()));
    if (run !== runs) return;
    const settings = configure();
    selector = settings.checkoutSettings.placeOrderButtonSelector ?? selector;
    bindButton();
    await zonos.init(settings);
    if (run !== runs) return;
    if (!flight) show("ready");
    emit("zonos:ready", null);
    if (!reloaded || run > 1) return;
    await sleep(100); // a region that is new is not read aloud
    if (state === "ready") show("ready", messages()[reloaded]);
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

/** Reads the data block, if there is one. */
function readPage() {
  const text = document.getElementById("zonos-settings")?.textContent;
  /** @type {PageSettings | null} */
  let block = null;
  try {
    if (text) block = JSON.parse(text);
  } catch {
    note("invalid-settings");
  }
  const current = block?.identity ?? "";
  if (current !== identity) drop();
  identity = current;
  page = block ?? page;
  return block;
}

/** Reads the page; calls Zonos.init if its settings or the button are new ones. */
function refresh() {
  if (!readPage()) return;
  const init = JSON.stringify(page.init);
  const isNew = init !== bound.init;
  if (isNew) selector = page.init.checkoutSettings?.placeOrderButtonSelector ?? "";
  const button = findButton();
  if (!isNew && (!button || button === bound.button)) return;
  bound.init = init;
  bindButton();
  state = null;
  start();
}

/** @param {MouseEvent} event */
function guardClick(event) {
  if (!(event.target instanceof Element)) return;
  if (event.target.closest("[data-zonos-fallback]")) {
    ownCheckout()?.();
  } else if (isBusy() && findButton()?.contains(event.target)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

if (window.zonosCheckout) {
  window.zonosCheckout.refresh();
} else {
  window.zonosCheckout = { refresh };
  try {
    reloaded = sessionStorage.zonosReloaded ?? "";
    delete sessionStorage.zonosReloaded;
  } catch {
    // no storage
  }
  const style = new CSSStyleSheet();
  style.replaceSync(STYLE);
  document.adoptedStyleSheets.push(style);
  document.addEventListener("click", guardClick, true);
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    drop();
    settle();
  });
  // Not at once: every script can listen to zonos:configure first.
  for (const name of ["DOMContentLoaded", "turbo:load", "htmx:load", "zonos:refresh"]) {
    document.addEventListener(name, refresh);
  }
  window.addEventListener("load", refresh);
  if (document.readyState === "complete") refresh();
}
