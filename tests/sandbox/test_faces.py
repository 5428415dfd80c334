"""The two pages of the sandbox, as a person meets them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from playwright.sync_api import Frame
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault
from flask_zonos.sandbox.control.timeline import Entry

from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos
from .host import hosted

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def context_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"color_scheme": request.param, "reduced_motion": "reduce"}


def violations(page: Page | Frame) -> list[str]:
    results = Axe().run(page)
    return [f"{v['id']}: {v['nodes']}" for v in results.response["violations"]]


def test_the_inspector_shows_what_the_sandbox_holds(zonos: Zonos, page: Page) -> None:
    password = zonos.password("c-1")
    order = zonos.order(password, saveCard=True)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(zonos.sandbox.url)

    expect(page.locator("[data-list=passwords]")).to_contain_text(password)
    expect(page.locator("[data-list=profiles]")).to_contain_text("c-1")
    expect(page.locator("[data-list=orders]")).to_contain_text(order["zonosOrderId"])
    expect(page.locator("[data-list=timeline]")).to_contain_text("cartCreate")
    new = zonos.cart()["id"]
    expect(page.locator("[data-list=carts]")).to_contain_text(new)  # by itself
    assert violations(page) == []
    assert errors == []


@pytest.mark.parametrize("width", [320, 390])
def test_the_inspector_fits_on_a_phone(zonos: Zonos, page: Page, width: int) -> None:
    zonos.order(zonos.password("c-1"), saveCard=True)
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(zonos.sandbox.url)
    expect(page.locator("[data-list=timeline]")).to_contain_text("cartCreate")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("link", name="Settings")).to_be_in_viewport()
    expect(page.locator("#settings")).to_be_in_viewport()


def test_many_requests_scroll_within_their_list(zonos: Zonos, page: Page) -> None:
    zonos.profile("c-1")
    for _ in range(60):
        zonos.password("c-2")
    page.goto(zonos.sandbox.url)
    requests = page.get_by_role("group", name="The latest requests")
    expect(requests.locator(".group")).to_have_count(60)

    assert page.evaluate("document.documentElement.scrollHeight") < 4_000
    for name in ("requests", "passwords"):
        listed = page.get_by_role("group", name=f"The latest {name}")
        listed.focus()
        page.keyboard.press("End")
        last = listed.locator(":scope > *").last
        expect(last).to_be_in_viewport()
    zonos.cart()  # more is drawn, and the reader stays where they are
    expect(requests).to_contain_text("cartCreate")
    assert requests.evaluate("each => each.scrollTop") > 1_000
    assert violations(page) == []


def test_one_of_a_kind_is_told_in_the_singular(zonos: Zonos, page: Page) -> None:
    zonos.order(zonos.password("c-1"), saveCard=True)
    zonos.profile("c-2")

    page.goto(zonos.sandbox.url)

    profiles = page.locator("[data-list=profiles]")
    expect(profiles).to_contain_text("1 address, 1 card")
    expect(profiles).to_contain_text("0 addresses, 0 cards")


def test_faults_are_set_and_lifted_in_the_inspector(zonos: Zonos, page: Page) -> None:
    page.goto(zonos.sandbox.url)
    page.get_by_label("What goes wrong").select_option("status")
    page.get_by_label("Operation").select_option("cartCreate")
    page.get_by_label("Calls").select_option("until lifted")
    page.get_by_role("button", name="Set the fault").click()
    expect(page.locator("[data-list=faults]")).to_contain_text("cartCreate")

    variables = {"input": {"items": [ITEM]}}
    assert zonos.post(CART_CREATE, variables).status_code == 503

    page.get_by_role("button", name="Lift").click()
    expect(page.locator("[data-list=faults]")).to_contain_text("Everything works.")
    assert zonos.post(CART_CREATE, variables).status_code == 200


def test_faults_at_random_and_of_one_customer_are_set_in_the_inspector(
    zonos: Zonos, page: Page
) -> None:
    page.goto(zonos.sandbox.url)
    page.get_by_label("What goes wrong").select_option("html")
    page.get_by_label("Calls").select_option("one in three, at random")
    page.get_by_role("button", name="Set the fault").click()
    listed = page.locator("[data-list=faults]")
    expect(listed).to_contain_text("33 % of calls")
    page.get_by_label("What goes wrong").select_option("status")
    page.get_by_role("textbox", name="Customer", exact=True).fill("c-1")
    page.get_by_role("button", name="Set the fault").click()
    expect(listed).to_contain_text("customer c-1")

    chaos = zonos.sandbox.faults.random_as_dict()
    assert chaos is not None
    kinds = [(fault["kind"], fault["customer_id"]) for fault in chaos["faults"]]
    assert kinds == [("html", None), ("status", "c-1")]


def test_an_order_is_changed_in_the_inspector(zonos: Zonos, page: Page) -> None:
    zonos.order()
    page.goto(zonos.sandbox.url)
    order = page.locator("[data-list=orders] details")
    order.locator("summary").click()

    order.get_by_role("combobox", name="Status").select_option("FRAUD_HOLD")
    order.get_by_role("button", name="Set", exact=True).click()

    expect(order.locator("summary")).to_contain_text("FRAUD_HOLD")


def test_the_two_calls_of_a_checkout_are_drawn_together(
    zonos: Zonos, page: Page
) -> None:
    names = ("cartCreate", "checkoutCustomerProfileAuthenticate")
    for name, seconds in zip(names, (0.4, 0.8), strict=True):
        zonos.sandbox.state.faults.add(Fault("latency", name, seconds=seconds))
    with ThreadPoolExecutor(2) as pool:
        pool.submit(zonos.cart)
        pool.submit(zonos.profile, "c-1")
    zonos.cart()  # another one, by itself

    page.goto(zonos.sandbox.url)

    pair = page.locator(".group.pair")
    expect(pair).to_have_count(1)
    expect(pair.locator(".call")).to_have_count(2)
    expect(pair.locator(".slow .name")).to_have_text(names[1])
    expect(page.locator(".group")).to_have_count(2)


def begin(zonos: Zonos, name: str, seconds: float, customer: str | None = None) -> None:
    """A call of two milliseconds, this long after noon."""
    started = 1_700_000_000 + seconds
    zonos.sandbox.state.timeline.begin(
        Entry(f"req_{started}", started, started + 0.002, [name], customer_id=customer)
    )


def test_short_calls_that_begin_together_are_drawn_together(
    zonos: Zonos, page: Page
) -> None:
    cart, profile = "cartUpsert", "checkoutCustomerProfileAuthenticate"
    begin(zonos, cart, 0.0)
    begin(zonos, profile, 0.004, "c-1")
    begin(zonos, profile, 0.020, "c-2")  # another shopper's click
    begin(zonos, cart, 0.024)
    begin(zonos, cart, 0.046)  # a guest's
    begin(zonos, profile, 1.0, "c-3")  # nothing of a cart

    page.goto(zonos.sandbox.url)

    pairs = page.locator(".group.pair")
    expect(pairs).to_have_count(2)
    for index, customer in enumerate(("c-2", "c-1")):
        pair = pairs.nth(index)
        expect(pair).to_contain_text(f"customer {customer}")
        expect(pair.locator(".tag", has_text="together")).to_have_text("together 6 ms")
        expect(pair.locator(".tag.good")).to_have_count(0)  # nothing was saved
        expect(pair.locator(".name")).to_have_text([cart, profile])
    expect(page.locator(".group:not(.pair)")).to_have_count(2)


@pytest.mark.parametrize("width", [390, 1280])
def test_neither_page_is_wider_than_the_screen(
    zonos: Zonos, page: Page, width: int
) -> None:
    zonos.order(zonos.password("c-1"))
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(zonos.sandbox.url)
    page.locator(".group").first.wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("password", [True, False])
def test_the_checkout_is_accessible(
    sandbox: Sandbox, zonos: Zonos, page: Page, password: bool
) -> None:
    token = zonos.password("c-1") if password else ""
    with hosted(sandbox) as shop:
        cart_id = zonos.cart()["id"]
        answer = f'{{cartId: "{cart_id}", customerAuthenticationToken: "{token}"}}'
        shop.settings = f"{{createCartId: () => ({answer})}}"
        page.goto(shop.url)
        page.click("#place-order")
        frame = page.frame_locator("dialog iframe")
        expect(frame.locator("[data-zonos-pay]")).to_be_enabled()

        found = violations(page.frames[1])

    assert found == []
