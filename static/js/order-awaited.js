// Look for the order with growing patience, then leave it to the shopper.
const WAITS = [1, 1, 2, 3, 5, 8, 10, 15, 15, 20, 30, 30];
const LATE_AFTER = 6;

async function look(attempt) {
  if (attempt === LATE_AFTER) document.querySelector("[data-late]").hidden = false;
  if (attempt === WAITS.length) return;
  await new Promise((resolve) => setTimeout(resolve, WAITS[attempt] * 1000));
  const status = await fetch(location.href, { cache: "no-store" }).then(
    (response) => response.status,
    () => 0,
  );
  if (status === 200 || status === 404) location.reload();
  else look(attempt + 1);
}

look(0);
