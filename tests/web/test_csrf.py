"""Next to Flask-WTF's global CSRFProtect."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
from flask_wtf import CSRFProtect

from ..support.fixtures import MakeShop
from ..support.shops import Shop


def protected(make_a_shop: MakeShop, *, exempt: bool, **config: Any) -> Shop:
    shop = make_a_shop(**config)
    csrf = CSRFProtect(shop.app)
    for name in ("sign_in", "sign_out"):
        csrf.exempt(shop.app.view_functions[name])
    if exempt:
        csrf.exempt(shop.zonos.blueprint)
    return shop


def block(page: str) -> Any:
    found = re.search(r'id="zonos-settings">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def test_an_exempted_blueprint_needs_no_token_and_warns_of_nothing(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = protected(make_a_shop, exempt=True)
    browser = shop.browser("a")

    assert block(browser.get("/cart").text)["csrfToken"] is None
    assert browser.post("/zonos/cart-info").status_code == 200
    assert "CSRFProtect" not in caplog.text


def test_without_the_exemption_the_page_carries_a_token_that_works(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = protected(make_a_shop, exempt=False)
    browser = shop.browser("a")

    with caplog.at_level(logging.WARNING):
        token = block(browser.get("/cart").text)["csrfToken"]

    headers = {"X-CSRFToken": token}
    assert browser.post("/zonos/cart-info", headers=headers).status_code == 200
    assert browser.post("/zonos/cart-info").status_code == 400
    assert "csrf.exempt(zonos.blueprint)" in caplog.text


def test_a_page_whose_token_is_too_old_is_told_to_reload(
    make_a_shop: MakeShop,
) -> None:
    shop = protected(make_a_shop, exempt=False, WTF_CSRF_TIME_LIMIT=-1)
    browser = shop.browser("a")
    headers = {"X-CSRFToken": block(browser.get("/cart").text)["csrfToken"]}

    response = browser.post("/zonos/cart-info", headers=headers)

    assert (response.status_code, (response.json or {})["code"]) == (
        400,
        "page-expired",
    )


@pytest.mark.parametrize("switch", ["WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT"])
def test_protection_that_is_switched_off_needs_no_token(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture, switch: str
) -> None:
    shop = protected(make_a_shop, exempt=False, **{switch: False})
    browser = shop.browser("a")

    assert block(browser.get("/cart").text)["csrfToken"] is None
    assert browser.post("/zonos/cart-info").status_code == 200
    assert "CSRFProtect" not in caplog.text


def test_the_demo_page_whose_session_is_not_saved_says_what_to_write(
    make_a_shop: MakeShop,
) -> None:
    for exempt in (True, False):
        shop = protected(make_a_shop, exempt=exempt, ZONOS_DEMO_PAGE=True)
        page = shop.browser("a").get("/zonos/demo").text

        assert ("csrf.exempt(zonos.blueprint)" in page) is not exempt
        assert ("zonos-settings" in page) is exempt
