"""Never the wrong person: identity is the session's, at the moment of the click."""

from __future__ import annotations

import json
import re
import secrets
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import flask_login
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_login import login_user
from flask_login import LoginManager
from flask_login import UserMixin

from flask_zonos import Zonos

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import profile
from ..support.shops import Shop
from ..support.shops import User
from ..support.upstream import Upstream

PROFILE = "checkoutCustomerProfileAuthenticate"


def tag(browser: FlaskClient) -> str:
    """The identity that the shop's page carries."""
    return tag_in(browser.get("/cart").text)


def tag_in(page: str) -> str:
    block = re.search(r'id="zonos-settings">(.*?)</script>', page)
    assert block is not None
    return str(json.loads(block[1])["identity"])


def click(browser: FlaskClient, tag: str | None = None) -> Any:
    headers = {} if tag is None else {"X-Zonos-Identity": tag}
    return browser.post("/zonos/cart-info", headers=headers)


def reason(browser: FlaskClient) -> str | None:
    answer = click(browser)
    assert answer.status_code == 200
    found: str | None = answer.json["recognition"]["reason"]
    return found


@pytest.mark.parametrize("user_id", [None, "1234567"])
def test_a_page_made_for_the_current_shopper_is_served(
    shop: Shop, user_id: str | None
) -> None:
    browser = shop.browser(user_id)

    assert click(browser, tag(browser)).status_code == 200


def test_a_page_without_the_tag_is_not_checked(shop: Shop) -> None:
    assert click(shop.browser("1234567")).status_code == 200


@pytest.mark.parametrize(("before", "after"), [(None, "b"), ("a", None), ("a", "b")])
def test_a_page_made_for_another_login_is_refused_before_any_loader(
    shop: Shop, upstream: Upstream, before: str | None, after: str | None
) -> None:
    browser = shop.browser(before)
    made_for = tag(browser)
    browser.post("/sign-out" if after is None else f"/sign-in/{after}")
    shop.load_cart = lambda request_data: pytest.fail("the loader was called")

    answer = click(browser, made_for)

    assert answer.status_code == 409
    assert answer.json["code"] == "identity-changed"
    assert upstream.received == []


def test_pages_of_others_that_come_in_a_row_are_told_with_the_likely_cause(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    browser = shop.browser("a")
    cached, own = tag(shop.browser()), tag(browser)

    for given in (cached, cached, own, cached, cached):
        click(browser, given)
    assert "Flask-Caching" not in caplog.text
    for _ in range(20):
        click(browser, cached)

    [record] = [r for r in caplog.records if r.name == "flask_zonos.state"]
    assert record.getMessage().startswith("3 clicks in a row")
    assert "current_user.is_authenticated" in record.getMessage()


@pytest.mark.parametrize("given", ["", "x", "0" * 64, "é"])
def test_a_tag_that_is_not_ours_is_refused(shop: Shop, given: str) -> None:
    assert click(shop.browser(), given).status_code == 409


def test_the_tag_tells_nobody_who_it_is_and_differs_by_app(
    make_a_shop: MakeShop,
) -> None:
    here, there = make_a_shop(), make_a_shop(SECRET_KEY="another")
    tags = {tag(shop.browser(user)) for shop in (here, there) for user in (None, "a")}

    assert len(tags) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", found) for found in tags)


def test_a_shopper_called_anonymous_is_not_taken_for_a_guest(shop: Shop) -> None:
    assert tag(shop.browser("anonymous")) != tag(shop.browser())


@pytest.mark.parametrize("user_id", [None, "a"])
def test_a_tag_made_with_an_earlier_secret_key_still_counts(
    make_a_shop: MakeShop, user_id: str | None
) -> None:
    earlier = tag(make_a_shop(SECRET_KEY="earlier").browser(user_id))
    shop = make_a_shop(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["oldest", "earlier"])

    assert click(shop.browser(user_id), earlier).status_code == 200


@pytest.mark.parametrize(("before", "after"), [(None, "b"), ("a", None), ("a", "b")])
def test_a_tag_made_with_an_earlier_secret_key_is_no_other_shoppers(
    make_a_shop: MakeShop, before: str | None, after: str | None
) -> None:
    earlier = tag(make_a_shop(SECRET_KEY="earlier").browser(before))
    shop = make_a_shop(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["earlier"])

    assert click(shop.browser(after), earlier).status_code == 409


@pytest.mark.parametrize("user_id", [None, "a"])
def test_a_tag_made_with_a_key_that_is_given_up_counts_no_more(
    make_a_shop: MakeShop, user_id: str | None
) -> None:
    given_up = tag(make_a_shop(SECRET_KEY="given up").browser(user_id))
    shop = make_a_shop(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["earlier", ""])

    assert click(shop.browser(user_id), given_up).status_code == 409


def test_a_shopper_who_signed_in_under_an_earlier_key_goes_on_with_page_and_session(
    make_a_shop: MakeShop,
) -> None:
    shop = make_a_shop(SECRET_KEY="earlier")
    browser = shop.browser("a")
    made_for = tag(browser)
    shop.app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["earlier"])

    answer = click(browser, made_for)

    assert answer.status_code == 200
    assert answer.json["recognition"]["level"] == "profile"
    assert tag(browser) != made_for


def test_a_login_does_not_leak_from_one_browser_to_another(shop: Shop) -> None:
    signed_in, guest = shop.browser("a"), shop.browser()

    for _ in range(3):
        assert reason(signed_in) is None
        assert reason(guest) == "anonymous"


def test_signing_out_counts_at_the_next_click(shop: Shop) -> None:
    browser = shop.browser("a")
    assert reason(browser) is None

    browser.post("/sign-out")

    assert reason(browser) == "anonymous"


def test_a_user_who_is_not_authenticated_is_anonymous(shop: Shop) -> None:
    class Pending(User):
        is_authenticated = False

    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(Pending)

    assert reason(shop.browser("a")) == "anonymous"


class Oldest:
    """A user as before flask-login 0.3."""

    def __init__(self, id: str) -> None:
        self.id = id

    def is_authenticated(self) -> bool:
        return False

    def is_active(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("attributes", "expected", "logged"),
    [
        ({"is_authenticated": 1}, None, False),
        ({"is_active": 1}, None, False),
        ({"is_authenticated": 0}, "anonymous", False),
        ({"is_authenticated": None}, "anonymous", False),
        ({"is_authenticated": 2}, "anonymous", False),
        ({"is_authenticated": "false"}, "anonymous", True),
        ({"is_authenticated": lambda: True}, "anonymous", True),
        ({"is_active": lambda: True}, "anonymous", True),
        ({"is_active": False}, "anonymous", False),
        ({"is_active": None}, "anonymous", False),
    ],
)
def test_signed_in_is_who_a_bool_says_to_be_and_who_is_active(
    shop: Shop,
    caplog: pytest.LogCaptureFixture,
    attributes: dict[str, Any],
    expected: str | None,
    logged: bool,
) -> None:
    browser = shop.browser("a")
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(user_id: str) -> Any:
        user = SimpleNamespace(id=user_id, is_authenticated=True, is_active=True)
        vars(user).update(attributes)
        return user

    assert reason(browser) == expected
    assert ("derive the class from flask_login.UserMixin" in caplog.text) is logged


@pytest.mark.parametrize("user", [Oldest, SimpleNamespace])
def test_a_user_of_methods_or_of_nothing_is_a_guest_and_an_error_in_the_log(
    shop: Shop, caplog: pytest.LogCaptureFixture, user: type[Any]
) -> None:
    browser = shop.browser("a")
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(lambda id: user(id=id))

    assert reason(browser) == "anonymous"
    assert "is_authenticated" in caplog.text


@pytest.mark.parametrize("where", ["app", "request"])
def test_an_app_context_that_outlives_the_request_makes_nobody_the_first_shopper(
    shop: Shop, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    browsers = {user: shop.browser(user) for user in ("a", "b", None)}
    shop.load_customer = lambda user: profile(customer_id=flask_login.current_user.id)
    shop.zonos.inventory_checker(lambda items: flask_login.current_user.get_id())
    app = shop.app
    pushed = app.app_context() if where == "app" else app.test_request_context()

    with pushed:
        for _ in range(2):
            for user, browser in browsers.items():
                answer = click(browser, tag(browser))
                given = answer.json["customerProfileAuthenticate"]
                password = given and given[PROFILE]["oneTimePassword"]
                assert password == (user and f"otp_of_{user}")
        items = {"items": [{"sku": "mug", "quantity": 1}]}
        for user, browser in browsers.items():
            told = browser.post("/zonos/inventory-check", json=items)
            assert told.json == {"message": user}

    # From Flask 3.2 on a request has a context of its own, whatever is active.
    has_own = version("flask") >= "3.2"
    assert caplog.text.count("older than the request") == (0 if has_own else 1)


def test_a_g_of_the_requests_own_is_left_as_it_is(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]

    @shop.app.before_request
    def by_token() -> None:
        manager._update_request_context_with_user(User("token"))

    with shop.app.test_client() as browser:
        assert reason(browser) is None
        assert reason(browser) is None
    assert "older than the request" not in caplog.text


@pytest.mark.parametrize("require_fresh", [False, True])
def test_who_is_authenticated_by_each_request_can_check_out_and_is_fresh(
    make_a_shop: MakeShop, require_fresh: bool
) -> None:
    class Token:
        is_authenticated = is_active = True
        id = "t"

    shop = make_a_shop(ZONOS_REQUIRE_FRESH_LOGIN=require_fresh)
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]
    manager.request_loader(
        lambda request: Token() if "Authorization" in request.headers else None
    )
    browser = shop.browser()
    token = {"Authorization": "Bearer t"}

    for page in (browser.get("/cart"), browser.get("/cart", headers=token)):
        headers = token | {"X-Zonos-Identity": tag_in(page.text)}
        answer: Any = browser.post("/zonos/cart-info", headers=headers)
        assert answer.status_code == 200
        assert answer.json["recognition"]["level"] == "profile"


def test_an_id_that_changes_at_each_call_is_no_change_of_identity(shop: Shop) -> None:
    class Rotating(User):
        def get_id(self) -> str:
            return secrets.token_hex(4)

    browser = shop.browser("a")
    manager: LoginManager = shop.app.login_manager  # type: ignore[attr-defined]
    manager.user_loader(Rotating)

    assert click(browser, tag(browser)).status_code == 200


def test_the_customers_id_is_not_flask_logins_alternative_id(
    upstream: Upstream,
) -> None:
    class Rotating(UserMixin):  # type: ignore[misc]
        customer_number = "c_1"

        def get_id(self) -> str:
            return "rotating_7"

    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="x", ZONOS_CREDENTIAL_TOKEN="t", ZONOS_API_URL=upstream.url
    )
    LoginManager(app).user_loader(lambda id: Rotating() if id == "rotating_7" else None)
    zonos = Zonos(app)
    zonos.cart_loader(lambda request_data: cart())
    zonos.customer_loader(lambda user: profile(customer_id=user.customer_number))
    app.add_url_rule("/in", view_func=lambda: {"in": login_user(Rotating())})
    browser = app.test_client()
    browser.get("/in")

    answer = click(browser)
    with app.app_context():
        zonos.client.close()

    password = answer.json["customerProfileAuthenticate"][PROFILE]["oneTimePassword"]
    assert password == "otp_of_c_1"
    assert not any(b"rotating_7" in request.body for request in upstream.received)


def test_a_stolen_cookie_is_anonymous_under_strong_protection(
    make_a_shop: MakeShop,
) -> None:
    browser = make_a_shop(SESSION_PROTECTION="strong").browser("a")
    assert reason(browser) is None

    answer = browser.post("/zonos/cart-info", headers={"User-Agent": "another"})

    assert answer.json is not None
    assert answer.json["recognition"]["reason"] == "anonymous"


def remembered(shop: Shop) -> FlaskClient:
    """A browser that has only the remember-me cookie left of its login."""
    browser = shop.app.test_client()
    browser.post("/sign-in/a?remember")
    browser.delete_cookie("session")
    return browser


def test_a_remembered_login_shows_the_profile_unless_a_fresh_one_is_required(
    make_a_shop: MakeShop,
) -> None:
    easy = make_a_shop()
    strict = make_a_shop(ZONOS_REQUIRE_FRESH_LOGIN=True)

    assert reason(remembered(easy)) is None
    assert reason(remembered(strict)) == "stale-login"
    assert reason(strict.browser("a")) is None


def test_a_stale_login_asks_zonos_for_no_password_and_prefills(
    make_a_shop: MakeShop, upstream: Upstream
) -> None:
    answer = click(remembered(make_a_shop(ZONOS_REQUIRE_FRESH_LOGIN=True)))

    assert answer.json["recognition"]["level"] == "prefill"
    assert answer.json["customerProfileAuthenticate"] is None
    assert upstream.operations() == ["cartCreate"]


def test_a_login_manager_may_come_later(upstream: Upstream) -> None:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="x", ZONOS_CREDENTIAL_TOKEN="t", ZONOS_API_URL=upstream.url
    )
    zonos = Zonos(app)
    zonos.cart_loader(lambda request_data: cart())
    LoginManager(app).user_loader(User)

    assert reason(app.test_client()) == "anonymous"
    with app.app_context():
        zonos.client.close()


def test_the_user_is_loaded_in_the_request_thread_and_reaches_zonos_as_plain_text(
    shop: Shop, upstream: Upstream
) -> None:
    shop.load_customer = lambda user: profile(
        customer_id=flask_login.current_user.id, name=flask_login.current_user.id
    )

    assert reason(shop.browser("a")) is None
    (request,) = (r for r in upstream.received if r.operation == PROFILE)
    assert request.input["customerId"] == request.input["name"] == "a"


def test_callbacks_may_be_async(shop: Shop) -> None:
    @shop.zonos.cart_loader
    async def current_cart(request_data: dict[str, Any]) -> Any:
        return cart()

    @shop.zonos.customer_loader
    async def customer_for(user: Any) -> Any:
        return profile(customer_id=user.id)

    assert reason(shop.browser("a")) is None
