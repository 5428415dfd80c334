"""Settings that a shopper's browser sees, at other values than their defaults."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .conftest import Zonos
from .host import BUTTON
from .host import CHECKOUT
from .host import Host
from .host import OWN_CHECKOUT

OTHER_KEY = '{zonosApiKey: "credential_test_other"}'


def test_a_cart_that_failed_can_open_a_checkout_that_says_so(
    zonos: Zonos, host: Host
) -> None:
    zonos.set(failed_cart_opens=True)
    host.settings = "{createCartId: () => Promise.reject(new Error('no'))}"
    frame = host.press()
    expect(frame.get_by_role("alert")).to_contain_text("cannot be opened")


@pytest.mark.parametrize("opens", [False, True])
def test_a_wrong_key_leaves_the_button_to_the_shop_or_opens_and_says_so(
    zonos: Zonos, host: Host, opens: bool
) -> None:
    zonos.set(wrong_key_opens=opens)
    host.init = OTHER_KEY
    host.page.goto(host.url)
    assert "zonosApiKey" in host.wait_for("error")[1]
    assert host.told("failed") == []
    host.page.click(BUTTON)
    if opens:
        alert = host.checkout.get_by_role("alert")
        expect(alert).to_contain_text("cannot be opened")
    else:
        host.page.wait_for_url(OWN_CHECKOUT)


def test_init_can_wait_for_the_checkout(zonos: Zonos, host: Host) -> None:
    zonos.set(init_waits=True)
    host.page.goto(host.url)
    host.wait_for("started")
    assert host.page.locator(BUTTON).is_enabled()
    host.init = OTHER_KEY
    host.page.goto(host.url)
    assert "zonosApiKey" in host.wait_for("failed")[1]


@pytest.mark.parametrize("once", [True, False])
def test_init_resolves_before_there_is_a_checkout_and_counts_once(
    zonos: Zonos, host: Host, once: bool
) -> None:
    zonos.set(init_once=once)
    host.arrive()
    names = [name for name, *_ in host.page.evaluate("told")]
    assert names.index("started") < names.index("init")
    host.page.evaluate("start()")
    if once:
        host.page.click(BUTTON)
        expect(host.page.locator(CHECKOUT)).to_be_visible()
        assert len(host.told("init")) == 1
    else:
        host.wait_for("init", 2)


def test_a_policy_of_hosts_can_be_enough(zonos: Zonos, host: Host) -> None:
    zonos.set(foreign_scripts=False)
    host.policy = f"script-src 'self' {zonos.sandbox.url}"
    host.arrive()


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
    zonos: Zonos, host: Host, setting: str, counts: bool
) -> None:
    zonos.set(**{setting: counts})
    host.arrive()
    host.page.evaluate(CHANGES[setting])
    host.page.click(BUTTON)
    if counts:
        expect(host.page.locator(CHECKOUT)).to_be_visible()
    else:
        host.page.wait_for_url(OWN_CHECKOUT)


@pytest.mark.parametrize("awaited", [False, True])
def test_what_the_shop_does_with_an_order_can_be_waited_for(
    zonos: Zonos, host: Host, awaited: bool
) -> None:
    zonos.set(order_success_is_awaited=awaited, success_behavior="CLOSE_MODAL")
    host.give(
        zonos.recognised(),
        onOrderSuccess="() => new Promise((done) => { window.done = () => {"
        ' told.push(["done"]); done(); }; told.push(["order"]); })',
    )
    host.press()
    host.pay()
    host.wait_for("order")
    if not awaited:
        host.wait_for("closed")
    host.page.evaluate("done()")
    host.wait_for("closed")
    names = [name for name, *_ in host.page.evaluate("told")]
    assert (names.index("done") < names.index("closed")) is awaited
