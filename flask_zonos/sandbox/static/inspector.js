/* The inspector's page: asks for what is new each second, and draws it. */

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

// ------------------------------------------------------------------------- making

const make = (name, className = "", ...children) => {
  const element = document.createElement(name);
  element.className = className;
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
};
const text = (name, className, value) => {
  const element = make(name, className);
  element.textContent = value;
  return element;
};
const clockTime = (moment) => new Date(moment).toLocaleTimeString("en-GB");
const when = (moment) => text("time", "when", clockTime(moment));
const tag = (value, mood = "") => text("span", `tag ${mood}`, value);
const top_ = (...children) => make("div", "top", ...children);

function row(key, summary, details) {
  if (!details) return make("div", "row", summary);
  const element = make("details", "row", make("summary", "", summary), details);
  element.dataset.key = key;
  return element;
}

function fields(pairs) {
  const lines = pairs
    .filter(([, value]) => value != null && value !== "")
    .map(([name, value]) => make("li", "", text("strong", "", `${name} `), String(value)));
  return make("ul", "", ...lines);
}

function button(label, action) {
  const element = text("button", "small", label);
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

// ------------------------------------------------------------------------ drawing

const DRAWN = {
  timeline: drawTimeline,
  faults: (faults) => faults.map(drawFault),
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
    const open = [...list.querySelectorAll("details[open]")].map((each) => each.dataset.key);
    const rows = drawn(shown[name]);
    list.replaceChildren(...(rows.length ? rows : [text("p", "empty", list.dataset.empty)]));
    for (const each of list.querySelectorAll("details")) {
      each.open = open.includes(each.dataset.key);
    }
    const count = $(`[data-count=${name}]`);
    if (count) count.textContent = shown[name].length || "";
  }
  $("#clock").textContent = `${shown.clock.now.slice(0, 10)} ${shown.clock.now.slice(11, 19)} UTC`;
  offerFaults();
}

const CART = ["cartCreate", "cartUpsert"];
const PROFILE = ["checkoutCustomerProfileAuthenticate"];
const isOf = (entry, names) => entry.operations.some((name) => names.includes(name));
const end = (entry) => entry.ended ?? Date.now() / 1000;
const overlap = (a, b) => a.started < end(b) && b.started < end(a);

/** The calls in groups: a cart's and a profile's that overlap are one checkout's. */
function grouped(entries) {
  const groups = entries.map((entry) => [entry]);
  for (const group of groups) {
    const [profile] = group;
    if (group.length !== 1 || !isOf(profile, PROFILE)) continue;
    const partner = groups.find(
      (other) => other.length === 1 && isOf(other[0], CART) && overlap(other[0], profile),
    );
    if (partner) group.unshift(...partner.splice(0));
  }
  return groups
    .filter((group) => group.length)
    .sort((a, b) => b[0].started - a[0].started);
}

const milliseconds = (seconds) => `${Math.max(1, Math.round(seconds * 1000))} ms`;

/** A pair is drawn on its own scale, all single calls on one. */
function drawTimeline(entries) {
  const groups = grouped(entries).slice(0, 60);
  const single = groups.filter((group) => group.length === 1).flat();
  const longest = Math.max(0.001, ...single.map((entry) => end(entry) - entry.started));
  return groups.map((group) => (group.length > 1 ? drawPair(group) : drawSingle(group, longest)));
}

function drawSingle([entry], longest) {
  const [call, more] = drawCall(entry, entry.started, longest);
  more.prepend(when(entry.started * 1000), more.textContent ? " · " : "");
  return make("div", "group", call, more);
}

function drawPair(group) {
  const start = Math.min(...group.map((entry) => entry.started));
  const length = Math.max(...group.map(end)) - start || 0.001;
  const alone = group.reduce((sum, entry) => sum + end(entry) - entry.started, 0);
  const who = group.map((entry) => entry.customer_id).find(Boolean);
  const head = top_(
    text("strong", "", "Checkout"),
    who ? tag(`customer ${who}`) : null,
    tag(`together ${milliseconds(length)}, one by one ${milliseconds(alone)}`, "good"),
    when(start * 1000),
  );
  const element = make("div", "group pair", head);
  const slowest = Math.max(...group.map((entry) => end(entry) - entry.started));
  for (const entry of group) element.append(...drawCall(entry, start, length, slowest));
  return element;
}

function drawCall(entry, start, length, slowest) {
  const took = end(entry) - entry.started;
  const failed = entry.errors.length || (entry.status ?? 200) >= 400;
  const kind = isOf(entry, CART) ? "cart" : isOf(entry, PROFILE) ? "profile" : "";
  const moods = [failed && "failed", entry.ended === null && "running", took === slowest && "slow"];
  const call = make("div", ["call", kind, ...moods].filter(Boolean).join(" "));
  const bar = make("div", "span");
  bar.style.left = `${((entry.started - start) / length) * 100}%`;
  bar.style.width = `${Math.min(100, (took / length) * 100)}%`;
  const name = text("span", "name", entry.operations.join(", ") || "(no operation)");
  name.title = name.textContent;
  call.append(name, make("div", "track", bar), text("span", "time", milliseconds(took)));
  const facts = [
    entry.status && entry.status !== 200 && `HTTP ${entry.status}`,
    entry.faults.length && `fault: ${entry.faults.join(", ")}`,
    ...entry.errors.slice(0, 2),
    entry.cart_id,
    entry.cost !== null && `${entry.cost} points`,
  ];
  return [call, text("div", "more", facts.filter(Boolean).join(" · "))];
}

function drawFault(fault) {
  const left = fault.times === null ? "until lifted" : `${fault.times} more`;
  const facts = { latency: fault.seconds, status: fault.status, error: fault.error_type };
  return make(
    "div",
    "row",
    top_(
      text("strong", "", fault.kind),
      text("span", "mono", fault.operation),
      tag([facts[fault.kind], left].filter(Boolean).join(", ")),
      button("Lift", () => control(`faults/${fault.id}`, undefined, "DELETE")),
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
      top_(text("strong", "", "Sent"), tag(each.sent ? news : "no address"), when(each.created_at)),
      fields(each.added.map((place) => ["+", address(place)])),
    );
  }
  const cards = profile.cards.map((card) => ["Card", `${card.brand} •••• ${card.last_four}`]);
  details.append(fields([["Phone", profile.phone], ...cards]));
  const places = `${profile.locations.length} addresses, ${profile.cards.length} cards`;
  return row(
    profile.customer_id,
    top_(
      text("strong", "", profile.customer_id),
      text("span", "soft", [profile.name, profile.email].filter(Boolean).join(", ")),
      tag(places),
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
    top_(text("code", "id", cart.id), state, when(cart.createdAt)),
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
    top_(
      text("code", "id", password.password),
      text("span", "soft", `customer ${password.customer_id}`),
      state,
      text("span", "when", age < 120 ? `${Math.round(age)} s old` : clockTime(password.created_at)),
    ),
  );
}

function drawOrder(order) {
  const sums = order.amountSubtotals;
  return row(
    order.id,
    top_(
      text("strong", "", order.zonosOrderId),
      text("span", "soft", order.customerId ? `customer ${order.customerId}` : "guest"),
      tag(order.status, order.status === "CANCELED" ? "bad" : "good"),
      when(order.createdAt),
    ),
    fields([
      ["Id", order.id],
      ["Shop's number", order.accountOrderNumber],
      ["Cart", order.checkoutSession.cartId],
      ["Items", `${sums.items} ${order.currencyCode}`],
      ["Shipping", `${sums.shipping} ${order.currencyCode}`],
      ["Made up", `duties ${sums.duties}, taxes ${sums.taxes}`],
      ["References", order.references.map((each) => `${each.key}=${each.value}`).join(", ")],
      ["Tracking", order.trackingNumbers.join(", ")],
    ]),
  );
}

function drawWebhook(webhook) {
  const mood = webhook.status === "ENABLED" ? "good" : "bad";
  return make(
    "div",
    "row",
    top_(
      text("strong", "", webhook.type),
      text("span", "id", webhook.url),
      tag(webhook.status.toLowerCase(), mood),
    ),
  );
}

function drawDelivery(delivery) {
  const moods = { delivered: "good", failed: "bad", dropped: "bad" };
  const tries = delivery.attempts === 1 ? "1 try" : `${delivery.attempts} tries`;
  const details = make("div", "");
  details.append(
    fields([["To", delivery.url], ["Answer", delivery.note], ["Headers", delivery.headers.join(", ")]]),
    text("pre", "", delivery.request),
    button("Deliver again", () => control(`webhooks/deliveries/${delivery.id}/repeat`, {})),
  );
  return row(
    delivery.id,
    top_(
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

form.kind.addEventListener("change", explain);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fault = { kind: form.kind.value, operation: form.operation.value };
  fault.times = form.times.value ? Number(form.times.value) : null;
  const numbers = form.seconds.value.split(/[\s;,]+/).filter(Boolean).map(Number);
  const uses = (name) => !form.elements[name].closest("label").hidden;
  if (uses("seconds") && numbers.length) {
    fault.seconds = numbers.length > 1 ? numbers : numbers[0];
  }
  if (uses("status")) fault.status = Number(form.status.value);
  if (uses("error_type")) fault.error_type = form.error_type.value;
  try {
    await control("faults", fault);
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

keepAsking();
