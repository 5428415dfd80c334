from __future__ import annotations

from typing import Any

import pytest
import requests

from flask_zonos.sandbox import Sandbox

from .conftest import Zonos


def control(zonos: Zonos, path: str, body: Any = None) -> requests.Response:
    url = f"{zonos.sandbox.url}/_sandbox/{path}"
    return requests.post(url, json={} if body is None else body, timeout=30)


def test_the_clock_can_be_stopped_moved_and_let_go(zonos: Zonos) -> None:
    control(zonos, "clock", {"stop": "2030-01-01T00:00:00Z"})
    control(zonos, "clock", {"advance": 90.5})

    assert zonos.cart()["expiresAt"] == "2030-01-01T01:01:30.500Z"

    control(zonos, "clock", {"reset": True})
    assert not zonos.cart()["expiresAt"].startswith("2030")


def test_ids_can_be_fixed(zonos: Zonos) -> None:
    control(zonos, "ids", {"seed": 7})
    first = zonos.cart()["id"]
    control(zonos, "reset")
    control(zonos, "ids", {"seed": 7})

    assert zonos.cart()["id"] == first


def test_an_id_is_never_given_twice(zonos: Zonos) -> None:
    ids = set()
    for _ in range(3):
        control(zonos, "ids", {"seed": 7})
        ids.add(zonos.cart()["id"])

    assert len(ids) == 3


def test_a_reset_forgets_everything(zonos: Zonos) -> None:
    zonos.order(zonos.password())
    control(zonos, "faults", {"kind": "html", "times": None})
    control(zonos, "options", {"country": "JP"})

    control(zonos, "reset")

    data = zonos.data("{ carts { totalCount } orders { totalCount } }")
    assert data == {"carts": {"totalCount": 0}, "orders": {"totalCount": 0}}
    assert zonos.sandbox.state.options.country == "CA"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"stop": "yesterday"}),
        ("clock", {"advance": 1e300}),
        ("clock", {"advance": "long"}),
        ("ids", {"seed": "x"}),
        ("options", {"colour": "red"}),
        ("options", {"country": 7}),
        ("options", {"password_lifetime": -1}),
        ("options", {"allow_remote": True}),
        ("seed", {"profiles": [{"customerId": "c-1"}]}),
        ("seed", {"colours": []}),
        ("seed", {"orders": [{}]}),
        ("webhooks/rules", {"kind": "lose"}),
        ("webhooks/rules", {"kind": "delay", "seconds": -1}),
        ("faults", []),
    ],
)
def test_what_makes_no_sense_is_explained(
    zonos: Zonos, path: str, body: dict[str, Any]
) -> None:
    answer = control(zonos, path, body)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_seed_is_sown_whole(zonos: Zonos) -> None:
    item = {"amount": 24.9, "currencyCode": "EUR", "quantity": 1, "sku": "cup"}
    location = {
        "name": "Anna",
        "line1": "Nørregade 1",
        "locality": "Aarhus",
        "administrativeArea": "",
        "postalCode": "8000",
        "countryCode": "DK",
    }
    seed = {
        "profiles": [
            {
                "customerId": "c-1",
                "email": "a@example.com",
                "locations": [location],
                "paymentMethods": [{"brand": "Visa", "lastFour": "4242"}],
            }
        ],
        "carts": [{"items": [item]}],
        "orders": [{"customerId": "c-1", "cart": {"items": [item]}}],
    }

    assert control(zonos, "seed", seed).status_code == 201

    data = zonos.data("{ carts { totalCount } orders { totalCount } }")
    assert data == {"carts": {"totalCount": 2}, "orders": {"totalCount": 1}}
    customer = zonos.open(zonos.cart()["id"], zonos.password("c-1")).json()["customer"]
    assert len(customer["locations"]) == len(customer["paymentMethods"]) == 1


def test_a_seed_with_a_mistake_leaves_nothing_behind(zonos: Zonos) -> None:
    item = {"amount": 5, "currencyCode": "EUR", "quantity": 1, "sku": "cup"}

    answer = control(zonos, "seed", {"carts": [{"items": [item]}, {"items": []}]})

    assert "carts[1]" in answer.json()["message"]
    assert zonos.data("{ carts { totalCount } }") == {"carts": {"totalCount": 0}}


def test_the_points_pool_refuses_when_it_is_empty(zonos: Zonos) -> None:
    control(zonos, "clock", {"stop": None})
    options = {"points_pool": True, "points_most": 12, "points_per_second": 6}
    control(zonos, "options", options)
    query = '{ order(orderId: "x") { id } }'  # 6 points

    statuses = [zonos.post(query).status_code for _ in range(3)]
    control(zonos, "clock", {"advance": 1})
    statuses += [zonos.post(query).status_code for _ in range(2)]

    assert statuses == [200, 200, 429, 200, 429]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "shop.example"},
        {"Host": "127.0.0.1.shop.example:8010"},
        {"Host": "[::1]@shop.example"},
        {"Origin": "http://shop.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_other_origin_or_name_drives_the_control_routes(
    zonos: Zonos, headers: dict[str, str]
) -> None:
    zonos.cart()
    for method, path in (("POST", "reset"), ("GET", "state"), ("DELETE", "faults")):
        url = f"{zonos.sandbox.url}/_sandbox/{path}"
        answer = requests.request(method, url, headers=headers, timeout=30)
        assert answer.status_code == 403

    assert zonos.data("{ carts { totalCount } }") == {"carts": {"totalCount": 1}}


def test_a_name_of_another_host_does_not_open_the_inspector(zonos: Zonos) -> None:
    headers = {"Host": "shop.example"}

    answer = requests.get(zonos.sandbox.url, headers=headers, timeout=30)

    assert answer.status_code == 403


def test_no_other_origin_redeems_a_password(zonos: Zonos) -> None:
    body = {"cartId": zonos.cart()["id"], "zonosApiKey": zonos.sandbox.api_key}
    url = f"{zonos.sandbox.url}/checkout/sessions"

    stranger = requests.post(
        url, json=body, headers={"Origin": "http://shop.example"}, timeout=30
    )
    form = requests.post(url, data=body, timeout=30)
    keyless = requests.post(url, json={"cartId": body["cartId"]}, timeout=30)

    statuses = [stranger.status_code, form.status_code, keyless.status_code]
    assert statuses == [403, 415, 401]


def test_no_answer_sets_a_cookie(zonos: Zonos) -> None:
    for path in ("/", "/checkout", "/dist/scripts/loadZonos.js", "/_sandbox/state"):
        answer = requests.get(zonos.sandbox.url + path, timeout=30)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert not zonos.open(zonos.cart()["id"], zonos.password()).cookies


def test_beyond_loopback_it_starts_only_if_that_is_meant() -> None:
    with pytest.raises(ValueError, match="allow_remote"):
        Sandbox(host="0.0.0.0")

    with Sandbox(host="0.0.0.0", allow_remote=True) as sandbox:
        url = sandbox.url.replace("0.0.0.0", "127.0.0.1")
        shop = {"Host": "sandbox.internal"}
        answer = requests.get(f"{url}/checkout", headers=shop, timeout=30)
        assert answer.status_code == 200
        answer = requests.get(f"{url}/_sandbox/state", headers=shop, timeout=30)
        assert answer.status_code == 403
