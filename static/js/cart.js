// The cart page: five courtesies. The page works without them.

// Prices and stock as they are, also after the back button.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// The stepper's buttons reload the page: the focus stays where it was, or, where that
// is gone, close by.
const KEY = "vindstille:focus";
document.addEventListener("submit", (event) => {
  if (event.submitter?.id) sessionStorage.setItem(KEY, event.submitter.id);
});
const focused = sessionStorage.getItem(KEY);
if (focused) {
  sessionStorage.removeItem(KEY);
  if (focused !== "place-order") {
    const there = document.getElementById(focused) ?? document.querySelector("main");
    there.focus({ preventScroll: true });
  }
}

// How the open checkout knows the shopper; once it is closed, what the next one will.
function tellRecognition(level) {
  for (const text of document.querySelectorAll("[data-recognised]")) {
    text.hidden = text.dataset.recognised !== level;
  }
  const promise = document.querySelector("[data-promise]");
  if (promise) promise.hidden = Boolean(level) && level !== "profile";
}
document.addEventListener("zonos:cart", (event) => {
  tellRecognition(event.detail?.recognition?.level);
});
document.addEventListener("zonos:configure", ({ detail: { settings } }) => {
  settings.checkoutSettings.onClose = () => tellRecognition();
});

// After payment at Zonos: on to the order's own page.
document.addEventListener("zonos:order", (event) => {
  const form = document.querySelector("[data-order-url]");
  const id = event.detail?.orderId;
  if (form && id) {
    location.assign(form.dataset.orderUrl.replace("ORDER_ID", encodeURIComponent(id)));
  }
});
