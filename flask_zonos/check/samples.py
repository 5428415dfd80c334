"""Variables with every field filled in that we may send; nobody's data."""

from __future__ import annotations

from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any

from ..api.serializers import cart_input
from ..api.serializers import profile_input
from ..models import Cart
from ..models import CartAdjustment
from ..models import CartItem
from ..models import CustomerProfile
from ..models import ItemComposition
from ..models import ItemMeasurement
from ..models import Location

CART = Cart(
    id="cart_1",
    items=[
        CartItem(
            amount=Decimal(1),
            currency_code="EUR",
            quantity=1,
            sku="1",
            product_id="1",
            name="1",
            description="1",
            image_url="https://shop.example/1.png",
            hs_code="1",
            hs_code_source="USER_PROVIDED",
            country_of_origin="DK",
            province_of_origin="1",
            item_type="PHYSICAL_GOOD",
            duty_tax_fee_configuration="INCLUDE_ALL",
            reference_id="1",
            root_id="1",
            categories=["1"],
            attributes={"color": "1"},
            metadata={"line": "1"},
            measurements=[
                ItemMeasurement(
                    type="WEIGHT",
                    unit_of_measure="GRAM",
                    value=Decimal(1),
                    applies_to="1",
                )
            ],
            product_composition=[
                ItemComposition(
                    material="1",
                    percentage=Decimal(1),
                    country_of_cast="DK",
                    country_of_melt_and_pour="DK",
                    primary_country_of_smelt="DK",
                    secondary_country_of_smelt="DK",
                )
            ],
        )
    ],
    adjustments=[
        CartAdjustment(
            amount=Decimal(-1),
            currency_code="EUR",
            type="ITEM",
            description="1",
            product_id="1",
            sku="1",
        )
    ],
    metadata={"cart": "1"},
    expires_at=datetime(2030, 1, 1, tzinfo=UTC),
)

PROFILE = CustomerProfile(
    customer_id="1",
    email="nobody@shop.example",
    name="1",
    phone="1",
    locations=[
        Location(
            name="1",
            line1="1",
            line2="1",
            locality="1",
            administrative_area="1",
            postal_code="1",
            country_code="DK",
            phone="1",
            email="nobody@shop.example",
        )
    ],
)


def variables_of(operation: str) -> dict[str, Any]:
    """The fullest variables that an operation may be sent with."""
    cart = cart_input(CART)
    create = {name: value for name, value in cart.items() if name != "id"}
    upsert = {name: value for name, value in cart.items() if name != "expiresAt"}
    between = {"after": "2030-01-01T00:00:00Z", "before": "2030-01-02T00:00:00Z"}
    headers = [{"key": "X-Zonos-Webhook-Secret", "value": "1"}]
    webhook = {
        "url": "https://shop.example/zonos/webhooks",
        "status": "ENABLED",
        "headers": headers,
    }
    samples: dict[str, dict[str, Any]] = {
        "cartCreate": {"input": create},
        "cartUpsert": {"input": upsert},
        "checkoutCustomerProfileAuthenticate": {"input": profile_input(PROFILE)},
        "orders": {"filter": {"between": between, "status": "OPEN"}},
        "orderUpdateAccountOrderNumber": {
            "input": {"id": "order_1", "accountOrderNumber": "1"}
        },
        "webhooks": {"filter": {"type": "ORDER_CREATED"}},
        "webhookCreate": {"input": {**webhook, "type": "ORDER_CREATED"}},
        "webhookUpdate": {
            "input": {**webhook, "type": "ORDER_CREATED", "id": "webhook_1"}
        },
        "webhookLogs": {"filter": {"type": "ORDER_CREATED"}},
    }
    return samples.get(operation, {})
