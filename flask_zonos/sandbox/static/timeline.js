/* The drawing of requests: the two calls of one checkout side by side. */

import { count, tag, text, line, when } from "./elements.js";
import { make } from "./make.js";

const CART = ["cartCreate", "cartUpsert"];
const PROFILE = ["checkoutCustomerProfileAuthenticate"];
const isOf = (entry, names) => entry.operations.some((name) => names.includes(name));
const end = (entry) => entry.ended ?? Date.now() / 1000;
/** The calls of one checkout begin within so many seconds, or the machine is a slow one. */
const TOGETHER = 0.05;
const apart = ([a, b]) => Math.abs(a.started - b.started);
const overlap = ([a, b]) => a.started < end(b) && b.started < end(a);

/** The calls in groups: a cart's and a profile's at the same time are one checkout's. */
function grouped(entries) {
  const carts = entries.filter((entry) => isOf(entry, CART));
  const profiles = entries.filter((entry) => isOf(entry, PROFILE));
  const near = carts
    .flatMap((cart) => profiles.map((profile) => [cart, profile]))
    .filter((pair) => apart(pair) <= TOGETHER || overlap(pair))
    .sort((a, b) => apart(a) - apart(b)); // the nearest find each other first
  const single = new Set(entries);
  const groups = [];
  for (const pair of near) {
    if (!pair.every((entry) => single.has(entry))) continue;
    pair.forEach((entry) => single.delete(entry));
    groups.push(pair);
  }
  for (const entry of single) groups.push([entry]);
  return groups.sort((a, b) => b[0].started - a[0].started);
}

const milliseconds = (seconds) => `${Math.max(1, Math.round(seconds * 1000))} ms`;

/** A pair is drawn on its own scale, all single calls on one. */
export function drawTimeline(entries) {
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
  const saved = length < alone;
  // Below that a difference says more of the machine than of the calls.
  const compared = length < 0.05 ? "" : `, one by one ${milliseconds(alone)}`;
  const who = group.map((entry) => entry.customer_id).find(Boolean);
  const head = line(
    text("strong", "", "Checkout"),
    who ? tag(`customer ${who}`) : null,
    tag(`together ${milliseconds(length)}${compared}`, compared && saved ? "good" : ""),
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
    entry.cost !== null && count(entry.cost, "point"),
  ];
  return [call, text("div", "more", facts.filter(Boolean).join(" · "))];
}
