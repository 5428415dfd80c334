"""Every page of the shop, as axe, a keyboard and a screen reader meet it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page

from tests.demo_app.conftest import Shopper
from tests.demo_app.tour import tour

pytestmark = pytest.mark.browser
Walk = Callable[..., Iterator[tuple[str, Page]]]

#: Each language, scheme and size once; each of their pairs would take twice as long.
SETTINGS: dict[str, dict[str, Any]] = {
    "english-light-desk": {"locale": "en-GB", "color_scheme": "light"},
    "danish-dark-phone": {"locale": "da-DK", "color_scheme": "dark"},
}
SIZES = {
    "desk": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}

STRUCTURE = """language => {
  const faults = [];
  const seen = (selector) =>
    [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  for (const only of ["main", "body > header", "header nav", "body > footer", "h1"]) {
    const count = seen(only).length;
    if (count !== 1) faults.push(`${count} of ${only}`);
  }
  if (document.documentElement.lang !== language) {
    faults.push(`says it is in ${document.documentElement.lang}`);
  }
  for (const field of seen("input, select, textarea")) {
    const labels = [...(field.labels ?? [])].map((one) => one.innerText.trim());
    if (!labels.join("")) faults.push(`no label: ${field.outerHTML}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push("too wide");
  return faults;
}"""

#: All that the Tab key should reach; of a group of radio buttons one.
REACHABLE = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.type !== "hidden")
    .filter((one) => one.checkVisibility() && (one.type !== "radio" || one.checked));
  all.forEach((one, index) => { one.dataset.walk = index; });
  getSelection().removeAllRanges();
  document.activeElement?.blur();
  return all.length;
}"""
FOCUSED = """() => {
  const one = document.activeElement;
  const shown = one.matches("[type=radio]") ? one.nextElementSibling : one;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown);
  const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const box = shown.getBoundingClientRect();
  return {
    number: one.dataset.walk,
    element: one.outerHTML.slice(0, 120),
    ring: outlined || boxShadow !== "none",
    seen: box.width > 1 && box.top < innerHeight && box.bottom > 0,
  };
}"""

MOVING = """() => {
  const times = (style) => [style.transitionDuration, style.animationDuration];
  const moves = (list) => list.split(",").some((time) => parseFloat(time) > 0);
  const found = document.getAnimations().map((one) => String(one));
  for (const one of document.querySelectorAll("*")) {
    for (const part of [null, "::before", "::after"]) {
      const style = getComputedStyle(one, part);
      if (times(style).some(moves)) found.push(one.tagName + (part ?? ""));
      if (style.scrollBehavior === "smooth") found.push(`${one.tagName} scrolls`);
    }
  }
  return found;
}"""


@pytest.fixture
def walk(
    browser: Browser,
    live_shop: str,
    app: Flask,
    new_shopper: Callable[[], Shopper],
) -> Iterator[Walk]:
    """Walk through the shop in a browser of these settings."""
    contexts: list[BrowserContext] = []

    def start(**settings: Any) -> Iterator[tuple[str, Page]]:
        context = browser.new_context(base_url=live_shop, **settings)
        context.set_default_timeout(20_000)
        contexts.append(context)
        for name, page in tour(app, context, new_shopper, live_shop):
            # A page that a click has opened may still wait for its styles.
            page.wait_for_load_state()
            yield name, page

    yield start
    for context in contexts:
        context.close()


@pytest.mark.parametrize("setting", SETTINGS)
def test_axe_finds_nothing_on_any_page(walk: Walk, setting: str) -> None:
    faults: dict[str, list[str]] = {}
    axe = Axe()
    # Without motion, or axe sees colours on their way.
    for name, page in walk(
        **SETTINGS[setting],
        viewport=SIZES[setting.split("-")[2]],
        reduced_motion="reduce",
    ):
        found = [
            f"{fault['id']}: {[node['target'] for node in fault['nodes']]}"
            for fault in axe.run(page).response["violations"]
        ]
        # The page of an error asks nothing of the session, not even its language.
        language = "en" if "error" in name else SETTINGS[setting]["locale"][:2]
        found += page.evaluate(STRUCTURE, language)
        if found:
            faults.setdefault(name, []).extend(found)
    assert faults == {}


def test_the_tab_key_reaches_everything_and_shows_where_it_is(walk: Walk) -> None:
    faults: dict[str, list[str]] = {}
    for name, page in walk(locale="en-GB", viewport=SIZES["desk"]):
        missing = set(map(str, range(page.evaluate(REACHABLE))))
        found = []
        for _ in range(len(missing) + 3):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused["number"] is None:
                continue
            missing.discard(focused["number"])
            if not focused["ring"]:
                found.append(f"no ring: {focused['element']}")
            if not focused["seen"]:
                found.append(f"out of sight: {focused['element']}")
        for number in missing:
            selector = f"[data-walk='{number}']"
            found.append(f"never reached: {page.locator(selector).inner_html()}")
        if found:
            faults.setdefault(name, []).extend(found)
    assert faults == {}


def test_nothing_moves_for_who_asked_for_no_motion(walk: Walk) -> None:
    moving: dict[str, list[str]] = {}
    for name, page in walk(viewport=SIZES["desk"], reduced_motion="reduce"):
        if found := page.evaluate(MOVING):
            moving.setdefault(name, []).extend(found)
        if name == "/cart":
            page.emulate_media(reduced_motion="no-preference")
            assert page.evaluate(MOVING)  # there is something to hold still
            page.emulate_media(reduced_motion="reduce")
    assert moving == {}
