"""The objects that a new order consists of, as the graph shows them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..constants import ACTOR
from ..graph.resolvers import Object
from ..graph.resolvers import ownership
from ..state import State
from .presentment import amount_details
from .presentment import exchange_rates
from .presentment import Presentment
from .pricing import ServiceLevel


@dataclass(frozen=True)
class Purchase:
    """A shopper's purchase: goods, address and payment."""

    cart: Object
    #: A location as the profiles have them, with name, e-mail and phone.
    address: Object
    level: ServiceLevel
    present: Presentment
    #: The schema's subtotals in the shop's currency.
    subtotals: Object
    #: The store credit that pays, in the shop's and the shopper's currency.
    credit: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))


def new_order(state: State, session: Object, purchase: Purchase) -> Object:
    """The order of a checkout session, not yet stored."""
    now = state.clock.text(after=state.options.order_delay)
    present, level, cart = purchase.present, purchase.level, purchase.cart
    number = str(state.store.count("zonos order number", 1_001_001))
    references = [{"key": "zonosOrderNumber", "value": number}]
    if session["customer_id"] is not None:
        key = state.options.customer_reference
        references.insert(0, {"key": key, "value": session["customer_id"]})
    rates = exchange_rates(state, present, now)
    whole = ownership(state, now)
    return {
        "id": state.new_id("customer_order", "order"),
        **whole,
        "accountOrderNumber": None,
        "amountSubtotals": present.subtotals(purchase.subtotals),
        "amountSubtotalsDetails": amount_details(
            state, present, purchase.subtotals, purchase.credit, rates, now
        ),
        "checkoutSession": {
            "id": session["id"],
            "cartId": cart["id"],
            "merchantOfRecord": "ZONOS",
        }
        if state.options.order_names_cart
        else None,
        "currencyCode": present.shopper,
        "destinationCountryCode": purchase.address["countryCode"],
        # Not of the order itself: its root has them.
        "exchangeRates": rates,
        "externalGroupIds": [],
        "hasPendingModificationPayment": False,
        "items": cart["items"],
        "landedCosts": [],
        "metadata": cart["metadata"],
        "notes": [],
        "orderModifications": [],
        "parties": [
            _party(state, type, purchase.address, now)
            for type in ("DESTINATION", "PAYOR")[: 1 + state.options.payor_is_party]
        ],
        "references": references,
        "refunds": [],
        "remittance": [],
        "rootId": state.ids.new("root"),
        "serviceLevelDisplayName": level.name,
        "shipmentRatings": [_rating(state, purchase, whole)],
        "status": "OPEN",
        "statusTransitions": [
            {"createdAt": now, "createdBy": ACTOR, "note": None, "status": "OPEN"}
        ],
        "trackingNumbers": [],
        "zonosOrderId": number,
    }


def _rating(state: State, purchase: Purchase, whole: Object) -> Object:
    level = purchase.level
    return {
        "id": state.ids.new("shipment_rating"),
        **whole,
        "amount": purchase.subtotals["shipping"],
        "currencyCode": purchase.present.shop,
        "displayName": level.name,
        "maxTransitAt": state.clock.text(after=level.days[1] * 86_400),
        "minTransitAt": state.clock.text(after=level.days[0] * 86_400),
        "serviceLevelCode": level.code,
        "shipFrom": None,
        "shipTo": None,
    }


def _party(state: State, type: str, address: Object, now: str) -> Object:
    first, _, last = (address.get("name") or "").strip().partition(" ")
    whole = ownership(state, now)
    location = ("administrativeArea", "countryCode", "line1", "line2", "locality")
    return {
        "id": state.ids.new("party"),
        **whole,
        "organizationId": whole["organization"],
        "type": type,
        "person": {
            "id": state.ids.new("person"),
            **whole,
            "companyName": address.get("companyName"),
            "email": address.get("email"),
            "firstName": address.get("firstName") or first,
            "lastName": address.get("lastName") or last.strip(),
            "metadata": [],
            "phone": address.get("phone"),
        },
        "location": {
            "id": state.ids.new("location"),
            **whole,
            **{name: address.get(name) for name in location},
            "postalCode": address.get("postalCode"),
            "metadata": [],
        },
    }
