"""The shop around Zonos: goods, basket, its own checkout, its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from demo_app.models import db
from flask_zonos.sandbox import Fault
from flask_zonos.sandbox import Sandbox

from .conftest import DELIVERY
from .conftest import FREJA
from .conftest import NewShopper
from .conftest import PASSWORD
from .conftest import Shopper
from .conftest import TESTER

MakeApp = Callable[..., Flask]


def test_every_product_of_the_grid_has_a_page_and_a_picture(shopper: Shopper) -> None:
    main = shopper.get("/").text.split("<main")[1].split("</main>")[0]
    paths = re.findall(r'href="(/products/[^"]+)"', main)
    assert len(paths) == 9
    for path in paths:
        page = shopper.get(path)
        assert 'data-test="add-to-cart"' in page.text
        picture = re.search(r'product-picture" src="([^"]+)"', page.text)
        assert picture is not None
        with shopper.get(picture[1]) as file:
            assert file.mimetype == "image/svg+xml"


def test_a_shop_without_zonos_still_sells(make_app: MakeApp) -> None:
    app = make_app(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/cart/lines", data={"sku": "SKIVE-S"})
    assert 'id="place-order"' in client.get("/cart").text
    assert client.post("/cart/place-order").location == "/checkout"
    placed = client.post("/checkout", data=DELIVERY)
    assert placed.status_code == 303
    page = client.get(placed.location).text
    assert "data-order-id=" in page
    assert "Bredgade 1" in page
    assert "By invoice" in page
    assert "Nothing in it yet" in client.get("/cart").text


def test_the_last_one_is_sold_once(new_shopper: NewShopper) -> None:
    one, two = new_shopper(), new_shopper()
    for buyer in (one, two):
        buyer.add("RO-BLACK")
        buyer.post("/cart/quantities", sku="RO-BLACK", quantity="3")
    assert "/orders/" in one.post("/checkout", **DELIVERY).location
    assert two.post("/checkout", **DELIVERY).location == "/cart"
    assert "Sold out by now" in two.get("/cart").text
    # However often it is sent, it is one order.
    assert one.post("/checkout", **DELIVERY).location == "/cart"


def test_an_own_order_belongs_to_the_account_or_browser_that_placed_it(
    new_shopper: NewShopper,
) -> None:
    guest, owner, other = new_shopper(), new_shopper(), new_shopper()
    owner.sign_in(FREJA)
    for buyer in (guest, owner):
        buyer.add()
    assert "Strandgade 27B" in owner.get("/checkout").text  # from the address book
    guests = guest.post("/checkout", **DELIVERY).location
    owners = owner.post("/checkout", **DELIVERY).location
    assert guest.get(guests).status_code == owner.get(owners).status_code == 200
    assert other.get(guests).status_code == other.get(owners).status_code == 404
    history = owner.get("/account/orders").text
    assert owners in history and guests not in history


def test_a_basket_holds_no_more_than_there_is(shopper: Shopper) -> None:
    for _ in range(4):
        shopper.add("RO-BLACK")
    page = shopper.get("/cart").text
    assert "There are no more of Ro." in page
    more = re.search(r'<button id="more-[^>]+>', page)
    assert more is not None
    assert 'aria-disabled="true"' in more[0] and "name=" not in more[0]
    shopper.post("/cart/quantities", sku="RO-BLACK", quantity="0")
    assert "Nothing in it yet" in shopper.get("/cart").text
    assert shopper.post("/cart/lines", sku="MORGEN-SEA").status_code == 303
    assert "Nothing in it yet" in shopper.get("/cart").text


def test_a_new_account_is_known_at_zonos_after_an_order_under_its_name(
    shopper: Shopper, sandbox: Sandbox
) -> None:
    def assert_greeted(greeting: str, promise: str) -> None:
        shopper.add()
        page = shopper.get("/cart").text
        said = page.split('<p class="welcome"')[1].split("<span data-rec")[0]
        assert greeting in said
        assert promise in said

    unknown = "The checkout does not know you yet."
    shopper.register()
    shopper.add()
    shopper.cart_info()  # a checkout that was opened and closed again changes nothing
    assert_greeted("Hello, Ada Larsen.", unknown)

    authenticate = "checkoutCustomerProfileAuthenticate"
    sandbox.faults.add(Fault("status", authenticate, times=None))
    assert shopper.cart_info()["recognition"]["level"] == "guest"
    shopper.order()
    assert_greeted("Hello, Ada Larsen.", unknown)

    # The shop's own checkout is none of Zonos's.
    assert "/orders/" in shopper.post("/checkout", **DELIVERY).location
    assert_greeted("Welcome back, Ada Larsen.", unknown)

    sandbox.faults.lift()
    shopper.order()
    assert_greeted("Welcome back, Ada Larsen.", "The checkout knows you from before")


def test_a_double_click_on_a_product_is_no_error(app: Flask, shopper: Shopper) -> None:
    shopper.sign_in()
    token = shopper.csrf_token()
    cookie = shopper.client.get_cookie("vindstille")
    assert cookie is not None

    def click(_: int) -> int:
        client = app.test_client()
        client.set_cookie("vindstille", cookie.value)
        fields = {"sku": "SKIVE-S", "csrf_token": token}
        return client.post("/cart/lines", data=fields).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(click, range(8))) == {303}
    assert "Skive" in shopper.get("/cart").text


def test_an_error_page_needs_no_database(make_app: MakeApp) -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    guest, shopper = app.test_client(), app.test_client()
    shopper.post("/login", data={"email": TESTER, "password": PASSWORD})
    with app.app_context():
        db.drop_all()
    for client in (guest, shopper):
        answer = client.get("/")
        assert answer.status_code == 500
        assert "Something broke on our side" in answer.text


def test_each_page_has_a_nonce_of_its_own_nothing_inline_and_is_kept_by_no_cache(
    shopper: Shopper,
) -> None:
    shopper.add()
    nonces = set()
    inline = re.compile(r"<script(?![^>]*(src=|application/json))|<style| style=")
    paths = ("/", "/cart", "/login", "/register", "/products/ro-stool", "/nowhere")
    for path in paths:
        answer = shopper.get(path)
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"'nonce-([^']+)'", policy)
        assert nonce is not None
        nonces.add(nonce[1])
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not inline.search(answer.text)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Cookie" in answer.headers["Vary"]
        if path == "/cart":
            assert f'nonce="{nonce[1]}"' in answer.text
    assert len(nonces) == len(paths)


def test_the_policy_follows_the_settings(make_app: MakeApp) -> None:
    app = make_app(
        ZONOS_CREDENTIAL_TOKEN="secret",
        ZONOS_API_KEY="public",
        ZONOS_STORE_ID=1,
        CONTENT_SECURITY_POLICY={"style-src": "'self' https://fonts.example"},
    )
    policy = app.test_client().get("/").headers["Content-Security-Policy"]
    assert "style-src 'self' https://fonts.example;" in policy
    assert "frame-src https://js.zonos.com https://*.zonos.com;" in policy


def test_what_is_refused_changes_nothing_and_has_a_page_of_the_shop(
    shopper: Shopper,
) -> None:
    answer = shopper.get("/cart/lines")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "That cannot be done here" in answer.text
    answer = shopper.post("/cart/quantities", sku="SKIVE-S", quantity="many")
    assert answer.status_code == 400
    assert "That cannot be done here" in answer.text
    answer = shopper.client.post("/cart/lines", data={"sku": "SKIVE-S"})
    assert answer.status_code == 400
    assert "This page has grown old" in answer.text
    assert "Nothing in it yet" in shopper.get("/cart").text
