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
import requests

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.options import Options

from ..support.threads import assert_soon
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .conftest import AUTHENTICATE
from .conftest import CART_UPDATE
from .conftest import Zonos
from .test_orders import CANCEL
from .test_orders import NUMBER
from .test_orders import TRACK
from .test_profiles import location
from .test_profiles import recognised
from .test_webhooks import logs
from .test_webhooks import subscribe


def takes(zonos: Zonos, mutation: str, **input: Any) -> bool:
    return "errors" not in zonos.post(mutation, {"input": input}).json()


def connection_header(zonos: Zonos) -> str | None:
    return zonos.post("{ __typename }").headers.get("Connection")


def takes_its_time(call: Callable[[Zonos], Any]) -> Callable[[Zonos], bool]:
    """The probe whether each of three calls takes at least 0.3 seconds."""

    def probe(zonos: Zonos) -> bool:
        took = []
        for _ in range(3):
            begun = time.monotonic()
            call(zonos)
            took.append(time.monotonic() - begun)
        return min(took) >= 0.3

    return probe


def second_call(zonos: Zonos) -> requests.Response:
    """The second of two calls that cost six points, a second after the first."""
    query = '{ order(orderId: "order_unknown") { id } }'
    zonos.sandbox.state.clock.stop()
    zonos.post(query)
    zonos.sandbox.state.clock.advance(1)
    return zonos.post(query)


def throttled(zonos: Zonos) -> str:
    (error,) = second_call(zonos).json()["errors"]
    return str(error["extensions"]["errorType"])


def retry_after(zonos: Zonos) -> str | None:
    return second_call(zonos).headers.get("Retry-After")


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
    return takes(zonos, CART_UPDATE, id=ordered_cart(zonos))


def takes_phones(zonos: Zonos) -> list[bool]:
    person = {"customerId": "c-1", "email": "anna@example.com"}
    places = [{**location("One"), "phone": p} for p in ("(604) 555-0100", "call me")]
    return [takes(zonos, AUTHENTICATE, **person, locations=[each]) for each in places]


def after_a_failure(zonos: Zonos) -> bool:
    password = zonos.password()
    assert zonos.open("cart_unknown", password).status_code == 404
    return recognised(zonos, password)


def takes_same_number(zonos: Zonos) -> bool:
    first, second = zonos.order()["id"], zonos.order()["id"]
    zonos.call(NUMBER, id=first, accountOrderNumber="7")
    return takes(zonos, NUMBER, id=second, accountOrderNumber="7")


def shipped_status(zonos: Zonos) -> str:
    tracked = {"id": zonos.order()["id"], "trackingNumbers": ["1Z"]}
    return str(zonos.call(TRACK, **tracked)["status"])


def cancels_twice(zonos: Zonos) -> bool:
    id = zonos.order()["id"]
    answers = [zonos.post(CANCEL, {"id": id}).json() for _ in range(2)]
    return "errors" not in answers[1]


def state_after(status: int = 204, delay: float = 0) -> Callable[[Zonos], str]:
    """The probe for the state of a webhook after its first attempt."""

    def probe(zonos: Zonos) -> str:
        with Upstream() as receiver:
            receiver.on("*", answers_late)
            subscribe(zonos, receiver.url)
            zonos.order()
            assert_soon(lambda: logs(zonos))
        delivery = zonos.sandbox.state.store.one("SELECT state FROM delivery")
        assert delivery is not None
        return str(delivery["state"])

    def answers_late(received: Received, wire: Wire) -> None:
        time.sleep(delay)
        wire.reply("", status=status)

    return probe


def deliveries(zonos: Zonos) -> int:
    subscribe(zonos, "http://203.0.113.7/beyond-this-machine")
    zonos.order()
    return len(zonos.sandbox.state.store.all("SELECT 1 FROM delivery"))


class Row(NamedTuple):
    """A setting, and what is seen with its default and with another value."""

    name: str
    value: Any
    probe: Callable[[Zonos], Any]
    default_shows: Any
    value_shows: Any
    beside: dict[str, Any] = {}


PARTLY = "PARTIALLY_SHIPPED"
POINTS = {"points_pool": True, "points_most": 6, "points_per_second": 0}
TABLE = [
    Row("keep_alive", 0, connection_header, None, "close"),
    Row("cart_latency", 0.3, takes_its_time(Zonos.cart), False, True),
    Row("profile_latency", 0.3, takes_its_time(Zonos.profile), False, True),
    *(
        Row(name, value, lambda z: second_call(z).status_code, 200, 429, POINTS)
        for name, value in POINTS.items()
    ),
    Row("throttled_error_type", "UNKNOWN", throttled, "UNAVAILABLE", "UNKNOWN", POINTS),
    Row("throttled_retry_after", 7, retry_after, None, "7", POINTS),
    Row("mode", "LIVE", lambda z: z.order()["mode"], "TEST", "LIVE"),
    Row("organization_id", "a", organization, Options().organization_id, "a"),
    Row("expired_cart_opens", True, expired_cart, 412, 201),
    Row("customer_metadata", "removed", reserved_metadata, [""], []),
    Row("cart_orders_once", False, opens_ordered_cart, 412, 201),
    Row("ordered_cart_changes", True, changes_ordered_cart, False, True),
    Row("phone_form", "digits", takes_phones, [True, True], [True, False]),
    Row("password_form", "jwt", lambda z: z.password().count("."), 0, 2),
    Row("failed_opening_uses_password", True, after_a_failure, True, False),
    Row("shipped_status", PARTLY, shipped_status, "COMPLETED", PARTLY),
    Row("unique_order_numbers", False, takes_same_number, False, True),
    Row("cancelling_twice_is_error", True, cancels_twice, True, False),
    Row("webhook_any_status_counts", True, state_after(500), "pending", "delivered"),
    Row("webhook_timeout", 0.1, state_after(delay=0.5), "delivered", "pending"),
    Row("webhook_silent_types", ["ORDER_CREATED"], deliveries, 1, 0),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_changes_what_is_seen(zonos: Zonos, row: Row) -> None:
    beside = {name: value for name, value in row.beside.items() if name != row.name}
    zonos.set(**beside)
    assert row.probe(zonos) == row.default_shows
    zonos.sandbox.state.reset()
    zonos.set(**beside, **{row.name: row.value})
    assert row.probe(zonos) == row.value_shows


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
        ("refusal_status", 418),
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
