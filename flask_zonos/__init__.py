"""Zonos Checkout with the shopper's own addresses and cards, for shops on Flask."""

from __future__ import annotations

from .api.amounts import AmountSubtotals
from .api.amounts import ShopAmounts
from .api.executor import Call
from .api.operations import InputVariables
from .api.operations import Operation
from .api.order import Order
from .api.order import OrderItem
from .api.order import OrderReference
from .api.order import Party
from .api.redaction import OneTimePassword
from .api.results import AuthenticatedCustomer
from .api.results import CreatedCart
from .api.webhook import Webhook
from .api.webhook import WebhookLog
from .checkout import Recognition
from .client import ZonosClient
from .errors import APIError
from .errors import BadResponse
from .errors import Busy
from .errors import ConfigurationError
from .errors import ConnectionFailed
from .errors import GraphQLErrorInfo
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
from .orders.receiver import OrderEvent
from .web.sent_profiles import ProfileSent

__all__ = [
    "AmountSubtotals",
    "APIError",
    "AuthenticatedCustomer",
    "BadResponse",
    "Busy",
    "Call",
    "Cart",
    "CartAdjustment",
    "CartItem",
    "ConfigurationError",
    "ConnectionFailed",
    "CreatedCart",
    "CustomerProfile",
    "GraphQLErrorInfo",
    "GraphQLErrors",
    "InputVariables",
    "InvalidInput",
    "InventoryItem",
    "ItemComposition",
    "ItemMeasurement",
    "Location",
    "OneTimePassword",
    "Operation",
    "Order",
    "OrderEvent",
    "OrderItem",
    "OrderReference",
    "Party",
    "ProfileSent",
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
