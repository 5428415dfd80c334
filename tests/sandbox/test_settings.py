"""Each setting does something, and BEHAVIOUR.md knows it.

What ``flask zonos probe`` asks for is turned in ``cli/test_probe.py``, and what a page
sees in ``test_page_script.py``; wrong values are refused in ``test_control.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from typing import NamedTuple

import pytest

from flask_zonos.sandbox.control.options import Options

from .conftest import CART_UPDATE
from .conftest import Zonos
from .test_carts_and_profiles import recognised


def connection_header(zonos: Zonos) -> str | None:
    return zonos.post("{ __typename }").headers.get("Connection")


def expired_cart(zonos: Zonos) -> int:
    return zonos.open(zonos.cart(expiresAt="2020-01-01T00:00:00Z")["id"]).status_code


def reserved_metadata(zonos: Zonos) -> list[str]:
    cart = zonos.cart(metadata=[{"key": "customerId", "value": "mine"}])
    return [each["value"] for each in cart["metadata"] if each["key"] == "customerId"]


def ordered_cart(zonos: Zonos) -> str:
    session = zonos.session()
    zonos.pay(session)
    return str(session["cartId"])


def changes_ordered_cart(zonos: Zonos) -> bool:
    changed = zonos.post(CART_UPDATE, {"input": {"id": ordered_cart(zonos)}})
    return "errors" not in changed.json()


def after_a_failure(zonos: Zonos) -> bool:
    password = zonos.password()
    assert zonos.open("cart_unknown", password).status_code == 404
    return recognised(zonos, password)


class Row(NamedTuple):
    """A setting, and what is seen with its default and with another value."""

    name: str
    value: Any
    probe: Callable[[Zonos], Any]
    default_shows: Any
    value_shows: Any


TABLE = [
    Row("keep_alive", 0, connection_header, None, "close"),
    Row("expired_cart_opens", True, expired_cart, 412, 201),
    Row("customer_metadata", "removed", reserved_metadata, [""], []),
    Row("cart_orders_once", False, lambda z: z.open(ordered_cart(z)).ok, False, True),
    Row("ordered_cart_changes", True, changes_ordered_cart, False, True),
    Row("password_form", "jwt", lambda z: z.password().count("."), 0, 2),
    Row("failed_opening_uses_password", True, after_a_failure, True, False),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_changes_what_is_seen(zonos: Zonos, row: Row) -> None:
    assert row.probe(zonos) == row.default_shows
    zonos.sandbox.state.reset()
    zonos.set(**{row.name: row.value})
    assert row.probe(zonos) == row.value_shows


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
