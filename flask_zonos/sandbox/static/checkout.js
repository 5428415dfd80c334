/* The checkout in its frame. Cart and password come by one message from the page's
 * script; the session's token lives in this module and nowhere else. */

import {
  itemRows,
  levelChoices,
  lines,
  locationChoices,
  money,
  savedChoices,
  sumCells,
  testChoices,
} from "./drawing.js";
import { close, question, tell, whenOpened } from "./frame.js";
import { countryOptions, say } from "./language.js";
import { firstMissing, mark } from "./missing.js";
import { goToNextStep, goToStep, isLastStep, openStep } from "./steps.js";

const $ = (selector) => document.querySelector(selector);
const form = $("#form");
const pay = $("[data-zonos-pay]");

const checkout = { opened: null, session: null, total: "", quotes: 0 };

// ------------------------------------------------------------------------ the sandbox

async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  if (checkout.session) headers["Checkout-Session"] = checkout.session.token;
  let answer;
  try {
    const options = { method: "POST", headers, body: JSON.stringify(body) };
    answer = await fetch(`/checkout/${path}`, options);
  } catch {
    throw new Error(say("The sandbox cannot be reached. Please try again."));
  }
  const json = await answer.json().catch(() => null);
  const failed = "That did not work. Please try again.";
  if (!answer.ok) throw new Error(say(json?.message ?? failed));
  return json;
}

async function open(opened) {
  checkout.opened = opened;
  try {
    const { cartId, customerAuthenticationToken, zonosApiKey } = opened;
    checkout.session = await ask("sessions", {
      cartId,
      customerAuthenticationToken,
      zonosApiKey,
    });
  } catch (error) {
    $("#reason").textContent = `${error.message}${/[.]$/.test(error.message) ? "" : "."}`;
    show("#failed");
    return;
  }
  opened.customerAuthenticationToken = null; // it has been redeemed
  draw();
  const known = checkout.session.customer?.locations.length && !overrides();
  openStep(known ? 2 : 0);
  show("#form");
  await requote();
}

function show(part) {
  for (const each of ["#waiting", "#failed", "#form", "#done"]) {
    $(each).hidden = each !== part;
  }
  const target = $(part);
  const first = target.querySelector(".open .step :is(:checked, .fields input)");
  (first ?? target.querySelector("button") ?? target).focus();
}

// ---------------------------------------------------------------------------- drawing

function draw() {
  const { session } = checkout;
  const { customer } = session;
  form.countryCode.replaceChildren(...countryOptions(session.countries));
  form.countryCode.value = checkout.opened.countryCode;
  $("#items").replaceChildren(...itemRows(session));
  $("#levels").replaceChildren(...levelChoices(session));
  drawCards(session);
  drawLocations(session);
  prefill(customer);
  greet(customer);
}

function drawCards(session) {
  const saved = savedChoices(session);
  const tests = testChoices(session, !saved.length);
  $("#cards").replaceChildren(...saved, ...(saved.length ? [] : tests));
  $("#test-cards").replaceChildren(...(saved.length ? tests : []));
  $("#more-cards").hidden = !saved.length;
  onPayment();
}

function drawLocations(session) {
  const places = locationChoices(session, overrides());
  $("#locations").replaceChildren(...places);
  $("#locations").hidden = !places.length;
  onLocation();
}

/** Whether the shop's own address goes before those of the profile. */
const overrides = () =>
  Boolean(checkout.opened.shippingDataWins && checkout.opened.shippingData);

function prefill(customer) {
  const { shippingData } = checkout.opened;
  const fromProfile = customer && !overrides();
  const given = fromProfile
    ? { name: customer.name, email: customer.email, phone: customer.phone }
    : shippingData && {
        name: shippingData.customerName,
        email: shippingData.customerEmail,
        phone: shippingData.customerPhone,
        line1: shippingData.customerAddress1,
        line2: shippingData.customerAddress2,
        locality: shippingData.customerCity,
        administrativeArea: shippingData.customerState,
        postalCode: shippingData.customerZip,
        countryCode: shippingData.customerCountry,
      };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value) form.elements[name].value = value;
  }
}

function greet(customer) {
  const greeting = $("#greeting");
  greeting.hidden = !customer;
  if (customer) {
    const { name, email, paymentMethods } = customer;
    const who = name && email ? `${name} (${email})` : name || email || say("customer");
    // A saved card is what only an earlier order can have left.
    const text = paymentMethods.length ? "Welcome back, {name}" : "Welcome, {name}";
    greeting.textContent = say(text, { name: who });
  }
}

// --------------------------------------------------------------------------- choosing

const chosen = (name) => new FormData(form).get(name);
const addressFields = () => [...$("#address").querySelectorAll("input, select")];

function onLocation() {
  const known = Boolean(chosen("locationId"));
  $("#address").hidden = known;
  for (const field of addressFields()) field.disabled = known;
}

function onPayment() {
  const isTest = (chosen("payment") ?? "").startsWith("test:");
  $("#keep").hidden = !checkout.session.customer || !isTest;
}

function destination() {
  const id = chosen("locationId");
  const place = checkout.session.customer?.locations.find((each) => each.id === id);
  return place?.countryCode ?? form.countryCode.value;
}

async function requote() {
  const turn = ++checkout.quotes;
  pay.disabled = true;
  const wanted = { countryCode: destination(), serviceLevel: chosen("serviceLevel") };
  try {
    const sums = await ask("quote", wanted);
    if (turn !== checkout.quotes) return; // another choice has come since
    drawSums(sums);
    fail("");
  } catch (error) {
    fail(error.message);
  }
  pay.disabled = false;
}

function drawSums(sums) {
  const { currencyCode } = checkout.session;
  checkout.total = money(sums.total, currencyCode);
  $("#sums").replaceChildren(...sumCells(sums, currencyCode));
  pay.textContent = say("Pay {total}", { total: checkout.total });
}

// ----------------------------------------------------------------------------- paying

const fail = (text) => {
  $("#error").textContent = text;
};

/** Whether the address is complete; if it is not, the shopper is asked for the rest. */
function addressIsComplete() {
  const missing = firstMissing(addressFields());
  if (!missing) return true;
  goToStep(0);
  missing.focus();
  return false;
}

const typedAddress = () =>
  Object.fromEntries(addressFields().map((field) => [field.name, field.value]));

/** What "Continue" does, and Enter before the last step. */
function goOn() {
  if (!addressIsComplete()) return;
  const address = typedAddress();
  $("#typed").textContent = chosen("locationId") ? "" : `${address.name}, ${lines(address)}`;
  goToNextStep();
}

async function placeOrder() {
  if (!addressIsComplete()) return;
  const items = checkout.session.items.map(({ sku, productId, quantity, name }) => ({
    sku,
    productId,
    quantity,
    name,
  }));
  const { message } = await question("inventory-check", { items });
  if (message) {
    fail(say(message));
    return;
  }
  const card = chosen("payment") ?? "";
  const isTest = card.startsWith("test:");
  const { order } = await ask("orders", {
    ...(chosen("locationId") ? { locationId: chosen("locationId") } : { address: typedAddress() }),
    serviceLevel: chosen("serviceLevel"),
    payment: isTest ? { testCard: card.slice(5) } : { id: card },
    saveCard: isTest && Boolean(checkout.session.customer) && form.saveCard.checked,
  });
  $("#receipt").textContent = say(
    "Order {number} has been placed. You paid {total} in play money.",
    { number: order.zonosOrderId, total: checkout.total },
  );
  show("#done");
  tell("order", { order });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  fail("");
  if (event.submitter !== pay && !isLastStep()) {
    goOn();
    return;
  }
  if (pay.disabled) return;
  pay.disabled = true;
  form.setAttribute("aria-busy", "true");
  try {
    await placeOrder();
  } catch (error) {
    fail(error.message);
  }
  form.removeAttribute("aria-busy");
  pay.disabled = false;
});

form.addEventListener("change", ({ target }) => {
  if (target.name === "locationId") onLocation();
  if (target.name === "payment") onPayment();
  if (["locationId", "serviceLevel", "countryCode"].includes(target.name)) requote();
});

form.addEventListener("input", ({ target }) => {
  if (target.getAttribute("aria-invalid") === "true") mark(target);
});

// ---------------------------------------------------------------------------- closing

$("#close").addEventListener("click", close);
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", close);
}
whenOpened(open);
