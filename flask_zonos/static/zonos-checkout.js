// The page's half of flask-zonos; its events are in zonos-checkout.d.ts.

/** @import * as T from "./zonos-checkout.d.ts" */

// ---- waits, words

/** In milliseconds. */
const WAIT = {
  script: 10000, // for Zonos's script and init
  loader: 30000, // late is better than never
  cart: 15000, // more than the server's own deadline
  inventory: 5000,
  order: 4000,
  hint: 30000,
  opening: 3000, // no callback tells
  opened: 15000,
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
  constructor(code, status = 0, field = "") {
    super(`zonos-checkout: ${code}`);
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/** @type {T.PageSettings} */
let page;
let selector = ""; // of all elements that open a checkout
/** @type {string | null} */
let identity = null; // for whom the page is now
let reloaded = ""; // the code for which a reload of ours has brought the page
let isAfresh = false; // whether it was loaded again for a swapped body
/** @type {T.State | null} */
let state = null;
/** @type {HTMLElement | null} */
let pressed = null;
let openingTimer = 0;
/** @type {T.Flight | null} */
let flight = null;
let isStarting = false;
let started = ""; // the init for which it was
/** @type {T.ConfigureDetail["requestData"]} */
let requestData = {};
/** @type {T.TrustedPolicy | undefined} */
let policy;

/** @type {Map<Element, boolean>} whether the shop had disabled the button */
const known = new Map();
/** @type {Map<Element, HTMLElement>} by button, or by the shop's place for them */
const notices = new Map();
/** @type {Comment | null} beside what Zonos's script has put into the body */
let marker = null;
/** @type {HTMLElement[]} the buttons that Zonos's script knows */
let bound = [];
/** @type {Set<string>} scripts of Zonos's that did not load */
const missing = new Set();
/** @type {Set<Element>} what of Zonos's could be seen before the click */
let inSight = new Set();

/** @type {T.Emit} */
const emit = (name, detail) =>
  document.dispatchEvent(new CustomEvent(name, { detail }));

/** @type {T.Note} reports what costs the shopper nothing */
const note = (code, { status = 0, url } = {}) =>
  emit("zonos:error", { code, status, message: null, ...(url && { url }) });

/** @param {unknown} error of the shop's, for the browser to report */
const report = (error) => void Promise.reject(error);

/** @param {number} ms */
const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));

/** @param {number} ms */
const late = (ms) =>
  sleep(ms).then(() => Promise.reject(new CheckoutError("timeout")));

/** @type {T.FindScripts} not other markup that looks like them */
const scripts = (wanted) =>
  [...document.querySelectorAll(wanted)].filter((tag) => tag instanceof HTMLScriptElement);

// ---- the buttons

/** @returns {HTMLElement[]} */
const findButtons = () =>
  selector ? [...document.querySelectorAll(/** @type {"button"} */ (selector))] : [];

/** The button that was pressed, or the one to be seen. */
function currentButton() {
  const buttons = findButtons();
  if (pressed && buttons.includes(pressed)) return pressed;
  return buttons.find((each) => each.getClientRects().length) ?? buttons[0] ?? null;
}

/** Remembers new buttons as they are before Zonos's script disables them. */
function remember() {
  const fresh = findButtons().filter((button) => !known.has(button));
  for (const button of fresh) known.set(button, button.hasAttribute("disabled"));
  for (const [place, notice] of notices) {
    if (place.isConnected) continue;
    notice.remove();
    notices.delete(place);
  }
  return fresh.length > 0;
}

/** Enables the buttons where Zonos's script won't. */
function release() {
  for (const button of findButtons()) {
    if (!known.get(button)) button.removeAttribute("disabled");
  }
}

/** @returns {typeof ENGLISH & Record<string, string>} */
function messages() {
  const language = (page.language || document.documentElement.lang).slice(0, 2);
  return { ...ENGLISH, ...TRANSLATIONS[language.toLowerCase()], ...page.messages };
}

/** @param {Element} button */
function findPlace(button) {
  const wanted = "[data-zonos-notice]:not([data-zonos-notice=ours])";
  for (let at = button.parentElement; at; at = at.parentElement) {
    const place = at.querySelector(wanted) ?? at.closest(wanted);
    if (place) return place;
  }
  return null;
}

/** @type {T.FindNotice} two live regions and the way out */
function notice(button) {
  const place = findPlace(button);
  let ours = notices.get(place ?? button);
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
    fallback.addEventListener("click", () => ownCheckout()?.());
    ours.append(fallback);
    ours.dataset.zonosNotice = "ours";
    notices.set(place ?? button, ours);
  }
  /** @type {Element} */
  let outer = button;
  for (let at = button.parentElement; at; at = at.parentElement) {
    // What is told in a link would be a part of the link.
    if (at.matches("a, button, label, summary")) outer = at;
  }
  if (ours.parentNode === (place ?? outer.parentNode)) return ours;
  if (place) place.append(ours);
  else outer.after(ours);
  return ours;
}

/** Past Zonos's listener. */
function ownCheckout() {
  const button = currentButton();
  const isControl =
    button instanceof HTMLButtonElement || button instanceof HTMLInputElement;
  if (isControl && button.type === "submit" && button.form) return () => submit(button);
  const link = button?.closest("a");
  return link?.href ? () => location.assign(link.href) : null;
}

/** @param {HTMLButtonElement | HTMLInputElement} button */
function submit(button) {
  const { form } = button;
  if (form?.requestSubmit) return form.requestSubmit(button);
  const twin = document.createElement("button");
  for (const { name, value } of button.attributes) {
    if (/^(form|name$|value$)/.test(name)) twin.setAttribute(name, value);
  }
  form?.append(twin);
  twin.click();
  twin.remove();
}

const isBusy = () => state === "asking" || state === "opening";

/** @type {T.Show} */
function show(next, text = "", offersOwnCheckout = false) {
  clearTimeout(openingTimer);
  state = next;
  const current = currentButton();
  if (!current) return;
  for (const button of findButtons()) {
    const isCurrent = button === current;
    button.dataset.zonosState = isCurrent ? next : "ready";
    if (isCurrent && isBusy()) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
    notice(button);
  }
  const here = notice(current);
  for (const each of notices.values()) {
    const [status, alert, own] = /** @type {any} */ (each.children);
    const told = each === here ? text : "";
    const failed = next === "failed";
    status.textContent = failed ? "" : told;
    alert.textContent = failed ? told : "";
    own.textContent = messages().fallback;
    own.hidden = !(told && offersOwnCheckout && ownCheckout());
  }
}

// ---- the shop

function csrfToken() {
  const tag = document.querySelector("meta[name=csrf-token], input[name=csrf_token]");
  return page.csrfToken || tag?.getAttribute("content") || tag?.getAttribute("value");
}

/** @returns {T.Flight} */
const takeOff = () => ({ abort: new AbortController(), error: null, cart: null });

/** @type {T.End} */
function end(which, error) {
  which.error = which.error ?? error;
  which.abort.abort();
}

/** @type {T.Post} */
const post = async (url, data, limit, keepalive = false, which = takeOff()) => {
  const token = csrfToken();
  const timer = setTimeout(() => end(which, new CheckoutError("timeout")), limit);
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
      signal: which.abort.signal,
    });
    text = await response.text();
  } catch {
    throw which.error ?? new CheckoutError("network");
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
  const field = answer?.field;
  if (field) console.error(field);
  if (!ok) throw new CheckoutError(String(answer?.code ?? "failed"), status, field);
  return { answer, response };
};

/** @param {Response} response with `Server-Timing: cart;dur=80, total;dur=81` */
function serverTiming({ headers }) {
  const times = headers.get("Server-Timing")?.matchAll(/(\w+);dur=([\d.]+)/g);
  return Object.fromEntries([...(times ?? [])].map(([, name, ms]) => [name, Number(ms)]));
}

/** @type {T.ReloadOnce} */
function reloadOnce(code, already) {
  if (already) return false;
  try {
    sessionStorage.zonosReloaded = code;
  } catch {
    // Nothing tells whose reload has brought the page.
    if (performance.navigation.type === 1) return false;
  }
  location.reload();
  return true;
}

// ---- Zonos calls

/** @type {T.RequestCart} */
async function requestCart(mine, given) {
  const texts = messages();
  try {
    show("asking", texts.asking);
    const hints = typeof requestData === "function" ? requestData(...given) : requestData;
    const data = await Promise.race([hints, late(WAIT.cart)]);
    const asked = post(page.cartInfoUrl, data, WAIT.cart, false, mine);
    // A swap may come without an event.
    const { answer, response } = await asked.finally(readPage);
    if (mine.error) throw mine.error;
    const { cartId, recognition, shippingData } = answer ?? {};
    if (typeof cartId !== "string" || !cartId) {
      throw new CheckoutError("bad-answer", response.status);
    }
    reloaded = "";
    show("opening", texts.opening);
    openingTimer = setTimeout(notOpened, WAIT.opening);
    watchOpening(cartId);
    emit("zonos:cart", { cartId, recognition, timing: serverTiming(response) });
    const customerAuthenticationToken =
      answer.customerProfileAuthenticate?.checkoutCustomerProfileAuthenticate
        ?.oneTimePassword;
    if (customerAuthenticationToken) return { cartId, customerAuthenticationToken };
    return shippingData ? { cartId, shippingData } : { cartId };
  } catch (thrown) {
    const error = mine.error ?? thrown;
    const told = error instanceof CheckoutError ? error : new CheckoutError("failed");
    if (told !== error) report(error); // of the shop's requestData
    const { code, status, field } = told;
    const message = code === "page-changed" ? null : field || (texts[code] ?? texts.failed);
    if (message === null) {
      if (!flight) settle();
    } else {
      release();
      const isOld = code === "identity-changed" || code === "page-expired";
      if (isOld && reloadOnce(code, reloaded)) show("asking", texts.asking);
      else show("failed", message, code !== "empty-cart");
    }
    emit("zonos:error", { code, status, message });
    throw told;
  }
}

/** Shares the flight of the same login. @param {unknown[]} given */
function createCartId(...given) {
  readPage();
  if (!flight) {
    const mine = (flight = takeOff());
    mine.cart = requestCart(mine, given).finally(() => {
      if (flight === mine) flight = null;
    });
  }
  return /** @type {Promise<T.CartAnswer>} */ (flight.cart);
}

/** Gives up a click of another login or visit. */
function drop() {
  if (flight) end(flight, new CheckoutError("page-changed"));
  flight = null;
}

function settle() {
  if (state === null) return;
  release();
  show("ready");
}

/** @param {any} argument a list, or `{items}`: Zonos's sources differ */
async function checkInventory(argument) {
  if (!page.inventoryCheckUrl) return null;
  const items = argument?.items ?? argument ?? [];
  try {
    // Whole items can be more than the shop's route takes.
    const asked = Array.from(items, ({ sku, productId, quantity, name }) => {
      return { sku, productId, quantity, name };
    });
    const data = { items: asked };
    const { answer } = await post(page.inventoryCheckUrl, data, WAIT.inventory);
    return answer?.message || null;
  } catch (error) {
    note("inventory-unavailable", /** @type {any} */ (error));
    return null;
  }
}

/** @param {T.OrderResult} result */
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
  if (document.activeElement === document.body) currentButton()?.focus();
}

/** @type {T.Both} calls ours, then the shop's own; an error of either stays with it */
const both = (ours, theirs) =>
  async (...args) => {
    const calls = [ours, theirs].map(async (call) => call?.(...args));
    const [, result] = await Promise.all(calls.map((call) => call.catch(report)));
    return result;
  };

// ---- what Zonos puts into the page

/** The loader's address, without its query. */
const loader = () => new URL(page.scriptUrl.replace(/\?.*/, ""), location.href);

/** What can be seen of Zonos's elements in the body. */
function zonosInSight() {
  /** @type {Set<Element>} */
  const seen = new Set();
  /** @param {Element} element */
  const look = (element) => {
    const { width, height } = element.getBoundingClientRect();
    const { visibility } = getComputedStyle(element);
    if (width * height && visibility === "visible") seen.add(element);
    const inside = element.shadowRoot?.children ?? [];
    for (const each of [...element.children, ...inside]) look(each);
  };
  for (const element of document.querySelectorAll("body > *")) {
    const names = `${element.localName} ${element.id} ${element.className}`;
    if (/zonos/.test(names)) look(element);
  }
  return seen;
}

/** @param {string} cartId */
async function watchOpening(cartId) {
  const earlier = inSight;
  const until = Date.now() + WAIT.opened;
  while (Date.now() < until) {
    await sleep(100);
    if (flight || inSight !== earlier) return; // the next click
    if (![...zonosInSight()].some((element) => !earlier.has(element))) continue;
    if (isBusy()) show("ready");
    return emit("zonos:opened", { cartId });
  }
}

function notOpened() {
  if (!missing.size) return show("ready");
  const code = "script-blocked";
  const message = messages()[code] ?? messages().failed;
  release();
  show("failed", message, true);
  emit("zonos:error", { code, status: 0, message });
}

/** Zonos's script asks for others, of any host. @param {string} text */
function isOfZonos(text) {
  const { href, origin } = loader();
  if (text.startsWith(href)) return true;
  const isShops = text.startsWith(`${location.origin}/`);
  return !isShops && (/zonos|stripe/.test(text) || text.startsWith(origin));
}

/** @type {T.ReportMissing} */
function reportMissing(code, url, asker = "") {
  if (!page || missing.has(url) || !(isOfZonos(url) || isOfZonos(asker))) return;
  // Without the loader there is no init, which is told there.
  if (url.startsWith(loader().href)) return;
  missing.add(url);
  release();
  note(code, { url });
}

// ---- Zonos's script

function configure() {
  const { init } = page;
  /** @type {T.ConfigureDetail} */
  const detail = {
    settings: { ...init, checkoutSettings: { ...init.checkoutSettings, createCartId } },
    requestData: {},
  };
  emit("zonos:configure", detail);
  requestData = detail.requestData;
  const final = detail.settings.checkoutSettings;
  const theirCheck = final.onInventoryCheck;
  if (page.inventoryCheckUrl) {
    final.onInventoryCheck = async (...args) =>
      (await checkInventory(args[0])) ?? theirCheck?.(...args) ?? null;
  }
  final.onOrderSuccess = both(orderPlaced, final.onOrderSuccess);
  final.onClose = both(checkoutClosed, final.onClose);
  return detail.settings;
}

/** @param {T.CheckoutSettings} [settings] */
function select({
  placeOrderButtonSelector,
  alwaysTriggerInternationalCheckoutSelector,
} = {}) {
  const all = [placeOrderButtonSelector, alwaysTriggerInternationalCheckoutSelector];
  selector = all.filter(Boolean).join(", ");
}

/** Any markup with `id="Zonos"` is `window.Zonos` too. */
const zonosScript = () =>
  typeof window.Zonos?.init === "function" ? window.Zonos : null;

function addLoader() {
  const tag = document.createElement("script");
  const [ours] = scripts("script[data-zonos-script]");
  if (ours) tag.nonce = ours.nonce;
  // For `require-trusted-types-for 'script'`; it vouches for nothing else.
  if (!policy && typeof window.trustedTypes?.createPolicy === "function") {
    policy = window.trustedTypes.createPolicy("zonos-checkout", {
      createScriptURL: () => page.scriptUrl,
    });
  }
  tag.src = policy?.createScriptURL("") ?? page.scriptUrl;
  document.head.append(tag);
  return tag;
}

/** @returns {Promise<T.ZonosScript>} from a tag of the shop's own if there is one */
async function loadZonos() {
  const { href } = loader();
  const theirs = scripts("script").find(({ src }) => src.startsWith(href));
  const tag = theirs ?? addLoader();
  let until = Date.now() + WAIT.loader;
  tag.addEventListener("error", () => (until = 0));
  // Their tag may be done already; a loader ends before its work.
  for (;;) {
    const zonos = zonosScript();
    if (zonos) return zonos;
    if (Date.now() > until) {
      tag.remove();
      if (theirs) return loadZonos();
      throw new CheckoutError("script-unavailable");
    }
    await sleep(50);
  }
}

/** Calls `Zonos.init`, which works once. */
async function start() {
  let told = false;
  const unavailable = () => {
    if (told) return;
    told = true;
    release();
    note("script-unavailable");
  };
  const timer = setTimeout(unavailable, WAIT.script);
  try {
    isStarting = true;
    const zonos = zonosScript() ?? (await loadZonos());
    const settings = configure();
    select(settings.checkoutSettings);
    remember();
    bound = findButtons();
    marker = document.createComment("zonos-checkout");
    document.body.append(marker);
    await zonos.init(settings);
    if (!flight) show("ready");
    emit("zonos:ready", null);
    if (!reloaded) return;
    await sleep(100); // a region that is new is not read aloud
    if (state === "ready") show("ready", messages()[reloaded]);
  } catch (error) {
    marker = null;
    if (!(error instanceof CheckoutError)) report(error);
    unavailable();
  } finally {
    isStarting = false;
    clearTimeout(timer);
  }
}

// ---- the page

function readPage() {
  const text = scripts("script#zonos-settings[type='application/json']")[0]?.textContent;
  /** @type {T.PageSettings | null} */
  let block = null;
  try {
    if (text) block = JSON.parse(text);
  } catch {
    note("invalid-settings");
  }
  const current = block && (block.identity ?? "");
  if (current !== identity) drop();
  identity = current;
  page = block ?? page;
  return block;
}

/** Starts Zonos or follows a swap. */
function refresh() {
  const block = readPage();
  isAfresh = isAfresh && !!block;
  if (!block || isStarting) return;
  const init = JSON.stringify(page.init);
  const isNew = init !== started;
  if (isNew) select(page.init.checkoutSettings);
  started = init;
  const fresh = remember();
  if (marker) {
    if (!marker.isConnected && reloadOnce("swapped", isAfresh)) return;
    if (fresh && !isBusy()) show("ready");
    return;
  }
  if (!isNew && !fresh) return;
  state = null;
  start();
}

/** @param {MouseEvent} event */
function clicked(event) {
  if (event.isTrusted) isAfresh = false;
  const { target } = event;
  if (!(target instanceof Element)) return;
  const button = findButtons().find((each) => each.contains(target));
  if (!button) return;
  let isTaken = isBusy();
  if (!isTaken) {
    pressed = button;
    inSight = zonosInSight();
    // Zonos's script knows the button that this one was swapped in for.
    const old = bound.includes(button) ? null : bound.find((each) => !each.isConnected);
    old?.removeAttribute("disabled");
    isTaken = old?.dispatchEvent(new MouseEvent("click", { cancelable: true })) === false;
  }
  if (!isTaken) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

if (typeof window.zonosCheckout?.refresh === "function") {
  window.zonosCheckout.refresh();
} else {
  window.zonosCheckout = { refresh };
  try {
    reloaded = sessionStorage.zonosReloaded ?? "";
    delete sessionStorage.zonosReloaded;
    isAfresh = reloaded === "swapped";
    if (isAfresh) reloaded = "";
  } catch {
    // no storage
  }
  try {
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    document.adoptedStyleSheets.push(style);
  } catch {
    // a browser before 2023: it looks plainer
  }
  document.addEventListener("click", clicked, true);
  document.addEventListener("securitypolicyviolation", (event) => {
    const { blockedURI, disposition, effectiveDirective, sourceFile } = event;
    if (disposition !== "report" && /^script-src|trusted/.test(effectiveDirective)) {
      reportMissing("script-blocked", blockedURI, sourceFile);
    }
  });
  document.addEventListener("error", ({ target }) => {
    if (target instanceof HTMLScriptElement) {
      reportMissing("script-unavailable", target.src);
    }
  }, true);
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    drop();
    settle();
  });
  // Not at once: every script can listen to zonos:configure first.
  const swaps = "DOMContentLoaded turbo:load turbo:frame-load htmx:load zonos:refresh";
  for (const name of swaps.split(" ")) document.addEventListener(name, refresh);
  window.addEventListener("load", refresh);
  if (document.readyState === "complete") refresh();
}
