"""Zonos Checkout with the shopper's own addresses and cards, for shops on Flask."""

from __future__ import annotations

from .amounts import AmountSubtotals
from .amounts import ShopAmounts
from .checkout import Recognition
from .client import ZonosClient
from .errors import APIError
from .errors import BadResponse
from .errors import Busy
from .errors import ConfigurationError
from .errors import ConnectionFailed
from .errors import GraphQLErrors
from .errors import InvalidInput
from .errors import RateLimited
from .errors import ServerError
from .errors import TimedOut
from .errors import Unauthorized
from .errors import ZonosError
from .extension import Zonos
from .models import Cart
from .models import CartAdjustment
from .models import CartItem
from .models import CustomerProfile
from .models import InventoryItem
from .models import ItemComposition
from .models import ItemMeasurement
from .models import Location
from .order import Order
from .order import OrderItem
from .order import OrderReference
from .order import Party
from .orders import OrderEvent
from .password import OneTimePassword
from .webhook import Webhook
from .webhook import WebhookLog

__all__ = [
    "AmountSubtotals",
    "APIError",
    "BadResponse",
    "Busy",
    "Cart",
    "CartAdjustment",
    "CartItem",
    "ConfigurationError",
    "ConnectionFailed",
    "CustomerProfile",
    "GraphQLErrors",
    "InvalidInput",
    "InventoryItem",
    "ItemComposition",
    "ItemMeasurement",
    "Location",
    "OneTimePassword",
    "Order",
    "OrderEvent",
    "OrderItem",
    "OrderReference",
    "Party",
    "RateLimited",
    "Recognition",
    "ServerError",
    "ShopAmounts",
    "TimedOut",
    "Unauthorized",
    "Webhook",
    "WebhookLog",
    "Zonos",
    "ZonosClient",
    "ZonosError",
]
