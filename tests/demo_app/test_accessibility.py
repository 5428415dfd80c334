"""Every page of the shop, as axe sees it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import expect
from playwright.sync_api import Page
from sqlalchemy import update

from demo_app.models import db
from demo_app.models import Variant
from tests.support.browser import expect_accessible

from .conftest import FREJA
from .conftest import NewShopper
from .conftest import Shopper

SUBMIT = "main form button.primary"


def walk_pages(
    app: Flask, page: Page, new_shopper: NewShopper, url: str
) -> Iterator[None]:
    """Show each page and state in the browser's page.

    The shoppers are made without a browser; it only takes over their sessions.
    """

    def become(shopper: Shopper) -> None:
        page.goto("about:blank")  # the page of an order that is awaited asks on
        shopper.lend_session(page.context, url)

    def see(*paths: str) -> Iterator[None]:
        for path in paths:
            page.goto(path)
            yield

    yield from see("/", "/products/morgen-cups", "/cart", "/login", "/register")
    yield from see("/privacy", "/nowhere")

    guest = new_shopper()
    guest.add()
    guest.cart_info()
    become(guest)
    yield from see("/orders/order_on_its_way", "/checkout")
    page.locator("main form [autocomplete]:not(select)").first.fill("")
    page.locator(SUBMIT).click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield

    freja = new_shopper()
    freja.sign_in(FREJA)
    freja.add()
    order = freja.order()
    freja.add("RO-BLACK")
    become(freja)
    yield from see("/account", "/account/orders", f"/orders/{order}")
    page.goto("/account")
    page.locator(".addresses a").first.click()
    page.wait_for_url("**/account/addresses/*")
    page.locator("#postal_code").fill("x")
    page.locator(SUBMIT).click()
    expect(page.locator(".advice")).to_be_visible()
    yield

    page.route("**/zonos/cart-info", lambda route: route.abort())
    page.goto("/cart")
    place_order = page.locator("#place-order")
    expect(place_order).to_have_attribute("data-zonos-state", "ready")
    page.locator("#developer summary").click()
    place_order.click()
    expect(place_order).to_have_attribute("data-zonos-state", "failed")
    yield

    with app.app_context():
        db.session.execute(update(Variant).values(stock=0))
        db.session.commit()
    yield from see("/cart", "/products/knage-hooks")
    with app.app_context():
        db.drop_all()
    yield from see("/")  # needs no database to say that it broke
    expect(page.get_by_text("Something broke on our side")).to_be_visible()


def test_every_page_is_accessible(
    app: Flask, browser: Browser, live_shop: str, new_shopper: NewShopper
) -> None:
    app.config.update(SHOP_DEVELOPER_PANEL=True, PROPAGATE_EXCEPTIONS=False)
    # Without motion, or axe sees colours on their way.
    with browser.new_context(base_url=live_shop, reduced_motion="reduce") as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        for _ in walk_pages(app, page, new_shopper, live_shop):
            # A page that a click has opened may still wait for its styles.
            page.wait_for_load_state()
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 1280, "height": 900})
            expect_accessible(page)
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 390, "height": 844})
            expect_accessible(page)
