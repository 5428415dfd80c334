/* The inspector's page: asks for what is new each second, and draws it. */

import { button, choose, clockTime, count, fields, row, tag, text, line, when } from "./elements.js";
import { make } from "./make.js";
import { drawOptions, sendOptions } from "./options.js";
import { drawTimeline } from "./timeline.js";

const $ = (selector) => document.querySelector(selector);
let version = "";
let shown = {};

// ------------------------------------------------------------------------- asking

async function control(path, body, method = "POST") {
  const answer = await fetch(`/_sandbox/${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.message ?? `HTTP ${answer.status}`);
  await refresh();
  return json;
}

async function refresh() {
  try {
    const answer = await fetch(`/_sandbox/state?since=${version}`);
    $("#state").textContent = "Running";
    $("#state").classList.remove("lost");
    if (answer.status !== 200) return;
    shown = await answer.json();
    version = shown.version;
    draw();
  } catch {
    $("#state").textContent = "The sandbox does not answer";
    $("#state").classList.add("lost");
  }
}

async function keepAsking() {
  if (!document.hidden) await refresh();
  setTimeout(keepAsking, 1000);
}

// ------------------------------------------------------------------------ drawing

const DRAWN = {
  timeline: drawTimeline,
  faults: (faults) => [...faults.map(drawFault), ...drawRandom(shown.random)],
  profiles: (profiles) => profiles.map(drawProfile),
  carts: (carts) => carts.map(drawCart),
  passwords: (passwords) => passwords.map(drawPassword),
  orders: (orders) => orders.map(drawOrder),
  webhooks: (webhooks) => webhooks.map(drawWebhook),
  deliveries: (deliveries) => deliveries.map(drawDelivery),
};

function draw() {
  for (const [name, drawn] of Object.entries(DRAWN)) {
    const list = $(`[data-list=${name}]`);
    if (list.querySelector("select:focus")) continue; // somebody is choosing there
    const open = [...list.querySelectorAll("details[open]")].map((each) => each.dataset.key);
    const rows = drawn(shown[name]);
    list.replaceChildren(...(rows.length ? rows : [text("p", "empty", list.dataset.empty)]));
    for (const each of list.querySelectorAll("details")) {
      each.open = open.includes(each.dataset.key);
    }
    const number = $(`[data-count=${name}]`);
    if (number) number.textContent = shown[name].length || "";
  }
  const rules = shown.rules.map(({ kind, times }) => `${kind} the next ${times ?? "ones"}`);
  $("#rules").textContent = rules.length ? `Standing: ${rules.join(", ")}.` : "";
  $("#clock").textContent = `${shown.clock.now.slice(0, 10)} ${shown.clock.now.slice(11, 19)} UTC`;
  drawOptions(shown.options, shown.defaults);
  offerFaults();
}

function drawFault(fault) {
  const left = fault.times === null ? "until lifted" : `${fault.times} more`;
  return faultRow(fault, left, `faults/${fault.id}`);
}

function drawRandom(random) {
  if (!random) return [];
  const share = `${Math.round(random.share * 100)} % of calls, at random`;
  return random.faults.map((fault) => {
    const drawn = random.drawn[fault.kind] ?? 0;
    return faultRow(fault, `${share}, ${drawn} so far`, "faults/random");
  });
}

function faultRow(fault, left, path) {
  const facts = { latency: fault.seconds, status: fault.status, error: fault.error_type };
  const who = fault.customer_id && `customer ${fault.customer_id}`;
  return make(
    "div",
    "row",
    line(
      text("strong", "", fault.kind),
      text("span", "mono", fault.operation),
      tag([facts[fault.kind], who, left].filter(Boolean).join(", ")),
      button("Lift", () => control(path, undefined, "DELETE")),
    ),
  );
}

const address = (place) =>
  [place.name, place.line1, place.line2, place.locality, place.administrativeArea, place.postalCode, place.countryCode]
    .filter(Boolean)
    .join(", ");

function drawProfile(profile) {
  const details = make("div", "");
  for (const each of profile.submissions) {
    const news = each.added.length ? `added ${each.added.length} of ${each.sent}` : "added nothing";
    details.append(
      line(text("strong", "", "Sent"), tag(each.sent ? news : "no address"), when(each.created_at)),
      fields(each.added.map((place) => ["+", address(place)])),
    );
  }
  const cards = profile.cards.map((card) => ["Card", `${card.brand} •••• ${card.last_four}`]);
  details.append(fields([["Phone", profile.phone], ...cards]));
  const places = count(profile.locations.length, "address", "addresses");
  const held = `${places}, ${count(profile.cards.length, "card")}`;
  return row(
    profile.customer_id,
    line(
      text("strong", "", profile.customer_id),
      text("span", "soft", [profile.name, profile.email].filter(Boolean).join(", ")),
      tag(held),
    ),
    details,
  );
}

function drawCart(cart) {
  const expired = cart.expiresAt && cart.expiresAt <= shown.clock.now;
  const state = cart.orderId ? tag("ordered", "good") : expired ? tag("expired", "bad") : tag("open");
  const items = cart.items.map((item) => [
    `${item.quantity} ×`,
    `${item.name || item.sku || item.productId} at ${item.amount} ${item.currencyCode}`,
  ]);
  return row(
    cart.id,
    line(text("code", "id", cart.id), state, when(cart.createdAt)),
    fields([
      ...items,
      ...cart.adjustments.map((each) => [each.type, `${each.amount} ${each.currencyCode}`]),
      ...cart.metadata.map((pair) => [pair.key, pair.value || "(empty)"]),
      ["Expires", cart.expiresAt],
    ]),
  );
}

function drawPassword(password) {
  const old = password.expires_at <= shown.clock.now;
  const state = password.used_at
    ? tag(`used ${clockTime(password.used_at)}`, "good")
    : old
      ? tag("too old", "bad")
      : tag("not used");
  const age = (new Date(shown.clock.now) - new Date(password.created_at)) / 1000;
  return make(
    "div",
    "row",
    line(
      text("code", "id", password.password),
      text("span", "soft", `customer ${password.customer_id}`),
      state,
      text("span", "when", age < 120 ? `${Math.round(age)} s old` : clockTime(password.created_at)),
    ),
  );
}

function drawOrder(order) {
  const sums = order.amountSubtotals;
  const set = (path, name) => (value) => control(`orders/${order.id}/${path}`, { [name]: value });
  const details = make("div", "details");
  const facts = fields([
    ["Id", order.id],
    ["Shop's number", order.accountOrderNumber],
    ["Cart", order.checkoutSession.cartId],
    ["Items", `${sums.items} ${order.currencyCode}`],
    ["Shipping", `${sums.shipping} ${order.currencyCode}`],
    ["Made up", `duties ${sums.duties}, taxes ${sums.taxes}`],
    ["References", order.references.map((each) => `${each.key}=${each.value}`).join(", ")],
    ["Tracking", order.trackingNumbers.join(", ")],
  ]);
  details.append(
    facts,
    choose("Status", shown.statuses, order.status, "Set", set("status", "status")),
    choose("Event", shown.events, "ORDER_CREATED", "Send", set("events", "type")),
  );
  return row(
    order.id,
    line(
      text("strong", "", order.zonosOrderId),
      text("span", "soft", order.customerId ? `customer ${order.customerId}` : "guest"),
      tag(order.status, order.status === "CANCELED" ? "bad" : "good"),
      when(order.createdAt),
    ),
    details,
  );
}

function drawWebhook(webhook) {
  const mood = webhook.status === "ENABLED" ? "good" : "bad";
  return make(
    "div",
    "row",
    line(
      text("strong", "", webhook.type),
      text("span", "id", webhook.url),
      tag(webhook.status.toLowerCase(), mood),
    ),
  );
}

function drawDelivery(delivery) {
  const moods = { delivered: "good", failed: "bad", dropped: "bad" };
  const tries = count(delivery.attempts, "try", "tries");
  const details = make("div", "");
  details.append(
    fields([["To", delivery.url], ["Answer", delivery.note], ["Headers", delivery.headers.join(", ")]]),
    text("pre", "", delivery.request),
    button("Deliver again", () => control(`webhooks/deliveries/${delivery.id}/repeat`, {})),
  );
  return row(
    delivery.id,
    line(
      text("strong", "", delivery.type),
      tag(delivery.state, moods[delivery.state]),
      text("span", "soft", tries),
      when(delivery.created_at),
    ),
    details,
  );
}

// ------------------------------------------------------------------------ setting

const form = $("#fault");

function offerFaults() {
  if (form.kind.options.length) return;
  form.kind.append(...Object.keys(shown.kinds).map((kind) => new Option(kind)));
  const preferred = ["checkoutCustomerProfileAuthenticate", "cartCreate"];
  const names = [...new Set([...preferred, ...shown.operations])];
  form.operation.append(...names.map((name) => new Option(name)));
  explain();
}

function explain() {
  const kind = form.kind.value;
  $("#kind-hint").textContent = `${shown.kinds[kind]}.`;
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(kind);
  }
}

/** One more to draw from; the inspector knows one share only. */
function addAtRandom(fault) {
  const others = (shown.random?.faults ?? []).map(({ id, ...each }) => each);
  return control("faults/random", { share: 1 / 3, faults: [...others, fault] });
}

form.kind.addEventListener("change", explain);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fault = { kind: form.kind.value, operation: form.operation.value };
  const random = form.times.value === "random";
  fault.times = random || !form.times.value ? null : Number(form.times.value);
  fault.customer_id = form.customer_id.value.trim() || null;
  const numbers = form.seconds.value.split(/[\s;,]+/).filter(Boolean).map(Number);
  const uses = (name) => !form.elements[name].closest("label").hidden;
  if (uses("seconds") && numbers.length) {
    fault.seconds = numbers.length > 1 ? numbers : numbers[0];
  }
  if (uses("status")) fault.status = Number(form.status.value);
  if (uses("error_type")) fault.error_type = form.error_type.value;
  try {
    if (random) await addAtRandom(fault);
    else await control("faults", fault);
    $("#fault-error").textContent = "";
  } catch (error) {
    $("#fault-error").textContent = error.message;
  }
});

$("#advance").addEventListener("click", () => control("clock", { advance: 3600 }));
$("#now").addEventListener("click", () => control("clock", { reset: true }));
$("#reset").addEventListener("click", () => {
  if (confirm("Forget all profiles, carts, orders, webhooks and faults?")) control("reset", {});
});
$("#release").addEventListener("click", () => control("webhooks/release", { reverse: true }));
for (const each of document.querySelectorAll("[data-rule]")) {
  const rule = { kind: each.dataset.rule };
  if (rule.kind === "delay") rule.seconds = 10;
  each.addEventListener("click", () => control("webhooks/rules", rule));
}

sendOptions((values) => control("options", values));
keepAsking();
