"""Every page of the shop, as axe, a keyboard and a screen reader meet it."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import Page

from tests.demo_app.conftest import NewShopper
from tests.demo_app.conftest import OpenCart
from tests.demo_app.conftest import Shopper
from tests.demo_app.every_page import walk_pages

#: Each language, scheme and size once; each of their pairs would take twice as long.
SETTINGS: dict[str, dict[str, Any]] = {
    "english-light-desk": {
        "locale": "en-GB",
        "color_scheme": "light",
        "viewport": {"width": 1280, "height": 900},
    },
    "danish-dark-phone": {
        "locale": "da-DK",
        "color_scheme": "dark",
        "viewport": {"width": 390, "height": 844},
    },
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

#: All that the Tab key should reach, by number; of a group of radio buttons one. After
#: each key it is noted what has the focus.
REACHABLE = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.type !== "hidden")
    .filter((one) => one.checkVisibility() && (one.type !== "radio" || one.checked));
  all.forEach((one, index) => { one.dataset.walk = index; });
  window.walked = {};
  document.addEventListener("keyup", () => {
    const one = document.activeElement;
    if (!one.dataset.walk) return;
    const shown = one.matches("[type=radio]") ? one.nextElementSibling : one;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown);
    const outlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const box = shown.getBoundingClientRect();
    const seen = box.width > 1 && box.top < innerHeight && box.bottom > 0;
    walked[one.dataset.walk] = { ring: outlined || boxShadow !== "none", seen };
  });
  getSelection().removeAllRanges();
  document.activeElement?.blur();
  return all.length;
}"""
UNREACHED = """() => [...document.querySelectorAll("[data-walk]")].flatMap((one) => {
  const { ring, seen } = walked[one.dataset.walk] ?? {};
  return ring && seen ? [] : [`ring ${ring}, seen ${seen}: ${one.outerHTML}`];
})"""

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


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_page_is_accessible_to_axe_and_keyboard_and_holds_still(
    app: Flask,
    browser: Browser,
    live_shop: str,
    new_shopper: NewShopper,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
) -> None:
    monkeypatch.setitem(app.config, "SHOP_DEVELOPER_PANEL", True)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    given = SETTINGS[setting]
    faults: dict[str, list[str]] = {}
    # Without motion, or axe sees colours on their way.
    with browser.new_context(
        base_url=live_shop, reduced_motion="reduce", **given
    ) as context:
        context.set_default_timeout(20_000)
        for name, page in walk_pages(app, context.new_page(), new_shopper, live_shop):
            # A page that a click has opened may still wait for its styles.
            page.wait_for_load_state()
            # The page of an error asks nothing of the session, not even its language.
            language = "en" if "error" in name else given["locale"][:2]
            found = [
                *(
                    f"{fault['id']}: {[node['target'] for node in fault['nodes']]}"
                    for fault in Axe().run(page).response["violations"]
                ),
                *page.evaluate(STRUCTURE, language),
                *page.evaluate(MOVING),
                *(unreached(page) if "desk" in setting else []),
            ]
            if found:
                faults.setdefault(name, []).extend(found)
    assert faults == {}


def unreached(page: Page) -> list[str]:
    """Press Tab all the way; what it does not reach, or does not show."""
    for _ in range(page.evaluate(REACHABLE) + 3):
        page.keyboard.press("Tab")
    return list(page.evaluate(UNREACHED))


def test_something_moves_for_who_has_not_asked_for_no_motion(
    open_cart: OpenCart,
) -> None:
    assert open_cart().evaluate(MOVING)


@pytest.mark.parametrize("locale", ["en-GB", "da-DK"])
def test_on_a_phone_the_header_is_one_line_and_each_picture_whole(
    browser: Browser, live_shop: str, shopper: Shopper, locale: str
) -> None:
    shopper.sign_in()
    with browser.new_context(base_url=live_shop, locale=locale) as context:
        shopper.lend_session(context, live_shop)
        page = context.new_page()
        page.goto("/")
        for width in (320, 360, 390):
            page.set_viewport_size({"width": width, "height": 700})
            box = page.locator(".site-header").bounding_box()
            assert box is not None and box["height"] < 90
            ratios = page.locator(".tile img").evaluate_all(
                "images => images.map(({width, height}) => width / height)"
            )
            assert [ratio for ratio in ratios if not 0.78 < ratio < 0.82] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
