"""Each guess is a setting, each setting does something, and BEHAVIOUR.md knows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from typing import NamedTuple

import pytest

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.options import Options

from . import probes as p
from .conftest import AUTHENTICATE
from .conftest import CART_CREATE
from .conftest import CART_UPDATE
from .conftest import CART_UPSERT
from .conftest import ITEM
from .conftest import Zonos
from .test_orders import CANCEL
from .test_orders import TRACK
from .test_page_settings import SEEN as SEEN_IN_THE_PAGE


class Row(NamedTuple):
    """A setting, and what is seen with its default and with another value."""

    name: str
    value: Any
    probe: Callable[[Zonos], Any]
    default_shows: Any
    value_shows: Any
    beside: dict[str, Any] = {}


EPOC = ["cartCreatedAtEpoc"]
TEXT = {**ITEM, "amount": "24.9"}
MINE = {"id": "cart_mine", "items": [ITEM]}
NOBODY = {"customerId": "", "email": "anna@example.com"}
ORGANIZATION = Options().organization_id
PARTLY = "PARTIALLY_SHIPPED"
POINTS = {"points_pool": True, "points_most": 6, "points_per_second": 0}
TABLE = [
    Row("keep_alive", 0, p.connection_header, None, "close"),
    Row("cart_latency", 0.3, p.takes_its_time(Zonos.cart), False, True),
    Row("profile_latency", 0.3, p.takes_its_time(Zonos.profile), False, True),
    Row("unauthenticated_status", 403, p.status_without_key, 401, 403),
    Row("refusal_status", 422, p.status("{ nothing }"), 400, 422),
    Row("error_statuses", True, p.status(CART_UPDATE, id="cart_unknown"), 200, 404),
    Row("invalid_input_error_type", "UNKNOWN", p.no_items, "BAD_REQUEST", "UNKNOWN"),
    Row("decimal_texts", True, p.takes(CART_CREATE, items=[TEXT]), False, True),
    Row("datetime_milliseconds", False, p.gives_milliseconds, True, False),
    Row("plain_dates", True, p.plain_dates, [False] * 3, [True] * 3),
    Row("list_cost", 3, p.cost_of_a_list, "7", "9"),
    Row("page_size", 2, p.carts_on_a_page(), 3, 2),
    Row("page_most", 2, p.carts_on_a_page("(first: 3)"), 3, 2),
    *(
        Row(name, value, p.second_calls_status, 200, 429, POINTS)
        for name, value in POINTS.items()
    ),
    Row(
        "throttled_error_type", "UNKNOWN", p.throttled, "UNAVAILABLE", "UNKNOWN", POINTS
    ),
    Row("throttled_retry_after", 7, p.retry_after, None, "7", POINTS),
    Row("mode", "LIVE", lambda z: z.order()["mode"], "TEST", "LIVE"),
    Row(
        "organization_id",
        "a",
        lambda z: z.profile()["organizationId"],
        ORGANIZATION,
        "a",
    ),
    Row("cart_lifetime", 60, p.lifetime, 3600, 60),
    Row("expired_cart_opens", True, p.expired_cart, 412, 201),
    Row("expired_cart_is_gone", True, p.reads_expired_cart, True, False),
    Row("customer_metadata", "emptied", p.reserved_metadata, ["", "c-1"], ["", ""]),
    Row("customer_metadata", "removed", p.reserved_metadata, ["", "c-1"], [None] * 2),
    Row("added_metadata", EPOC, p.added_metadata, ["cartCreatedAt"], EPOC),
    Row("unknown_cart_is_error", True, p.fails(p.UNKNOWN_CART), False, True),
    Row("upsert_makes_unknown", True, p.takes(CART_UPSERT, **MINE), False, True),
    Row("upsert_replaces", False, p.items_after_an_upsert, 1, 2),
    Row("cart_orders_once", False, p.ordered_cart_again, 412, 201),
    Row("ordered_cart_changes", True, p.changes_ordered_cart, False, True),
    Row("profile_updates", True, p.second_email, "old@example.com", "new@example.com"),
    Row("keep_equal_locations", True, p.same_location_twice, 1, 2),
    Row("strict_locations", True, p.takes_place(administrativeArea=""), True, False),
    Row("strict_postal_codes", True, p.takes_place(postalCode=""), True, False),
    Row("region_names", False, p.takes_place(administrativeArea="Utah"), True, False),
    Row("phone_form", "digits", p.takes_phones, [True] * 3, [True, True, False]),
    Row(
        "phone_form", "international", p.takes_phones, [True] * 3, [True, False, False]
    ),
    Row("password_form", "uuid", p.dots_and_dashes, (0, False), (0, True)),
    Row("password_form", "jwt", p.dots_and_dashes, (0, False), (2, False)),
    Row("password_is_new", False, lambda z: z.password() != z.password(), True, False),
    Row("empty_customer_is_error", False, p.takes(AUTHENTICATE, **NOBODY), False, True),
    Row("password_lifetime", 30, p.after_a_minute, True, False),
    Row("password_once", False, p.used_twice, False, True),
    Row("bad_password_is_error", True, p.wrong_password, 201, 412),
    Row("failed_opening_uses_password", True, p.after_a_failure, True, False),
    Row("shopper_currency", False, lambda z: z.order()["currencyCode"], "CAD", "DKK"),
    Row("order_delay", 60, p.orders_after_payment, 1, 0),
    Row("duplicate_window", 0, p.asks_before_a_repeat, True, False),
    Row("details_by_target", True, p.details_of_goods, 2, 3),
    Row("customer_reference", "shopper", p.reference, "customerId", "shopper"),
    Row("order_names_cart", False, p.names_cart, True, False),
    Row("payor_is_party", False, p.parties, ["DESTINATION", "PAYOR"], ["DESTINATION"]),
    Row("unknown_order_is_error", True, p.fails(p.UNKNOWN_ORDER), False, True),
    Row("discounts_are_negative", False, p.discount, "-1", "1"),
    Row("shipped_status", PARTLY, p.shipped_status, "COMPLETED", PARTLY),
    Row("unique_order_numbers", False, p.takes_same_number, False, True),
    Row("shipped_order_cancels", True, p.refuses_to_cancel(TRACK), True, False),
    Row("cancelling_twice_is_error", True, p.refuses_to_cancel(CANCEL), False, True),
    Row("orders_newest_first", False, p.newest_comes_first, True, False),
    Row("between_takes_its_ends", True, p.found_at_its_moment, 0, 1),
    Row("webhook_order_id", False, p.sends("id"), True, False),
    Row("webhook_references", True, p.sends("references"), False, True),
    Row("webhook_secret_is_shown", False, p.reads_secret_again, True, False),
    Row("webhook_retries", [], p.state_after(500), "pending", "failed"),
    Row("webhook_any_status_counts", True, p.state_after(500), "pending", "delivered"),
    Row("webhook_timeout", 0.1, p.state_after(delay=0.5), "delivered", "pending"),
    Row("webhook_silent_types", ["ORDER_CREATED"], p.deliveries, 1, 0),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_changes_what_is_seen(zonos: Zonos, row: Row) -> None:
    beside = {name: value for name, value in row.beside.items() if name != row.name}
    zonos.set(**beside)
    assert row.probe(zonos) == row.default_shows
    zonos.sandbox.state.reset()
    zonos.set(**beside, **{row.name: row.value})
    assert row.probe(zonos) == row.value_shows


def test_every_setting_is_tried() -> None:
    tried = {row.name for row in TABLE} | SEEN_IN_THE_PAGE
    assert tried == set(Options.known())


def rows_of_behaviour() -> list[list[str]]:
    """The rows of BEHAVIOUR.md that have behaviour, mark and setting."""
    text = (files("flask_zonos.sandbox") / "BEHAVIOUR.md").read_text("utf-8")
    head = "| behaviour | mark | setting |\n| --- | --- | --- |\n"
    lines = [line for part in text.split(head)[1:] for line in part.split("\n\n")[:1]]
    rows = "\n".join(lines).splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(written(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_behaviour_names_the_settings_there_are_and_their_defaults() -> None:
    cells = [setting for _, _, setting in rows_of_behaviour()]
    named = {pair for cell in cells for pair in re.findall(r"`(\w+)` \((.*?)\)", cell)}
    assert named == {(n, written(v)) for n, v in Options().as_dict().items()}


def test_every_guess_has_a_setting_or_says_why_not() -> None:
    bare = [
        behaviour
        for behaviour, mark, setting in rows_of_behaviour()
        if "guess" in mark and not re.match(r"`\w+` \(|none: \w+", setting)
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "PLAY"),
        ("mode", 1),
        ("refusal_status", 418),
        ("country", ""),
        ("country", 7),
        ("list_cost", "many"),
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


@pytest.mark.parametrize(
    "name", ["keep_alive", "cart_lifetime", "password_lifetime", "webhook_timeout"]
)
def test_a_part_of_a_second_stays_one(name: str) -> None:
    given = Options()
    given.change({name: 0.5})
    assert getattr(given, name) == Options.from_text(name, "0.5") == 0.5
    assert Options.from_text(name, "2") == 2
