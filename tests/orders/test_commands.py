"""``flask zonos webhooks`` and ``flask zonos orders``."""

from __future__ import annotations

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from decimal import Decimal

import click
import pytest
from click.testing import Result
from flask import Flask

from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos
from flask_zonos.cli import zonos
from flask_zonos.cli.orders import format_money
from flask_zonos.cli.orders import parse_since
from flask_zonos.orders.subscriptions import ORDER_TYPES
from flask_zonos.sandbox import Sandbox

from ..api.test_order import endless
from ..support.paying import GUEST_ADDRESS
from ..support.samples import ORDER
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .conftest import Placing
from .conftest import SECRET
from .conftest import Shop

URL = "https://shop.example/zonos/webhooks"


def run(shop: Shop, *words: str) -> Result:
    result = shop.app.test_cli_runner().invoke(zonos, list(words))
    assert SECRET not in result.output
    assert Sandbox.credential_token not in result.output
    return result


def test_create_makes_a_webhook_for_each_kind_of_order_event_once(
    shop: Shop, placing: Placing
) -> None:
    assert run(shop, "webhooks", "create", f"{URL}?shop=1").exit_code == 0
    made = list(placing.client.webhooks())
    assert {(w.type, w.url) for w in made} == {
        (type, f"{URL}?shop=1&type={type}") for type in ORDER_TYPES
    }
    placing.client.update_webhook(made[0].id, status="DISABLED", headers={"x": "y"})

    again = run(shop, "webhooks", "create", f"{URL}?shop=1")

    assert again.exit_code == 0
    assert again.output.startswith("updated")
    now = list(placing.client.webhooks())
    assert {w.id for w in now} == {w.id for w in made}
    assert {w.status for w in now} == {"ENABLED"}
    assert {w.header_keys for w in now} == {("X-Zonos-Webhook-Secret",)}


@pytest.mark.parametrize(
    ("secret", "url", "exit_code", "told"),
    [
        (SECRET, "http://shop.example/zonos/webhooks", 2, "https://"),
        (SECRET, "shop.example/zonos/webhooks", 2, "whole address"),
        (SECRET, "https://me:pw@shop.example/zonos/webhooks", 2, "neither a name"),
        (SECRET, f"{URL}?type=ORDER_CREATED", 2, "?type="),
        (None, URL, 1, "token_urlsafe(32)"),
        ("short", URL, 1, "shorter than 16"),
    ],
)
def test_create_refuses_an_address_or_a_secret_that_cannot_work(
    secret: str | None,
    url: str,
    exit_code: int,
    told: str,
    shop: Shop,
    placing: Placing,
) -> None:
    shop.app.config["ZONOS_WEBHOOK_SECRET"] = secret
    result = run(shop, "webhooks", "create", url)
    assert result.exit_code == exit_code
    assert told in result.output
    assert list(placing.client.webhooks()) == []


def test_create_warns_of_a_path_and_a_mode_that_are_not_the_shops_and_obeys(
    shop: Shop, placing: Placing
) -> None:
    shop.app.config["ZONOS_MODE"] = "LIVE"
    given = "https://shop.example:8332/zonos/webhook"
    result = run(shop, "webhooks", "create", given, "--type", "ORDER_CREATED")
    assert result.exit_code == 0
    (made,) = placing.client.webhooks()
    assert made.url == f"{given}?type=ORDER_CREATED"
    assert "It is TEST, ZONOS_MODE is LIVE" in result.stderr
    remedy = "webhooks create https://shop.example:8332/zonos/webhooks\n"
    assert remedy in result.stderr


@pytest.mark.parametrize("prefix", ["/api/pay", "/<language>/pay"])
def test_create_warns_of_no_path_where_the_routes_are_or_may_be(
    prefix: str, sandbox: Sandbox
) -> None:
    app = Flask(__name__)
    app.config.update(sandbox.settings, ZONOS_WEBHOOK_SECRET=SECRET)
    app.register_blueprint(Zonos().blueprint, url_prefix=prefix, name="abroad")
    url = "https://shop.example/api/pay/webhooks"
    result = app.test_cli_runner().invoke(zonos, ["webhooks", "create", url])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    app.extensions["zonos"].client.close()


def test_webhooks_are_listed_with_what_the_shop_would_refuse_and_deleted(
    shop: Shop, placing: Placing
) -> None:
    assert "There are none" in run(shop, "webhooks", "list").output
    made = placing.client.create_webhook(URL, "ORDER_CREATED")
    output = run(shop, "webhooks", "list").output
    assert URL in output
    assert "without X-Zonos-Webhook-Secret" in output
    assert run(shop, "webhooks", "delete", made.id).exit_code == 0
    assert list(placing.client.webhooks()) == []
    again = run(shop, "webhooks", "delete", made.id)
    assert again.exit_code == 1
    assert "Zonos has no such webhook for this credential" in again.output


def test_show_tells_whose_an_order_is_and_no_more_of_the_person(
    shop: Shop, placing: Placing
) -> None:
    order_id = placing.order("anna")
    output = run(shop, "orders", "show", order_id).output
    assert order_id in output
    assert "anna\n" in output
    assert "2 x cup, 24.90 DKK" in output
    for name in ("name", "line1", "email"):
        assert GUEST_ADDRESS[name] not in output
    full = run(shop, "orders", "show", order_id, "--full").output
    assert GUEST_ADDRESS["line1"] in full
    assert "a guest" in run(shop, "orders", "show", placing.order()).output
    none = run(shop, "orders", "show", "order_of_nobody")
    assert (none.exit_code, "no such order" in none.output) == (1, True)


def test_show_says_why_an_order_would_be_left_alone_and_nothing_to_the_terminal(
    shop: Shop, placing: Placing
) -> None:
    order_id = placing.order("anna")
    items = placing.sandbox.state.store.body("customer_order", order_id)["items"]
    odd = [{**items[0], "name": "cup\x1b[2J"}]
    placing.change(order_id, mode="LIVE", references=None, items=odd)
    output = run(shop, "orders", "show", order_id).output
    assert "not ZONOS_MODE" in output
    assert "not known yet" in output
    assert "cup?[2J" in output


def test_sync_brings_every_order_of_its_time(shop: Shop, placing: Placing) -> None:
    placing.sandbox.state.options.page_most = 2
    old, *new = (placing.order() for _ in range(6))
    placing.change(old, createdAt="2026-01-01T00:00:00Z")
    result = run(shop, "orders", "sync", "--since", "2d", "--quiet")
    assert result.exit_code == 0
    assert result.output == (
        "5 orders: 5 handled, 0 left alone (another mode or organization), 0 failed\n"
    )
    assert set(shop.stored()) == set(new)
    run(shop, "orders", "sync", "--since", "2025-12-31")
    assert set(shop.stored()) == {old, *new}
    assert set(shop.events) == {OrderEvent("UNKNOWN", "sync")}


def test_sync_goes_on_after_an_order_that_fails_or_is_left_alone_and_says_so(
    shop: Shop, placing: Placing
) -> None:
    first, second, third, live = (placing.order() for _ in range(4))
    placing.change(live, mode="LIVE")

    def refuse(order: Order) -> None:
        if order.id == second:
            raise LookupError("somebody@example.com")

    shop.before_storing = refuse
    result = run(shop, "orders", "sync", "--since", "1h", "--quiet")
    assert result.exit_code == 1
    assert f"{second}  OPEN       failed (LookupError" in result.output
    assert "4 orders: 2 handled, 1 left alone" in result.output
    assert set(shop.stored()) == {first, third}

    shop.app.extensions["zonos"].callbacks.order_handler = None
    result = run(shop, "orders", "sync", "--since", "1h")
    assert result.exit_code == 1
    assert "3 without a handler" in result.output
    assert "no @zonos.order_handler" in result.stderr


def test_sync_fails_where_the_list_has_no_end_or_zonos_does(
    shop: Shop, upstream: Upstream
) -> None:
    shop.app.config["ZONOS_API_URL"] = upstream.url
    for handler, told in (
        (endless(ORDER), "the pages have no end"),
        (reply_with("", status=500), "Not all orders could be read"),
    ):
        upstream.on("orders", handler)
        result = run(shop, "orders", "sync", "--since", "1h")
        assert result.exit_code == 1
        assert told in result.output


def test_since_is_a_while_ago_or_a_date() -> None:
    now = datetime.now(UTC)
    assert abs(now - timedelta(minutes=90) - parse_since("90m")) < timedelta(minutes=1)
    assert parse_since("2026-07-30") == datetime(2026, 7, 30, tzinfo=UTC)
    assert parse_since("2026-07-30T10:00+02:00").utcoffset() == timedelta(hours=2)
    for text in ("", "2y", "-2d", "99999w"):
        with pytest.raises(click.BadParameter, match="neither a span .* nor a date"):
            parse_since(text)


def test_an_amount_is_written_as_its_currency_is_and_never_rounded() -> None:
    for amount, currency, told in (
        ("1E+2", "EUR", "100.00 EUR"),
        ("1200.0", "JPY", "1200 JPY"),
        ("2.345", "EUR", "2.345 EUR"),
        ("1.5", "XAU", "1.5 XAU"),
    ):
        assert format_money(Decimal(amount), currency) == told
