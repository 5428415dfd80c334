"""Settings that a shopper's browser sees, at other values than their defaults."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from playwright.sync_api import Page

from .conftest import Zonos
from .host import arrive
from .host import BUTTON
from .host import CHECKOUT
from .host import Host
from .host import OWN_CHECKOUT
from .host import pay
from .host import press
from .host import told
from .host import wait_for

OTHER_KEY = '{zonosApiKey: "credential_test_other"}'


def test_a_cart_that_failed_can_open_a_checkout_that_says_so(
    zonos: Zonos, host: Host, tab: Page
) -> None:
    zonos.set(failed_cart_opens=True)
    host.settings = "{createCartId: () => Promise.reject(new Error('no'))}"
    frame = press(tab, host)
    expect(frame.get_by_role("alert")).to_contain_text("cannot be opened")


@pytest.mark.parametrize("opens", [False, True])
def test_a_wrong_key_leaves_the_button_to_the_shop_or_opens_and_says_so(
    zonos: Zonos, host: Host, tab: Page, opens: bool
) -> None:
    zonos.set(wrong_key_opens=opens)
    host.init = OTHER_KEY
    host.give(zonos.recognised())
    tab.goto(host.url)
    assert "zonosApiKey" in wait_for(tab, "error")[1]
    assert told(tab, "failed") == []
    tab.click(BUTTON)
    if opens:
        frame = tab.frame_locator(f"{CHECKOUT} iframe")
        expect(frame.get_by_role("alert")).to_contain_text("cannot be opened")
    else:
        tab.wait_for_url(OWN_CHECKOUT)


def test_init_can_wait_for_the_checkout(zonos: Zonos, host: Host, tab: Page) -> None:
    zonos.set(init_waits=True)
    tab.goto(host.url)
    wait_for(tab, "started")
    assert tab.locator(BUTTON).is_enabled()
    host.init = OTHER_KEY
    tab.goto(host.url)
    assert "zonosApiKey" in wait_for(tab, "failed")[1]


@pytest.mark.parametrize("once", [True, False])
def test_init_resolves_before_there_is_a_checkout_and_counts_once(
    zonos: Zonos, host: Host, tab: Page, once: bool
) -> None:
    zonos.set(init_once=once)
    host.give(zonos.recognised())
    arrive(tab, host)
    names = [name for name, *_ in tab.evaluate("told")]
    assert names.index("started") < names.index("init")
    tab.evaluate("start()")
    if once:
        tab.click(BUTTON)
        expect(tab.locator(CHECKOUT)).to_be_visible()
        assert len(told(tab, "init")) == 1
    else:
        wait_for(tab, "init", 2)


def test_a_policy_of_hosts_can_be_enough(zonos: Zonos, host: Host, tab: Page) -> None:
    zonos.set(foreign_scripts=False)
    host.policy = f"script-src 'self' {zonos.sandbox.url}"
    arrive(tab, host)


#: What a shop's page does after the checkout has found its button.
CHANGES = {
    "survives_swaps": """() => {
      const body = document.createElement("body");
      body.append(document.querySelector("main"));
      document.body.replaceWith(body);
      return Zonos.init({ zonosApiKey: "credential_test_sandbox" });
    }""",
    "late_buttons": "document.forms[0].replaceWith(document.forms[0].cloneNode(true))",
}


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("setting", CHANGES)
def test_a_button_that_was_put_in_later_can_count_or_not(
    zonos: Zonos, host: Host, tab: Page, setting: str, counts: bool
) -> None:
    zonos.set(**{setting: counts})
    host.give(zonos.recognised())
    arrive(tab, host)
    tab.evaluate(CHANGES[setting])
    tab.click(BUTTON)
    if counts:
        expect(tab.locator(CHECKOUT)).to_be_visible()
    else:
        tab.wait_for_url(OWN_CHECKOUT)


@pytest.mark.parametrize("awaited", [False, True])
def test_what_the_shop_does_with_an_order_can_be_waited_for(
    zonos: Zonos, host: Host, tab: Page, awaited: bool
) -> None:
    zonos.set(order_success_is_awaited=awaited)
    host.give(
        zonos.recognised(),
        successBehavior='"CLOSE_MODAL"',
        onOrderSuccess="() => new Promise((done) => { window.done = () => {"
        ' told.push(["done"]); done(); }; told.push(["order"]); })',
    )
    pay(press(tab, host))
    wait_for(tab, "order")
    if not awaited:
        wait_for(tab, "closed")
    tab.evaluate("done()")
    wait_for(tab, "closed")
    order = [what for what, *_ in tab.evaluate("told") if what in ("done", "closed")]
    assert order == (["done", "closed"] if awaited else ["closed", "done"])
