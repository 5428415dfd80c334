"""Each setting does something, BEHAVIOUR.md knows it, and a wrong value is refused.

What ``flask zonos probe`` asks for is turned in ``cli/test_probe.py``, and what a page
sees in ``test_page_settings.py`` and ``test_page_script.py``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from typing import NamedTuple

import pytest

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.options import Options

from .conftest import CART_UPDATE
from .conftest import Zonos
from .test_orders import CANCEL
from .test_orders import NUMBER
from .test_orders import TRACK
from .test_profiles import recognised
from .test_webhooks import BEYOND
from .test_webhooks import queued
from .test_webhooks import subscribe


def connection_header(zonos: Zonos) -> str | None:
    return zonos.post("{ __typename }").headers.get("Connection")


def organization(zonos: Zonos) -> str:
    return str(zonos.profile()["organizationId"])


def expired_cart(zonos: Zonos) -> int:
    return zonos.open(zonos.cart(expiresAt="2020-01-01T00:00:00Z")["id"]).status_code


def reserved_metadata(zonos: Zonos) -> list[str]:
    cart = zonos.cart(metadata=[{"key": "customerId", "value": "mine"}])
    return [each["value"] for each in cart["metadata"] if each["key"] == "customerId"]


def ordered_cart(zonos: Zonos) -> str:
    session = zonos.session()
    zonos.pay(session)
    return str(session["cartId"])


def opens_ordered_cart(zonos: Zonos) -> int:
    return zonos.open(ordered_cart(zonos)).status_code


def changes_ordered_cart(zonos: Zonos) -> bool:
    return zonos.takes(CART_UPDATE, {"input": {"id": ordered_cart(zonos)}})


def after_a_failure(zonos: Zonos) -> bool:
    password = zonos.password()
    assert zonos.open("cart_unknown", password).status_code == 404
    return recognised(zonos, password)


def takes_same_number(zonos: Zonos) -> bool:
    zonos.call(NUMBER, id=zonos.order()["id"], accountOrderNumber="7")
    input = {"id": zonos.order()["id"], "accountOrderNumber": "7"}
    return zonos.takes(NUMBER, {"input": input})


def shipped_status(zonos: Zonos) -> str:
    tracked = {"id": zonos.order()["id"], "trackingNumbers": ["1Z"]}
    return str(zonos.call(TRACK, **tracked)["status"])


def cancels_twice(zonos: Zonos) -> bool:
    variables = {"id": zonos.order()["id"]}
    zonos.data(CANCEL, variables)
    return zonos.takes(CANCEL, variables)


def events_of_an_order(zonos: Zonos) -> list[str]:
    subscribe(zonos, BEYOND)
    zonos.order()
    return list(queued(zonos))


class Row(NamedTuple):
    """A setting, and what is seen with its default and with another value."""

    name: str
    value: Any
    probe: Callable[[Zonos], Any]
    default_shows: Any
    value_shows: Any


PARTLY = "PARTIALLY_SHIPPED"
CREATED = ["ORDER_CREATED"]
TABLE = [
    Row("keep_alive", 0, connection_header, None, "close"),
    Row("organization_id", "a", organization, Options().organization_id, "a"),
    Row("expired_cart_opens", True, expired_cart, 412, 201),
    Row("customer_metadata", "removed", reserved_metadata, [""], []),
    Row("cart_orders_once", False, opens_ordered_cart, 412, 201),
    Row("ordered_cart_changes", True, changes_ordered_cart, False, True),
    Row("password_form", "jwt", lambda z: z.password().count("."), 0, 2),
    Row("failed_opening_uses_password", True, after_a_failure, True, False),
    Row("shipped_status", PARTLY, shipped_status, "COMPLETED", PARTLY),
    Row("unique_order_numbers", False, takes_same_number, False, True),
    Row("cancelling_twice_is_error", True, cancels_twice, True, False),
    Row("webhook_silent_types", CREATED, events_of_an_order, CREATED, []),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_changes_what_is_seen(zonos: Zonos, row: Row) -> None:
    assert row.probe(zonos) == row.default_shows
    zonos.sandbox.state.reset()
    zonos.set(**{row.name: row.value})
    assert row.probe(zonos) == row.value_shows


@pytest.mark.parametrize(
    ("name", "call"),
    [("cart_latency", Zonos.cart), ("profile_latency", Zonos.profile)],
)
def test_a_call_takes_its_latency_at_least(
    zonos: Zonos, name: str, call: Callable[[Zonos], Any]
) -> None:
    zonos.set(**{name: 0.3})
    begun = time.monotonic()
    call(zonos)
    assert time.monotonic() - begun >= 0.3


def test_who_has_spent_the_points_waits_for_more(zonos: Zonos) -> None:
    query = '{ order(orderId: "order_unknown") { id } }'  # costs six
    zonos.set(points_pool=True, points_most=6, points_per_second=3)
    zonos.set(throttled_error_type="UNKNOWN", throttled_retry_after=7)
    clock = zonos.sandbox.state.clock
    clock.stop()
    assert zonos.post(query).status_code == 200
    clock.advance(1)
    refused = zonos.post(query)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert zonos.error(query) == "UNKNOWN"
    clock.advance(1)
    assert zonos.post(query).status_code == 200


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(written(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_behaviour_names_the_settings_there_are_and_their_defaults() -> None:
    text = (files("flask_zonos.sandbox") / "BEHAVIOUR.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)` \((.*?)\)", text))
    assert named == {(n, written(v)) for n, v in Options().as_dict().items()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "PLAY"),
        ("country", ""),
        ("list_cost", True),
        ("list_cost", 0.5),
        ("points_pool", 1),
        ("webhook_retries", 5),
        ("webhook_retries", [-1]),
        ("webhook_silent_types", ["CART_MADE"]),
        ("colour", "red"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_everywhere(
    zonos: Zonos, name: str, value: Any
) -> None:
    before = zonos.sandbox.state.options.as_dict()
    refused = zonos.control("options", {"allow_domestic": True, name: value})
    assert refused.status_code == 400
    assert name in refused.json()["message"]
    assert zonos.sandbox.state.options.as_dict() == before
    with pytest.raises((ValueError, TypeError), match=name):
        Sandbox(**{name: value}).start()
