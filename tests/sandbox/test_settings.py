"""Each guess is a setting, each setting does something, and BEHAVIOUR.md knows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from importlib.resources import files
from typing import Any

import pytest
import requests

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.options import Options

from . import probes
from .conftest import Zonos
from .test_settings_in_the_page import SEEN as SEEN_IN_THE_PAGE


@dataclass
class Row:
    """A setting, and what is seen with its default and with another value."""

    name: str
    value: Any
    probe: Callable[[Zonos], Any]
    default_shows: Any
    value_shows: Any
    beside: Mapping[str, Any] = field(default_factory=dict)


FEW = {"points_pool": True, "points_most": 6, "points_per_second": 0}
TABLE = [
    Row("keep_alive", 0, probes.keeps_the_connection, True, False),
    Row("cart_latency", 0.5, probes.cart_takes_half_a_second, False, True),
    Row("profile_latency", 0.5, probes.profile_takes_half_a_second, False, True),
    Row("unauthenticated_status", 403, probes.keyless, 401, 403),
    Row("refusal_status", 422, probes.nonsense, 400, 422),
    Row("error_statuses", True, probes.unknown_update, 200, 404),
    Row(
        "invalid_input_error_type",
        "FAILED_PRECONDITION",
        probes.no_items,
        "BAD_REQUEST",
        "FAILED_PRECONDITION",
    ),
    Row("decimal_texts", True, probes.amount_as_text, True, False),
    Row(
        "datetime_milliseconds",
        False,
        probes.moment,
        "2030-01-01T00:00:00.000Z",
        "2030-01-01T00:00:00Z",
    ),
    Row("plain_dates", True, probes.plain_dates, [False] * 3, [True] * 3),
    Row("list_cost", 3, probes.cost_of_a_list, "7", "9"),
    Row("page_size", 2, probes.page_of_three, 3, 2),
    Row("page_most", 2, probes.first_three, 3, 2),
    Row(
        "points_pool",
        True,
        probes.second_call,
        200,
        429,
        {"points_most": 6, "points_per_second": 0},
    ),
    Row(
        "points_most",
        6,
        probes.second_call,
        200,
        429,
        {"points_pool": True, "points_per_second": 0},
    ),
    Row(
        "points_per_second",
        0,
        probes.second_call,
        200,
        429,
        {"points_pool": True, "points_most": 6},
    ),
    Row(
        "throttled_error_type",
        "UNKNOWN",
        probes.second_calls_error,
        "UNAVAILABLE",
        "UNKNOWN",
        FEW,
    ),
    Row("throttled_retry_after", 7, probes.second_calls_pause, None, "7", FEW),
    Row("mode", "LIVE", probes.mode, "TEST", "LIVE"),
    Row(
        "organization_id",
        "organization_mine",
        probes.organization,
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
    Row("expired_cart_is_gone", True, probes.read_expired_cart, True, False),
    Row(
        "customer_metadata", "emptied", probes.reserved_metadata, ["", "c-1"], ["", ""]
    ),
    Row("customer_metadata", "removed", probes.reserved_metadata, ["", "c-1"], []),
    Row(
        "added_metadata",
        ["cartCreatedAtEpoc"],
        probes.added_metadata,
        ["cartCreatedAt"],
        ["cartCreatedAtEpoc"],
    ),
    Row("unknown_cart_is_error", True, probes.unknown_cart, False, True),
    Row("upsert_makes_unknown", True, probes.upsert_unknown, True, False),
    Row("upsert_replaces", False, probes.upsert_again, 1, 2),
    Row("cart_orders_once", False, probes.open_ordered, 412, 201),
    Row("ordered_cart_changes", True, probes.change_ordered, True, False),
    Row(
        "profile_updates",
        True,
        probes.second_email,
        "old@example.com",
        "new@example.com",
    ),
    Row("keep_equal_locations", True, probes.same_address_twice, 1, 2),
    Row("strict_locations", True, probes.address_without_region, True, False),
    Row("strict_postal_codes", True, probes.address_without_postal_code, True, False),
    Row("region_names", False, probes.region_by_name, True, False),
    Row("phone_form", "digits", probes.phones, [True] * 3, [True, True, False]),
    Row("phone_form", "international", probes.phones, [True] * 3, [True, False, False]),
    Row("password_form", "uuid", probes.dots_and_dashes, (0, False), (0, True)),
    Row("password_form", "jwt", probes.dots_and_dashes, (0, False), (2, False)),
    Row("password_is_new", False, probes.second_password_is_new, True, False),
    Row("empty_customer_is_error", False, probes.empty_customer, False, True),
    Row("password_lifetime", 30, probes.after_a_minute, True, False),
    Row("password_once", False, probes.used_twice, False, True),
    Row("bad_password_is_error", True, probes.wrong_password, 201, 412),
    Row("failed_opening_uses_password", True, probes.after_a_failure, True, False),
    Row("shopper_currency", False, probes.currency, "CAD", "DKK"),
    Row("order_delay", 60, probes.orders_after_payment, 1, 0),
    Row("details_by_target", True, probes.details_of_goods, 2, 3),
    Row("customer_reference", "shopper", probes.reference, "customerId", "shopper"),
    Row("order_names_cart", False, probes.order_has_cart, True, False),
    Row(
        "payor_is_party",
        False,
        probes.parties,
        ["DESTINATION", "PAYOR"],
        ["DESTINATION"],
    ),
    Row("unknown_order_is_error", True, probes.unknown_order, False, True),
    Row("discounts_are_negative", False, probes.discount, "-1", "1"),
    Row(
        "shipped_status",
        "PARTIALLY_SHIPPED",
        probes.shipped_status,
        "COMPLETED",
        "PARTIALLY_SHIPPED",
    ),
    Row("unique_order_numbers", False, probes.same_number, True, False),
    Row("shipped_order_cancels", True, probes.cancel_shipped, True, False),
    Row("cancelling_twice_is_error", True, probes.cancel_twice, False, True),
    Row("orders_newest_first", False, probes.newest_comes_first, True, False),
    Row("between_takes_its_ends", True, probes.found_at_its_moment, 0, 1),
    Row("webhook_order_id", False, probes.fields_of_the_body, True, False),
    Row("webhook_references", True, probes.references_of_the_body, False, True),
    Row("webhook_secret_is_shown", False, probes.reads_secret_again, True, False),
    Row("webhook_retries", [], probes.refused_delivery, "pending", "failed"),
    Row(
        "webhook_any_status_counts",
        True,
        probes.refused_delivery,
        "pending",
        "delivered",
    ),
    Row("webhook_timeout", 0.1, probes.slow_delivery, "delivered", "pending"),
    Row("webhook_silent_types", ["ORDER_CREATED"], probes.queued, 1, 0),
]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_setting_changes_what_is_seen(zonos: Zonos, row: Row) -> None:
    options = zonos.sandbox.state.options
    options.change(row.beside)

    assert row.probe(zonos) == row.default_shows

    zonos.sandbox.state.reset()
    options.change({**row.beside, row.name: row.value})
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


def documented_settings() -> set[tuple[str, str]]:
    """The names in BEHAVIOUR.md, each with its default as it is written there."""
    cells = [setting for _, _, setting in rows_of_behaviour()]
    return {found for cell in cells for found in re.findall(r"`(\w+)` \((.*?)\)", cell)}


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(written(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_behaviour_names_the_settings_there_are_and_their_defaults() -> None:
    defaults = Options().as_dict()

    assert documented_settings() == {(n, written(v)) for n, v in defaults.items()}


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
    url = f"{zonos.sandbox.url}/_sandbox/options"

    answer = requests.post(url, json={"allow_domestic": True, name: value}, timeout=30)

    assert answer.status_code == 400
    assert name in answer.json()["message"]
    assert zonos.sandbox.state.options.as_dict() == before
    with pytest.raises((ValueError, TypeError), match=name):
        Sandbox(**{name: value}).start()


@pytest.mark.parametrize("text", ["0.5", "2", "1e-3"])
@pytest.mark.parametrize(
    "name", ["keep_alive", "cart_lifetime", "password_lifetime", "webhook_timeout"]
)
def test_a_part_of_a_second_stays_one(name: str, text: str) -> None:
    given = Options()
    given.change({name: float(text)})

    assert getattr(given, name) == float(text)
    assert Options.from_text(name, text) == float(text)


def test_a_password_can_live_for_half_a_second(zonos: Zonos) -> None:
    zonos.sandbox.state.options.change({"password_lifetime": 0.5})
    zonos.sandbox.state.clock.stop()
    in_time, too_late = zonos.password(), zonos.password()

    zonos.sandbox.state.clock.advance(0.4)
    assert zonos.open(zonos.cart()["id"], in_time).json()["customer"]
    zonos.sandbox.state.clock.advance(0.2)
    assert zonos.open(zonos.cart()["id"], too_late).json()["customer"] is None


def test_a_seed_sets_options_and_a_reset_takes_them_back(zonos: Zonos) -> None:
    url = f"{zonos.sandbox.url}/_sandbox"
    seed = {"options": {"mode": "LIVE"}}
    assert requests.post(f"{url}/seed", json=seed, timeout=30).status_code == 201
    assert probes.mode(zonos) == "LIVE"

    requests.post(f"{url}/reset", timeout=30)

    assert probes.mode(zonos) == "TEST"


def test_a_seed_with_a_mistake_leaves_the_options_alone(zonos: Zonos) -> None:
    seed = {"options": {"mode": "LIVE"}, "carts": [{"items": []}]}
    url = f"{zonos.sandbox.url}/_sandbox/seed"

    assert requests.post(url, json=seed, timeout=30).status_code == 400

    assert zonos.sandbox.state.options.mode == "TEST"
