"""The control routes: clock, ids, seeds; who may call them."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from flask_zonos.sandbox import Sandbox

from .conftest import ITEM
from .conftest import Zonos
from .test_profiles import location

MISTYPED = {"kind": "error", "operation": "createCart"}


def counts(zonos: Zonos) -> tuple[int, int]:
    """How many carts and orders there are."""
    data = zonos.data("{ carts { totalCount } orders { totalCount } }")
    return data["carts"]["totalCount"], data["orders"]["totalCount"]


def test_the_clock_can_be_stopped_moved_and_let_go(zonos: Zonos) -> None:
    zonos.control("clock", {"stop": "2030-01-01T00:00:00Z"})
    zonos.control("clock", {"advance": 90.5})
    assert zonos.cart()["expiresAt"] == "2030-01-01T01:01:30.500Z"
    zonos.control("clock", {"reset": True})
    assert not zonos.cart()["expiresAt"].startswith("2030")


def test_ids_can_be_fixed_and_are_never_given_twice(zonos: Zonos) -> None:
    ids = []
    for _ in range(3):
        zonos.control("ids", {"seed": 7})
        ids.append(zonos.cart()["id"])
    assert len(set(ids)) == 3
    zonos.control("reset")
    zonos.control("ids", {"seed": 7})
    assert zonos.cart()["id"] == ids[0]


def test_a_reset_forgets_everything(zonos: Zonos) -> None:
    zonos.order(zonos.password())
    zonos.control("faults", {"kind": "html", "times": None})
    zonos.set(country="JP")
    zonos.control("reset")
    assert counts(zonos) == (0, 0)
    assert zonos.sandbox.state.options.country == "CA"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"stop": "yesterday"}),
        ("clock", {"advance": 1e300}),
        ("ids", {"seed": "x"}),
        ("options", {"allow_remote": True}),
        ("seed", {"profiles": [{"customerId": "c-1"}]}),
        ("seed", {"colours": []}),
        ("seed", {"orders": [{}]}),
        ("orders/order_unknown/status", {"status": "HAPPY"}),
        ("orders/order_unknown/events", {"type": "COLLECT_EMAIL_SENT"}),
        ("webhooks/rules", {"kind": "lose"}),
        ("webhooks/rules", {"kind": "delay", "seconds": -1}),
        ("faults", []),
        ("faults", {"kind": "earthquake"}),
        ("faults", {"kind": "status", "status": 200}),
        ("faults", {"kind": "latency"}),
        ("faults", {"kind": "latency", "seconds": "long"}),
        ("faults", {"kind": "error", "error_type": "SAD"}),
        ("faults", MISTYPED),
        ("faults", {"kind": "html", "times": 0}),
        ("faults", {"kind": "html", "colour": "red"}),
        ("faults/random", {"share": "half", "faults": [{"kind": "html"}]}),
        ("faults/random", {"share": 0.5, "faults": ["html"]}),
        ("faults/random", {"share": 1, "faults": [MISTYPED]}),
        ("faults/random", {"share": 0.5, "faults": []}),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_explained(
    zonos: Zonos, path: str, body: dict[str, Any]
) -> None:
    refused = zonos.control(path, body)
    assert refused.status_code == 400
    assert refused.json()["message"]


def test_an_unknown_order_has_neither_status_nor_events(zonos: Zonos) -> None:
    status = zonos.control("orders/order_unknown/status", {"status": "OPEN"})
    event = zonos.control("orders/order_unknown/events", {"type": "ORDER_CREATED"})
    assert status.status_code == event.status_code == 404


def test_a_seed_is_there_whole_or_not_at_all(zonos: Zonos) -> None:
    cards = [{"brand": "Visa", "lastFour": "4242"}]
    profile = {"customerId": "c-1", "email": "a@example.com", "paymentMethods": cards}
    cart = {"items": [ITEM]}
    seed = {
        "profiles": [{**profile, "locations": [location("One")]}],
        "carts": [cart],
        "orders": [{"customerId": "c-1", "cart": cart}],
        "options": {"mode": "LIVE"},
    }
    refused = zonos.control("seed", {**seed, "carts": [cart, {"items": []}]})
    assert "carts[1]" in refused.json()["message"]
    assert counts(zonos) == (0, 0)
    assert zonos.sandbox.state.options.mode == "TEST"
    assert zonos.control("seed", seed).status_code == 201
    assert counts(zonos) == (2, 1)
    assert zonos.sandbox.state.options.mode == "LIVE"
    customer = zonos.session(zonos.password("c-1"))["customer"]
    assert len(customer["locations"]) == len(customer["paymentMethods"]) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "shop.example"},
        {"Host": "127.0.0.1.shop.example:8010"},
        {"Host": "[::1]@shop.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_no_other_origin_or_name_drives_the_control_routes(
    zonos: Zonos, headers: dict[str, str]
) -> None:
    zonos.cart()
    for method, path in (("POST", "reset"), ("GET", "state"), ("DELETE", "faults")):
        url = f"{zonos.sandbox.url}/_sandbox/{path}"
        refused = requests.request(method, url, headers=headers, timeout=30)
        assert refused.status_code == 403
    if "Host" in headers:
        page = requests.get(zonos.sandbox.url, headers=headers, timeout=30)
        assert page.status_code == 403
    assert counts(zonos) == (1, 0)


def test_no_other_origin_redeems_a_password(zonos: Zonos) -> None:
    body = {"cartId": zonos.cart()["id"], "zonosApiKey": zonos.sandbox.api_key}
    url = f"{zonos.sandbox.url}/checkout/sessions"
    foreign = {"Origin": "http://shop.example"}
    refused = [
        requests.post(url, json=body, headers=foreign, timeout=30),
        requests.post(url, data=body, timeout=30),
        requests.post(url, json={"cartId": body["cartId"]}, timeout=30),
    ]
    assert [each.status_code for each in refused] == [403, 415, 401]


def test_beyond_loopback_it_starts_only_if_that_is_meant() -> None:
    with pytest.raises(ValueError, match="allow_remote"):
        Sandbox(host="0.0.0.0")
    shop = {"Host": "sandbox.internal"}
    with Sandbox(host="0.0.0.0", allow_remote=True) as sandbox:
        url = sandbox.url.replace("0.0.0.0", "127.0.0.1")
        statuses = [
            requests.get(f"{url}/{path}", headers=shop, timeout=30).status_code
            for path in ("checkout", "_sandbox/state")
        ]
    assert statuses == [200, 403]
