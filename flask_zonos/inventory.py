"""What the page asks about stock, read from its body."""

from __future__ import annotations

from typing import Any

from .models import InventoryItem
from .problems import Problem

_EXPECTED = 'Expected {"items": [{"sku": "...", "quantity": 1}]}.'
_MOST_ITEMS = 500


def inventory_items(body: dict[str, Any]) -> list[InventoryItem]:
    """The items that the page asks about; from the browser, so never more than a hint.

    :raises Problem: 400 if the body has another shape.
    """
    items = body.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= _MOST_ITEMS:
        raise Problem(400, "invalid-body", _EXPECTED)
    return [_item(item) for item in items]


def _item(item: Any) -> InventoryItem:
    if not isinstance(item, dict):
        raise Problem(400, "invalid-body", _EXPECTED)
    quantity = item.get("quantity")
    texts = [item.get(name) or "" for name in ("sku", "productId", "name")]
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 1:
        raise Problem(400, "invalid-body", _EXPECTED)
    if not all(isinstance(text, str) for text in texts):
        raise Problem(400, "invalid-body", _EXPECTED)
    sku, product_id, name = texts
    return InventoryItem(
        sku=sku, product_id=product_id, quantity=quantity, name=name or None
    )
