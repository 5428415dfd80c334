// What happened in this tab's last checkout, for whoever builds the shop.
// Kept: rung, reason, times. Never a cart id, a password or a name.
const KEY = "vindstille:last-checkout";

function row({ name, duration }, longest) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("meter");
  const time = document.createElement("span");
  label.textContent = name;
  bar.max = longest;
  bar.value = duration;
  bar.setAttribute("aria-label", name);
  time.textContent = `${duration.toFixed(1)} ms`;
  item.append(label, bar, time);
  return item;
}

function show() {
  const panel = document.querySelector("#developer");
  const last = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (!panel || !last) return;
  for (const field of panel.querySelectorAll("[data-developer]")) {
    field.textContent = last[field.dataset.developer] ?? "–";
  }
  const longest = Math.max(1, ...last.timings.map(({ duration }) => duration));
  const timeline = panel.querySelector("[data-developer-timeline]");
  timeline.replaceChildren(...last.timings.map((timing) => row(timing, longest)));
  timeline.hidden = last.timings.length === 0;
  panel.querySelector("[data-developer-facts]").hidden = false;
  panel.querySelector("[data-developer-empty]").hidden = true;
}

document.addEventListener("zonos:cart", ({ detail }) => {
  const last = {
    level: detail.recognition?.level,
    reason: detail.recognition?.reason,
    time: new Date().toLocaleTimeString(document.documentElement.lang),
    timings: Object.entries(detail.timing ?? {}).map(([name, duration]) => ({
      name,
      duration,
    })),
  };
  sessionStorage.setItem(KEY, JSON.stringify(last));
  show();
});

show();
