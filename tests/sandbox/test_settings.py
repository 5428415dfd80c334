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

from . import probes
from .conftest import AUTHENTICATE
from .conftest import CART_CREATE
from .conftest import CART_UPDATE
from .conftest import CART_UPSERT
from .conftest import ITEM
from .conftest import Zonos
from .probes import fails
from .test_orders import read
from .test_page_settings import SEEN as SEEN_IN_THE_PAGE


class Row(NamedTuple):
    """A setting, and what is seen with its default and with another value."""

    name: str
    value: Any
    probe: Callable[[Zonos], Any]
    default_shows: Any
    value_shows: Any
    beside: dict[str, Any] = {}


POINTS = {"points_pool": True, "points_most": 6, "points_per_second": 0}
TEXT = {"items": [{**ITEM, "amount": "24.9"}]}
NOBODY = {"customerId": "", "email": "anna@example.com"}
UNKNOWN_CART = '{ cart(id: "cart_unknown") { id } }'
UNKNOWN_ORDER = '{ order(orderId: "order_unknown") { id } }'
A_LIST = '{ order(orderId: "x") { references { key } } }'


def without(name: str) -> dict[str, Any]:
    """The settings of a small pool of points, but for one."""
    return {key: value for key, value in POINTS.items() if key != name}


def status_of_second(zonos: Zonos) -> int:
    return probes.second_call(zonos).status_code


def error_of_second(zonos: Zonos) -> str:
    (error,) = probes.second_call(zonos).json()["errors"]
    return str(error["extensions"]["errorType"])


TABLE = [
    Row(
        "keep_alive",
        0,
        lambda z: z.post("{ __typename }").headers.get("Connection"),
        None,
        "close",
    ),
    Row("cart_latency", 0.5, probes.takes_half_a_second(Zonos.cart), False, True),
    Row("profile_latency", 0.5, probes.takes_half_a_second(Zonos.profile), False, True),
    Row(
        "unauthenticated_status",
        403,
        lambda z: z.post("{ carts { totalCount } }", key=None).status_code,
        401,
        403,
    ),
    Row("refusal_status", 422, lambda z: z.post("{ nothing }").status_code, 400, 422),
    Row(
        "error_statuses",
        True,
        lambda z: z.post(CART_UPDATE, {"input": {"id": "cart_unknown"}}).status_code,
        200,
        404,
    ),
    Row(
        "invalid_input_error_type",
        "FAILED_PRECONDITION",
        probes.no_items,
        "BAD_REQUEST",
        "FAILED_PRECONDITION",
    ),
    Row("decimal_texts", True, fails(CART_CREATE, {"input": TEXT}), True, False),
    Row(
        "datetime_milliseconds",
        False,
        lambda z: z.cart(expiresAt="2030-01-01T00:00:00Z")["expiresAt"],
        "2030-01-01T00:00:00.000Z",
        "2030-01-01T00:00:00Z",
    ),
    Row("plain_dates", True, probes.plain_dates, [False] * 3, [True] * 3),
    Row(
        "list_cost",
        3,
        lambda z: z.post(A_LIST).headers["zonos-query-complexity"],
        "7",
        "9",
    ),
    Row("page_size", 2, probes.carts_on_a_page(), 3, 2),
    Row("page_most", 2, probes.carts_on_a_page("(first: 3)"), 3, 2),
    *(
        Row(name, value, status_of_second, 200, 429, without(name))
        for name, value in POINTS.items()
    ),
    Row(
        "throttled_error_type",
        "UNKNOWN",
        error_of_second,
        "UNAVAILABLE",
        "UNKNOWN",
        POINTS,
    ),
    Row(
        "throttled_retry_after",
        7,
        lambda z: probes.second_call(z).headers.get("Retry-After"),
        None,
        "7",
        POINTS,
    ),
    Row("mode", "LIVE", lambda z: z.order()["mode"], "TEST", "LIVE"),
    Row(
        "organization_id",
        "organization_mine",
        lambda z: z.profile()["organizationId"],
        Options().organization_id,
        "organization_mine",
    ),
    Row(
        "cart_lifetime",
        60,
        probes.lifetime,
        "2030-01-01T01:00:00.000Z",
        "2030-01-01T00:01:00.000Z",
    ),
    Row("expired_cart_opens", True, probes.expired_cart, 412, 201),
    Row("expired_cart_is_gone", True, probes.reads_expired_cart, True, False),
    Row(
        "customer_metadata", "emptied", probes.reserved_metadata, ["", "c-1"], ["", ""]
    ),
    Row(
        "customer_metadata",
        "removed",
        probes.reserved_metadata,
        ["", "c-1"],
        [None, None],
    ),
    Row(
        "added_metadata",
        ["cartCreatedAtEpoc"],
        probes.added_metadata,
        ["cartCreatedAt"],
        ["cartCreatedAtEpoc"],
    ),
    Row("unknown_cart_is_error", True, fails(UNKNOWN_CART), False, True),
    Row(
        "upsert_makes_unknown",
        True,
        fails(CART_UPSERT, {"input": {"id": "cart_mine", "items": [ITEM]}}),
        True,
        False,
    ),
    Row("upsert_replaces", False, probes.items_after_an_upsert, 1, 2),
    Row(
        "cart_orders_once",
        False,
        lambda z: z.open(probes.ordered_cart(z)).status_code,
        412,
        201,
    ),
    Row("ordered_cart_changes", True, probes.changes_ordered_cart, False, True),
    Row(
        "profile_updates",
        True,
        probes.second_email,
        "old@example.com",
        "new@example.com",
    ),
    Row("keep_equal_locations", True, probes.same_location_twice, 1, 2),
    Row(
        "strict_locations",
        True,
        probes.takes_location(administrativeArea=""),
        True,
        False,
    ),
    Row(
        "strict_postal_codes",
        True,
        probes.takes_location(postalCode=""),
        True,
        False,
    ),
    Row(
        "region_names",
        False,
        probes.takes_location(administrativeArea="Ontario"),
        True,
        False,
    ),
    Row("phone_form", "digits", probes.takes_phones, [True] * 3, [True, True, False]),
    Row(
        "phone_form",
        "international",
        probes.takes_phones,
        [True] * 3,
        [True, False, False],
    ),
    Row("password_form", "uuid", probes.dots_and_dashes, (0, False), (0, True)),
    Row("password_form", "jwt", probes.dots_and_dashes, (0, False), (2, False)),
    Row(
        "password_is_new",
        False,
        lambda z: z.password() != z.password(),
        True,
        False,
    ),
    Row(
        "empty_customer_is_error",
        False,
        fails(AUTHENTICATE, {"input": NOBODY}),
        True,
        False,
    ),
    Row("password_lifetime", 30, probes.after_a_minute, True, False),
    Row("password_once", False, probes.used_twice, False, True),
    Row(
        "bad_password_is_error",
        True,
        lambda z: z.open(z.cart()["id"], "wrong").status_code,
        201,
        412,
    ),
    Row("failed_opening_uses_password", True, probes.after_a_failure, True, False),
    Row("shopper_currency", False, lambda z: z.order()["currencyCode"], "CAD", "DKK"),
    Row("order_delay", 60, probes.orders_after_payment, 1, 0),
    Row("duplicate_window", 0, probes.asks_before_a_repeat, True, False),
    Row("details_by_target", True, probes.details_of_goods, 2, 3),
    Row("customer_reference", "shopper", probes.reference, "customerId", "shopper"),
    Row("order_names_cart", False, probes.names_cart, True, False),
    Row(
        "payor_is_party",
        False,
        probes.parties,
        ["DESTINATION", "PAYOR"],
        ["DESTINATION"],
    ),
    Row("unknown_order_is_error", True, fails(UNKNOWN_ORDER), False, True),
    Row("discounts_are_negative", False, probes.discount, "-1", "1"),
    Row(
        "shipped_status",
        "PARTIALLY_SHIPPED",
        lambda z: read(z, probes.shipped(z))["status"],
        "COMPLETED",
        "PARTIALLY_SHIPPED",
    ),
    Row("unique_order_numbers", False, probes.refuses_same_number, True, False),
    Row(
        "shipped_order_cancels",
        True,
        lambda z: probes.refuses_to_cancel(z, probes.shipped(z)),
        True,
        False,
    ),
    Row("cancelling_twice_is_error", True, probes.refuses_to_cancel_twice, False, True),
    Row("orders_newest_first", False, probes.newest_comes_first, True, False),
    Row("between_takes_its_ends", True, probes.found_at_its_moment, 0, 1),
    Row("webhook_order_id", False, probes.sends("id"), True, False),
    Row("webhook_references", True, probes.sends("references"), False, True),
    Row("webhook_secret_is_shown", False, probes.reads_secret_again, True, False),
    Row("webhook_retries", [], probes.state_after(500), "pending", "failed"),
    Row(
        "webhook_any_status_counts",
        True,
        probes.state_after(500),
        "pending",
        "delivered",
    ),
    Row("webhook_timeout", 0.1, probes.state_after(delay=0.5), "delivered", "pending"),
    Row("webhook_silent_types", ["ORDER_CREATED"], probes.deliveries, 1, 0),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_changes_what_is_seen(zonos: Zonos, row: Row) -> None:
    zonos.set(**row.beside)
    assert row.probe(zonos) == row.default_shows
    zonos.sandbox.state.reset()
    zonos.set(**{**row.beside, row.name: row.value})
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
