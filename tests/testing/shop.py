"""A shop of few cups; its database may be away."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import Any

from flask import Flask

from flask_zonos import Cart
from flask_zonos import InventoryItem
from flask_zonos import Order
from flask_zonos import OrderEvent
from flask_zonos import Zonos

from ..support import shops
from ..support.samples import item


@dataclass
class Shop(shops.Shop):
    """The shop; what its stock was asked; what its order handler raises."""

    asked: list[InventoryItem] = field(default_factory=list)
    trouble: Exception | None = None

    def in_stock(self, items: list[InventoryItem]) -> str | None:
        self.asked += items
        too_many = sum(item.quantity for item in items) > 2
        return "Only 2 cups are left." if too_many else None


def cart_of_cups(request_data: dict[str, Any]) -> Cart:
    """The page says how many cups are bought."""
    cups = request_data.get("cups", 1)
    return Cart(items=[item(quantity=cups, sku="cup", name="A cup")] if cups else [])


def make_shop(settings: dict[str, Any], **config: Any) -> Shop:
    config = settings | {"ZONOS_WEBHOOK_SECRET": "s" * 40} | config
    app = shops.make_app("", Flask("shop"), **config)
    shop = Shop(app, Zonos(), load_cart=cart_of_cups)

    @shop.zonos.order_handler
    def store(order: Order, event: OrderEvent) -> None:
        if shop.trouble is not None:
            raise shop.trouble

    return shops.open_shop(shop)
