"""A walk through every page and state of the shop, with one browser page."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator

from flask import Flask
from playwright.sync_api import expect
from playwright.sync_api import Page
from playwright.sync_api import Route
from sqlalchemy import select
from sqlalchemy import update

from demo_app.models import db
from demo_app.models import Product
from demo_app.models import Variant
from tests.browser.test_looks import NO_CHECKOUT
from tests.browser.test_looks import STAYS_OPENING
from tests.demo_app.conftest import FREJA
from tests.demo_app.conftest import NewShopper
from tests.demo_app.conftest import Shopper

SUBMIT = "main form button.primary"


def walk_pages(
    app: Flask, page: Page, new_shopper: NewShopper, url: str
) -> Iterator[tuple[str, Page]]:
    """Each page and state by its name, with the page that shows it.

    The shoppers are made without a browser; it only takes over their sessions.
    """
    sell_out(app, "knage-hooks")

    def become(shopper: Shopper) -> None:
        page.goto("about:blank")  # the page of an order that is awaited asks on
        shopper.lend_session(page.context, url)

    def see(*paths: str) -> Iterator[tuple[str, Page]]:
        for path in paths:
            page.goto(path)
            yield path, page

    def refuse(path: str) -> Iterator[tuple[str, Page]]:
        """Send the page's form as it is but for its first field, which is emptied."""
        page.goto(path)
        page.locator("main form [autocomplete]:not(select)").first.fill("")
        page.locator(SUBMIT).click()
        expect(page.get_by_role("alert")).to_be_visible()
        yield f"{path}, refused", page

    yield from see("/", "/products/morgen-cups", "/products/knage-hooks", "/cart")
    yield from see("/login", "/register", "/privacy", "/nowhere", "/cart/lines")
    yield from refuse("/login")
    page.locator("#email").fill("nobody@example.com")
    page.locator("#password").fill("not the one")
    page.locator(SUBMIT).click()
    expect(page.locator(".error-summary a")).to_have_count(0)
    yield "/login, no such account", page
    yield from refuse("/register")
    page.evaluate(
        "document.querySelectorAll('[name=csrf_token]').forEach(i => i.remove())"
    )
    page.locator(SUBMIT).click()
    expect(page.locator("main form")).to_have_count(0)
    yield "/register, grown old", page

    guest = new_shopper()
    guest.add()
    become(guest)
    yield from see("/cart", "/checkout")
    yield from refuse("/checkout")
    guest.cart_info()
    become(guest)
    yield from see("/orders/order_on_its_way")

    newcomer = new_shopper()
    newcomer.register()
    newcomer.add()
    become(newcomer)
    yield from see("/account", "/account/orders", "/account/addresses/new", "/cart")

    freja = new_shopper()
    freja.sign_in(FREJA)
    freja.add()
    order = freja.order()
    freja.add("MORGEN-WHITE")
    freja.add("RO-BLACK")
    become(freja)
    yield from see("/account", "/account/orders", f"/orders/{order}", "/checkout")
    yield from refuse("/account/addresses/new")
    page.goto("/account")
    page.locator(".addresses a").first.click()
    page.wait_for_url("**/account/addresses/*")
    page.locator("#postal_code").fill("x")
    page.locator("main form button.primary").click()
    expect(page.locator(".advice")).to_be_visible()
    yield "an address looks unusual", page
    sell_out(app, "ro-stool")
    yield from see("/cart")
    yield from button(page)

    with app.app_context():
        db.drop_all()
    page.goto("/")
    yield "an error of the shop", page


def button(page: Page) -> Iterator[tuple[str, Page]]:
    """The place-order button's states, and the developer's panel after each."""
    held: list[Route] = []
    page.route("**/zonos/cart-info", lambda route: held.append(route))
    page.route("**/loadZonos.js", lambda route: route.fulfill(path=NO_CHECKOUT))
    page.add_init_script(STAYS_OPENING)
    ends: dict[str, Callable[[Route], None]] = {
        "opening": lambda route: route.continue_(),
        "failed": lambda route: route.abort(),
    }
    for state, end in ends.items():
        page.goto("/cart")
        place_order = page.locator("#place-order")
        expect(place_order).to_have_attribute("data-zonos-state", "ready")
        page.locator("#developer summary").click()
        place_order.click()
        expect(place_order).to_have_attribute("data-zonos-state", "asking")
        if state == "opening":
            yield "/cart, asking", page
        end(held.pop())
        expect(place_order).to_have_attribute("data-zonos-state", state)
        yield f"/cart, {state}", page
        expect(place_order).to_have_attribute("data-zonos-state", state)
    page.unroute_all()


def sell_out(app: Flask, slug: str) -> None:
    """Leave nothing of a product on the shelf."""
    with app.app_context():
        product = db.session.scalars(select(Product).where(Product.slug == slug)).one()
        db.session.execute(
            update(Variant).where(Variant.product_id == product.id).values(stock=0)
        )
        db.session.commit()
