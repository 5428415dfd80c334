"""POST /inventory-check: what the page asks just before payment."""

from __future__ import annotations

import pytest
from flask import abort

from flask_zonos import InventoryItem

from ..support.shops import Shop

URL = "/zonos/inventory-check"


def test_without_a_checker_it_is_not_there(shop: Shop) -> None:
    answer = shop.browser().post(URL, json={"items": [{"sku": "a", "quantity": 1}]})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("said", "message"),
    [(None, None), ("", None), ("The mug is sold out.", "The mug is sold out.")],
)
def test_the_checkers_message_stops_the_order(
    shop: Shop, said: str | None, message: str | None
) -> None:
    given: list[InventoryItem] = []

    @shop.zonos.inventory_checker
    def in_stock(items: list[InventoryItem]) -> str | None:
        given.extend(items)
        return said

    asked = [{"sku": "mug", "quantity": 2}, {"productId": "p1", "quantity": 1}]
    answer = shop.browser().post(URL, json={"items": asked})

    assert answer.status_code == 200
    assert answer.json == {"message": message}
    assert answer.headers["Cache-Control"] == "no-store"
    assert given == [
        InventoryItem(sku="mug", product_id="", quantity=2),
        InventoryItem(sku="", product_id="p1", quantity=1),
    ]


def test_an_http_exception_from_the_checker_keeps_its_status(shop: Shop) -> None:
    shop.zonos.inventory_checker(lambda items: abort(409))
    answer = shop.browser().post(URL, json={"items": [{"sku": "a", "quantity": 1}]})
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
