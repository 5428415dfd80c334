// What happened in this tab's last checkout, for whoever builds the shop.
// Kept: rung, reason, error code, times. Never a cart id, a password or a name.
import { draw } from "./timeline.js";

const KEY = "vindstille:checkout";
const language = document.documentElement.lang;
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const panel = document.querySelector("#developer");

const last = () => JSON.parse(sessionStorage.getItem(KEY) ?? "null");

function keep(checkout) {
  sessionStorage.setItem(KEY, JSON.stringify(checkout));
  show();
}

// Fields that are hidden where there is nothing to say, and those that then say so.
function show() {
  const checkout = last();
  if (!panel || !checkout) return;
  const outcome = checkout.code ? "failed" : checkout.level ? "opened" : "";
  for (const field of panel.querySelectorAll("[data-developer]")) {
    const name = field.dataset.developer;
    const value = checkout[name] ?? "";
    field.textContent =
      value === "" ? "–" : name === "browser" ? `${whole.format(value)} ms` : value;
    const always = ["time", "browser"].includes(name);
    const ofSuccess = ["level", "reason"].includes(name) && outcome !== "failed";
    field.parentElement.hidden = value === "" && !always && !ofSuccess;
  }
  for (const element of panel.querySelectorAll("[data-developer-shown]")) {
    element.hidden = element.dataset.developerShown !== outcome;
  }
  const table = panel.querySelector("[data-developer-timeline]");
  const timing =
    outcome === "failed" ? { request: checkout.browser } : (checkout.timing ?? {});
  table.hidden = !Object.values(timing).some(Boolean);
  if (!table.hidden) {
    const { deadline, grace } = panel.querySelector("[data-deadline]").dataset;
    draw(table, { ...checkout, timing }, { deadline: Number(deadline), grace: Number(grace) });
  }
  panel.querySelector("[data-developer-facts]").hidden = false;
  panel.querySelector("[data-developer-empty]").hidden = true;
}

// The browser measures each request; its entry may come before or after the event.
let measured = "";

function begin(facts) {
  const time = new Date().toLocaleTimeString(language === "en" ? "en-GB" : language);
  keep({ time, browser: measured, ...facts });
  measured = "";
}

const settings = document.querySelector("#zonos-settings");
if (settings) {
  const url = new URL(JSON.parse(settings.textContent).cartInfoUrl, location.href).href;
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name !== url) continue;
      const checkout = last();
      measured = duration;
      if (!checkout || checkout.browser) continue;
      keep({ ...checkout, browser: measured });
      measured = "";
    }
  }).observe({ type: "resource" });
}

document.addEventListener("zonos:cart", ({ detail }) => {
  const { level, reason } = detail.recognition ?? {};
  begin({ level, reason, timing: detail.timing ?? {} });
});

document.addEventListener("zonos:error", ({ detail }) => {
  const { code, status, message } = detail;
  if (message) begin({ code, status: status || "" });
  else keep({ ...(last() ?? { browser: "" }), trouble: code }); // the sale goes on
});

show();
