// Draws the two calls of a checkout over an axis of milliseconds.
// `Server-Timing` tells how long each took, and both begin together, at 0. Where there
// is none, as after a failure, the whole request is all that is known.

const STEPS_AT_MOST = 4;

/** A step of 1, 2 or 5 times a power of ten, of which `longest` holds few. */
function stepFor(longest) {
  const power = 10 ** Math.floor(Math.log10(longest / STEPS_AT_MOST));
  return [1, 2, 5, 10].map((one) => one * power).find((step) => longest / step <= STEPS_AT_MOST);
}

function mark(kind, from, to, end) {
  const part = document.createElement("span");
  part.className = kind;
  part.style.left = `${(from / end) * 100}%`;
  part.style.width = `${((Math.min(to, end) - from) / end) * 100}%`;
  return part;
}

function ticks(step, end, format) {
  return Array.from({ length: Math.round(end / step) + 1 }, (_, index) => {
    const tick = document.createElement("span");
    tick.textContent = format.format(index * step);
    tick.style.left = `${((index * step) / end) * 100}%`;
    return tick;
  });
}

/** Fills the table: its numbers say in words what its bars show. */
export function draw(table, { timing, reason }, { deadline, grace }) {
  const language = document.documentElement.lang;
  const digits = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const axis = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const longest = Math.max(0.1, ...Object.values(timing));
  const step = stepFor(longest);
  const end = Math.ceil(longest / step) * step;
  table.style.setProperty("--step", `${(step / end) * 100}%`);
  table.querySelector(".ticks").replaceChildren(...ticks(step, end, axis));

  for (const row of table.querySelectorAll("[data-call]")) {
    const name = row.dataset.call;
    row.hidden = (name === "request") === "total" in timing;
    if (row.hidden) continue;
    const took = timing[name];
    const track = row.querySelector(".track");
    const words = row.querySelector(".number");
    track.replaceChildren();
    if (took !== undefined) {
      track.append(mark("bar", 0, took, end));
      words.textContent = `${digits.format(took)} ms`;
    } else if (reason === "timeout") {
      // It has not answered while the checkout waited: its end is not known.
      const waited = `${digits.format(timing.total)} ms`;
      track.append(mark("bar late", 0, timing.total, end));
      words.textContent = (words.dataset.late ?? "–").replace("{time}", waited);
    } else {
      words.textContent = words.dataset.none ?? "–";
    }
    const asked = took !== undefined || reason === "timeout";
    if (name === "profile" && asked && timing.cart < end) {
      track.append(mark("grace", timing.cart, timing.cart + grace, end));
    }
    if (["total", "request"].includes(name) && deadline < end) {
      track.append(mark("deadline", deadline, deadline, end));
    }
  }
}
