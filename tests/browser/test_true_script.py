"""The page with a script that is true to Zonos's types and loader."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask import Response
from flask import send_from_directory
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..docs.blocks import blocks
from ..docs.blocks import DOCS
from ..support.flask_shop import FlaskShop
from ..support.serving import serve
from .conftest import HERE
from .conftest import Shop
from .conftest import wait_until
from .test_checkout import BUTTON
from .test_checkout import errors
from .test_checkout import open_cart
from .test_navigation import HTMX
from .test_navigation import TURBO

pytestmark = pytest.mark.browser
TWO_BUTTONS = """<p hidden><button class="order">Place order</button></p>
<p><button class="order">Place the order</button></p>"""
STRICT = "'nonce-n0nce' 'strict-dynamic'"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Another host, with the scripts that Zonos's asks for."""
    app = Flask("elsewhere", static_folder=None)

    @app.get("/zonos-elements.esm.js")
    def elements() -> Response:
        return Response("window.fake.start();", mimetype="text/javascript")

    @app.get("/stripe.js")
    def stripe() -> Response:
        return Response("", mimetype="text/javascript")

    with serve(app) as url:
        yield url


def test_what_is_told_stands_at_the_button_that_was_pressed(
    page: Page, shop: Shop
) -> None:
    shop.button = TWO_BUTTONS
    shop.init = {"checkoutSettings": {"placeOrderButtonSelector": ".order"}}
    shop.answer = lambda: ({"code": "busy"}, 503)
    shop.gate.clear()
    open_cart(page, shop)
    hidden, pressed = page.locator(".order").all()
    pressed.click()
    expect(pressed).to_have_attribute("data-zonos-state", "asking")
    expect(hidden).to_have_attribute("data-zonos-state", "ready")
    shop.gate.set()
    alert = pressed.locator("xpath=following-sibling::div").get_by_role("alert")
    expect(alert).to_contain_text("couldn’t open")
    page.get_by_role("button", name="Use this shop’s own checkout").click()
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_ready_is_told_before_the_checkout_works_and_opened_once_it_is_there(
    page: Page, shop: Shop, elsewhere: str
) -> None:
    shop.scripts = STRICT
    shop.script += f"?checkout=shown&elements={elsewhere}/zonos-elements.esm.js"
    open_cart(page, shop)
    wait_until(page, "document.querySelector('zonos-controller')")
    page.click(BUTTON)
    wait_until(page, "seen.at(-1)[0] === 'opened'")
    assert page.evaluate("seen.at(-1)") == ["opened", {"cartId": "cart_1"}]
    expect(page.locator(BUTTON)).to_have_attribute("data-zonos-state", "ready")


@pytest.mark.parametrize("scripts", ["'nonce-n0nce'", "'nonce-n0nce' 'self'"])
def test_a_blocked_script_is_told_and_the_shops_own_checkout_is_reached(
    page: Page, shop: Shop, elsewhere: str, scripts: str
) -> None:
    shop.scripts = scripts
    shop.script += f"?elements={elsewhere}/zonos-elements.esm.js"
    page.clock.install()
    open_cart(page, shop)
    wait_until(page, "seen.some(([name]) => name === 'error')")
    [error] = errors(page)
    assert (error["code"], error["message"]) == ("script-blocked", None)
    assert error["url"] == f"{elsewhere}/zonos-elements.esm.js"
    page.evaluate("violations.length = 0")
    expect(page.locator(BUTTON)).to_be_enabled()
    page.clock.fast_forward(5_000)  # of Zonos's own guard
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_a_script_that_does_not_come_is_told(
    page: Page, shop: Shop, elsewhere: str
) -> None:
    shop.scripts = STRICT
    shop.script += f"?elements={elsewhere}/zonos/none.js"
    open_cart(page, shop)
    wait_until(page, "seen.some(([name]) => name === 'error')")
    [error] = errors(page)
    assert error["code"] == "script-unavailable"
    assert error["url"] == f"{elsewhere}/zonos/none.js"


def test_a_checkout_that_does_not_open_for_want_of_a_script_leads_to_the_shops_own(
    page: Page, shop: Shop, elsewhere: str
) -> None:
    shop.script += f"?further={elsewhere}/stripe.js"
    open_cart(page, shop)
    wait_until(page, "seen.some(([name]) => name === 'error')")
    page.evaluate("violations.length = 0")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("couldn’t open")
    page.get_by_role("button", name="Use this shop’s own checkout").click()
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_blocked_scripts_of_the_shops_own_are_none_of_our_business(
    page: Page, shop: Shop, elsewhere: str
) -> None:
    shop.head = f'<script src="{elsewhere}/analytics.js"></script>'
    open_cart(page, shop)
    wait_until(page, "violations.length")
    page.evaluate("violations.length = 0")
    assert errors(page) == []


def guides_policy() -> str:
    """The script that the guide gives for Trusted Types."""
    [block] = [b for b in blocks(DOCS / "guides" / "csp.md") if b.language == "js"]
    return block.code


@pytest.mark.parametrize("has_default", [True, False])
def test_trusted_types_need_the_guides_default_policy(
    page: Page, shop: Shop, has_default: bool
) -> None:
    elements = "https://v1.js.zonos.com/zonos-elements.esm.js"
    source = {"body": "window.fake.start();", "content_type": "text/javascript"}
    page.route(elements, lambda route: route.fulfill(**source))
    types = "require-trusted-types-for 'script'; trusted-types zonos-checkout default"
    shop.scripts = f"{STRICT}; {types}"
    shop.script += f"?elements={elements}"
    if has_default:
        shop.head = f'<script nonce="n0nce">{guides_policy()}</script>'
        open_cart(page, shop)
        wait_until(page, "document.querySelector('zonos-controller')")
        page.click(BUTTON)
        wait_until(page, "fake.opened.length")
        return
    page.goto(f"{shop.url}/cart")
    wait_until(page, "seen.some(([, detail]) => detail?.code === 'script-blocked')")
    page.evaluate("violations.length = 0")
    expect(page.locator(BUTTON)).to_be_enabled()


@pytest.fixture
def true_shop(flask_shop: FlaskShop) -> FlaskShop:
    """The shop of real parts, with this script in the place of the sandbox's."""
    app = flask_shop.app
    app.config["ZONOS_SCRIPT_URL"] = f"{flask_shop.url}/fake-zonos.js"
    script = send_from_directory
    app.add_url_rule("/fake-zonos.js", view_func=lambda: script(HERE, "fake-zonos.js"))
    return flask_shop


@pytest.mark.parametrize(("head", "attributes"), [HTMX, TURBO], ids=["htmx", "turbo"])
def test_a_swapped_body_takes_the_checkout_along_so_the_page_is_loaded_afresh(
    page: Page, true_shop: FlaskShop, head: str, attributes: str
) -> None:
    true_shop.head, true_shop.body_attributes = head, attributes
    open_cart(page, true_shop)  # type: ignore[arg-type]
    page.get_by_role("link", name="About us").click()
    expect(page.get_by_role("heading")).to_have_text("About us")
    with page.expect_event("load"):
        page.get_by_role("link", name="To the cart").click()
    wait_until(page, "seen.some(([name]) => name === 'ready')")
    page.click(BUTTON)
    wait_until(page, "fake.opened.length === 1")


def test_a_page_that_swaps_its_own_body_is_loaded_afresh_at_most_once(
    page: Page, true_shop: FlaskShop
) -> None:
    true_shop.head = HTMX[0]
    true_shop.body_attributes = 'hx-get="/cart" hx-trigger="load delay:300ms"'
    loads: list[Page] = []
    page.on("load", lambda loaded: loads.append(loaded))
    open_cart(page, true_shop)  # type: ignore[arg-type]
    page.wait_for_timeout(3_000)
    assert len(loads) == 2
    page.click(BUTTON)
    expect(page.get_by_role("heading")).to_have_text("Own checkout")


def test_what_zonos_gives_to_a_callback_is_passed_on(page: Page, shop: Shop) -> None:
    shop.settings = {"inventoryCheckUrl": "/zonos/inventory-check"}
    page.add_init_script(
        """window.own = [];
        document.addEventListener("zonos:configure", ({ detail }) => {
          detail.requestData = (...given) => ({ given });
          const theirs = detail.settings.checkoutSettings;
          const create = theirs.createCartId;
          theirs.createCartId = async (...given) =>
            ({ ...(await create(...given)), customMessage: ["Thanks"] });
          theirs.onInventoryCheck = (...given) => void own.push(given);
          theirs.onOrderSuccess = (...given) => (own.push(given), "theirs");
          theirs.onClose = (...given) => void own.push(given);
        })"""
    )
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, "fake.opened.length")
    assert page.evaluate("fake.opened[0].customMessage") == ["Thanks"]
    item = (
        "{sku: 'a', productId: 'b', quantity: 2, name: 'c', amount: 3, imageUrl: 'd'}"
    )
    call = (
        f"fake.settings.checkoutSettings.onInventoryCheck({{items: [{item}]}}, 'help')"
    )
    assert page.evaluate(call) is None
    success = "onOrderSuccess({zonosOrder: {id: 'order_1'}}, 'more')"
    assert page.evaluate(f"fake.settings.checkoutSettings.{success}") == "theirs"
    page.evaluate("fake.settings.checkoutSettings.onClose('reason')")
    assert page.evaluate("own.map((given) => given.slice(-1)[0])") == [
        "help",
        "more",
        "reason",
    ]
    bodies = [body for _, _, body in shop.calls]
    picked = {"sku": "a", "productId": "b", "quantity": 2, "name": "c"}
    assert bodies[:2] == [{"given": ["given"]}, {"items": [picked]}]
