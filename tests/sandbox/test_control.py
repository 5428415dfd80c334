"""The control routes and the inspector's page: clock, ids, seeds; who may use them."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import expect
from playwright.sync_api import Page

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.options import Options

from ..support.browser import expect_accessible
from .conftest import CART_CREATE
from .conftest import ITEM
from .conftest import Zonos
from .test_carts_and_profiles import location


def counts(zonos: Zonos) -> tuple[int, int]:
    """How many carts and orders there are."""
    data = zonos.data("{ carts { totalCount } orders { totalCount } }")
    return data["carts"]["totalCount"], data["orders"]["totalCount"]


def test_a_reset_forgets_everything_fixed_clock_and_ids_too(zonos: Zonos) -> None:
    zonos.control("clock", {"stop": "2030-01-01T00:00:00Z"})
    zonos.control("clock", {"advance": 90.5})
    carts = []
    for _ in range(2):  # with one seed, and yet no id comes twice
        zonos.control("ids", {"seed": 7})
        carts.append(zonos.cart())
    assert carts[0]["id"] != carts[1]["id"]
    assert carts[0]["expiresAt"] == "2030-01-01T01:01:30.500Z"
    zonos.control("clock", {"reset": True})
    assert not zonos.cart()["expiresAt"].startswith("2030")
    zonos.order(zonos.password())
    zonos.control("faults", {"kind": "html", "times": None})
    zonos.set(country="JP")
    zonos.control("reset")
    assert counts(zonos) == (0, 0)
    assert zonos.sandbox.state.options.country == "CA"
    zonos.control("ids", {"seed": 7})
    assert zonos.cart()["id"] == carts[0]["id"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"stop": "yesterday"}),
        ("clock", {"advance": 1e300}),
        ("ids", {"seed": "x"}),
        ("options", {"allow_remote": True}),
        ("options", {"country": "JP", "mode": "PLAY"}),
        ("options", {"country": ""}),
        ("options", {"list_cost": 0.5}),
        ("options", {"points_pool": 1}),
        ("options", {"webhook_retries": 5}),
        ("options", {"webhook_retries": [-1]}),
        ("options", {"webhook_silent_types": ["CART_MADE"]}),
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
        ("faults", {"kind": "error", "operation": "createCart"}),
        ("faults", {"kind": "html", "times": 0}),
        ("faults", {"kind": "html", "colour": "red"}),
        ("faults/random", {"share": "half", "faults": [{"kind": "html"}]}),
        ("faults/random", {"share": 0.5, "faults": ["html"]}),
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
    assert zonos.sandbox.state.options == Options()


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


def test_no_other_origin_or_name_drives_the_control_routes(zonos: Zonos) -> None:
    zonos.cart()
    for headers in (
        {"Host": "shop.example"},
        {"Host": "127.0.0.1.shop.example:8010"},
        {"Host": "[::1]@shop.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for method, path in (("POST", "reset"), ("GET", "state"), ("DELETE", "faults")):
            url = f"{zonos.sandbox.url}/_sandbox/{path}"
            refused = requests.request(method, url, headers=headers, timeout=30)
            assert refused.status_code == 403, headers
        if "Host" in headers:
            page = requests.get(zonos.sandbox.url, headers=headers, timeout=30)
            assert page.status_code == 403, headers
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


def test_the_inspector_shows_what_is_held_and_sets_faults_and_settings(
    zonos: Zonos, tab: Page
) -> None:
    password = zonos.password("c-1")
    order = zonos.order(password, saveCard=True)
    tab.goto(zonos.sandbox.url)
    for name, text in (
        ("profiles", "1 address, 1 card"),
        ("passwords", password),
        ("orders", order["zonosOrderId"]),
    ):
        expect(tab.locator(f"[data-list={name}]")).to_contain_text(text)
    expect_accessible(tab)

    tab.get_by_label("What goes wrong").select_option("status")
    tab.get_by_label("Operation").select_option("cartCreate")
    tab.get_by_label("Calls").select_option("until lifted")
    tab.get_by_role("button", name="Set the fault").click()
    expect(tab.locator("[data-list=faults]")).to_contain_text("cartCreate")
    variables = {"input": {"items": [ITEM]}}
    assert zonos.post(CART_CREATE, variables).status_code == 503
    tab.get_by_role("button", name="Lift").click()
    expect(tab.locator("[data-list=faults]")).to_contain_text("Everything works.")
    assert zonos.post(CART_CREATE, variables).status_code == 200

    for part in tab.locator("[data-part] summary").all():
        part.press("Enter")
    tab.get_by_label("webhook retries").fill("0.5, 2")
    tab.keyboard.press("Tab")
    expect(tab.locator("#option-state")).to_have_text("webhook_retries is set.")
    assert zonos.sandbox.state.options.webhook_retries == (0.5, 2)
