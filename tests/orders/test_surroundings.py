"""The order handler runs in the same surroundings, whoever brought the order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import g
from flask import has_request_context
from flask import render_template_string
from flask import session
from flask import url_for
from flask_login import current_user
from flask_login import LoginManager

from flask_zonos.cli import zonos
from flask_zonos.signals import order_received

from ..support.shops import User
from .conftest import Placing
from .conftest import SECRET
from .conftest import Shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A shop whose requests all come from somebody who is signed in."""
    app = shop.app
    app.secret_key = "only for tests"
    LoginManager(app).request_loader(lambda request: User("robin"))

    @app.before_request
    def note() -> None:
        g.shopper = current_user.id
        session["basket"] = "robin's"

    return shop


def by_page(shop: Shop, placing: Placing, order_id: str) -> None:
    shop.app.test_client().post("/zonos/order-hint", json={"orderId": order_id})


def by_webhook(shop: Shop, placing: Placing, order_id: str) -> None:
    placing.tell_of(order_id)


def by_sync(shop: Shop, placing: Placing, order_id: str) -> None:
    words = ["orders", "sync", "--since", "1h"]
    with shop.app.test_request_context(headers={"X-Zonos-Webhook-Secret": SECRET}):
        for sign_in in shop.app.before_request_funcs[None]:
            sign_in()
        shop.app.test_cli_runner().invoke(zonos, words)


@pytest.mark.parametrize("bring", [by_page, by_webhook, by_sync])
def test_the_handler_and_listeners_see_no_request_and_nobody(
    shop: Shop, placing: Placing, bring: Callable[..., None]
) -> None:
    seen: list[tuple[Any, ...]] = []
    ended: list[BaseException | None] = []

    def look(*_: Any, **__: Any) -> None:
        seen.append((has_request_context(), bool(current_user), list(g), bool(session)))

    def fail(order: Any) -> None:
        assert ended == [], "it has no app context of its own"
        raise LookupError("the warehouse is closed")

    shop.app.teardown_appcontext(ended.append)
    shop.before_storing = look
    order_id = placing.order("anna")
    with order_received.connected_to(look, sender=shop.app):
        bring(shop, placing, order_id)
    assert seen == [(False, False, [], False)] * 2
    assert list(shop.stored()) == [order_id]

    ended.clear()
    shop.before_storing = fail
    bring(shop, placing, order_id)
    assert isinstance(ended[0], LookupError)


def wrapped(order: Any) -> None:
    """As SQLAlchemy wraps what a column's default raises."""
    try:
        current_user.id  # noqa: B018
    except AttributeError as error:
        raise ValueError("the row was refused") from error


NEEDS: list[Callable[[Any], Any]] = [
    lambda order: url_for("zonos.webhooks", _external=True),
    lambda order: current_user.id,
    lambda order: g.shopper,
    lambda order: session["basket"],
    wrapped,
    lambda order: render_template_string("{{ request.host }}"),
    lambda order: render_template_string("{{ current_user.address.city }}"),
    lambda order: render_template_string("{{ g.shopper.name }}"),
]
#: What fails for another reason.
OTHERS: list[Callable[[Any], Any]] = [
    lambda order: order.party("NOBODY").email,
    lambda order: render_template_string("{{ order.party.email }}"),
]


def test_what_fails_for_lack_of_a_request_alone_is_told_with_its_remedy(
    shop: Shop, placing: Placing, caplog: pytest.LogCaptureFixture
) -> None:
    order_id = placing.order("anna")
    for fail in NEEDS + OTHERS:
        shop.before_storing = fail
        caplog.clear()
        assert placing.tell_of(order_id).status_code == 500
        assert ("SERVER_NAME" in caplog.text) is (fail in NEEDS), caplog.text
    assert shop.stored() == {}
