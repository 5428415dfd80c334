/* The checkout in its frame. Cart and password come by one message from the page's
 * script. */

import { drawCredit, onCredit, storeCredit } from "./credit.js";
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
import { countryOptions, say, words } from "./language.js";
import { drawMessage, drawSuccess } from "./message.js";
import { firstMissing, mark } from "./missing.js";
import { prefill } from "./prefill.js";
import { confirmed, isAsking } from "./questions.js";
import { ask, checkout, openSession } from "./session.js";
import { goToNextStep, goToStep, isLastStep, openStep } from "./steps.js";

const $ = (selector) => document.querySelector(selector);
const form = $("#form");
const pay = $("[data-zonos-pay]");

const LATE = { pause: 1000, times: 15 }; // milliseconds between questions for an order

const REQUOTED = ["locationId", "serviceLevel", "countryCode", "credit", "creditAmount"];

let quotes = 0;

async function open(opened) {
  try {
    await openSession(opened);
  } catch (error) {
    $("#reason").textContent = `${error.message}${/[.]$/.test(error.message) ? "" : "."}`;
    $("#go-back").hidden = error.reason !== "cart-expired";
    show("#failed");
    return;
  }
  tell("cart", { cartId: checkout.session.cartId });
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
  drawCredit(session);
  const { companyFields, customMessage, shippingData, successPage } = checkout.opened;
  $("#company").hidden = !companyFields;
  drawMessage(customMessage);
  drawSuccess(successPage);
  prefill(form, overrides() ? null : customer, shippingData);
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
  const turn = ++quotes;
  pay.disabled = true;
  const wanted = {
    countryCode: destination(),
    serviceLevel: chosen("serviceLevel"),
    storeCredit: storeCredit(),
  };
  try {
    const sums = await renewing(() => ask("quote", wanted));
    if (turn !== quotes) return; // another choice has come since
    drawSums(sums);
    fail("");
  } catch (error) {
    fail(error.message);
  }
  pay.disabled = pay.hidden = false;
}

/** Does something; if the cart has expired, once more after the shopper renewed it. */
async function renewing(work) {
  try {
    return await work();
  } catch (error) {
    if (error.reason !== "cart-expired" || isAsking()) throw error;
    if (!(await confirmed("#expired"))) {
      close();
      throw error;
    }
    await ask("renewal");
    return work();
  }
}

function drawSums(sums) {
  const { currencyCode } = checkout;
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
  const missing = firstMissing(addressFields(), checkout.opened.latinOnly);
  if (!missing) return true;
  goToStep(0);
  missing.focus();
  return false;
}

const typedAddress = () =>
  Object.fromEntries(addressFields().map((field) => [field.name, field.value]));

const where = () =>
  chosen("locationId") ? { locationId: chosen("locationId") } : { address: typedAddress() };

/** What "Continue" does, and Enter before the last step. */
function goOn() {
  if (!addressIsComplete()) return;
  const address = typedAddress();
  const name = `${address.firstName} ${address.lastName}`;
  $("#typed").textContent = chosen("locationId") ? "" : `${name}, ${lines(address)}`;
  goToNextStep();
}

async function placeOrder() {
  if (!addressIsComplete()) return;
  const { items } = checkout.session;
  const { message } = await question("inventory-check", { items, words: words() });
  if (message) {
    fail(say(message));
    return;
  }
  const { duplicate } = await renewing(() => ask("duplicates", where()));
  if (duplicate) {
    $("#duplicate-number").textContent = duplicate;
    if (!(await confirmed("#duplicate"))) return;
  }
  const card = chosen("payment") ?? "";
  const isTest = card.startsWith("test:");
  const paid = await renewing(() =>
    ask("orders", {
      ...where(),
      serviceLevel: chosen("serviceLevel"),
      payment: isTest ? { testCard: card.slice(5) } : { id: card },
      saveCard: isTest && Boolean(checkout.session.customer) && form.saveCard.checked,
      storeCredit: storeCredit(),
    }),
  );
  tell("paid", { checkoutSessionId: paid.checkoutSessionId });
  const order = paid.order ?? (await lateOrder());
  $("#receipt").textContent = order
    ? say("Order {number} has been placed. You paid {total} in play money.", {
        number: order.zonosOrderId,
        total: checkout.total,
      })
    : say("You paid {total} in play money. Your order is on its way.", {
        total: checkout.total,
      });
  show("#done");
  tell("order", { order });
}

/** The order that was not there with the payment; null if it is too late. */
async function lateOrder() {
  for (let turn = 0; turn < LATE.times; turn += 1) {
    await new Promise((wake) => setTimeout(wake, LATE.pause));
    const { order } = await ask("order");
    if (order) return order;
  }
  return null;
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
  if (target.name === "credit") onCredit();
  if (REQUOTED.includes(target.name)) requote();
});

form.addEventListener("input", ({ target }) => {
  if (target.getAttribute("aria-invalid") === "true") {
    mark(target, checkout.opened.latinOnly);
  }
});

// ---------------------------------------------------------------------------- closing

$("#close").addEventListener("click", close);
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", close);
}
whenOpened(open);
