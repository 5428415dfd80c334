"""From the shop's dataclasses to the schema's inputs: checked, plain and ready to send.

Everything that comes out is built of plain ``str``, ``int``, ``float``, ``list`` and
``dict``: a proxy such as ``current_user.id`` must not reach another thread. The
measure is the schema's; an :class:`~flask_zonos.errors.InvalidInput` names the way to
the field that does not fit, and never tells its value.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from . import codes
from .checks import code
from .checks import country
from .checks import currency
from .checks import expect
from .checks import json_number
from .checks import pairs
from .checks import quantity
from .checks import required
from .checks import required_code
from .checks import same_key
from .checks import several
from .checks import text
from .checks import texts
from .errors import InvalidInput
from .models import Cart
from .models import CartAdjustment
from .models import CartItem
from .models import CustomerProfile
from .models import ItemComposition
from .models import ItemMeasurement
from .models import Location
from .moments import since
from .personal import PersonalData

logger = logging.getLogger(__name__)

Input = dict[str, Any]


def cart_input(cart: Cart, *, expires_at: datetime | None = None) -> Input:
    """The ``CartCreateInput`` of a cart (with ``id``, its ``CartUpsertInput``).

    :param expires_at: used where the cart names none; ``None`` leaves it out.
    :raises InvalidInput: if the schema would refuse the cart.
    """
    expect(cart, Cart, "cart", "what @zonos.cart_loader returns")
    if not several(cart.items, "cart.items"):
        raise InvalidInput("items", "the cart is empty; a checkout needs an item")
    metadata = pairs(cart.metadata, "metadata")
    for key in cart.metadata:
        if isinstance(key, str) and same_key(key, "customerId"):
            raise InvalidInput(
                "metadata",
                "customerId does not belong here: Zonos overwrites it. The customer's "
                "id goes into CustomerProfile.customer_id",
            )
    expires_at = cart.expires_at or expires_at
    return _without_none(
        {
            "id": text(cart.id, "id"),
            "items": [_item(item, f"items[{i}]") for i, item in enumerate(cart.items)],
            "adjustments": [
                _adjustment(adjustment, f"adjustments[{i}]")
                for i, adjustment in enumerate(several(cart.adjustments, "adjustments"))
            ]
            or None,
            "metadata": metadata,
            "expiresAt": None
            if expires_at is None
            else since(expires_at, "expires_at"),
        }
    )


def profile_input(profile: CustomerProfile) -> Input:
    """The ``CheckoutCustomerProfileAuthenticateInput`` of a profile.

    A location that does not fit is left out with a warning in the log: it must cost
    neither the profile nor the sale.

    :raises InvalidInput: if the schema would refuse the rest of the profile, or the
        id looks like an e-mail address.
    """
    expect(profile, CustomerProfile, "profile", "what @zonos.customer_loader returns")
    try:
        return PersonalData(_profile(profile))
    except InvalidInput as error:
        # Its frames hold the rest of the profile.
        raise error.with_traceback(None) from None


def _profile(profile: CustomerProfile) -> Input:
    customer_id = required(profile.customer_id, "customer_id")
    if not customer_id.strip():
        raise InvalidInput(
            "customer_id", "is empty; it must name one customer for good"
        )
    if "@" in customer_id:
        raise InvalidInput(
            "customer_id",
            "looks like an e-mail address, which may change hands; give the shop's own "
            "lasting id of the customer",
        )
    email = required(profile.email, "email")
    if not email:
        raise InvalidInput("email", "is empty, but Zonos's schema requires it")
    return _without_none(
        {
            "customerId": customer_id,
            "email": email,
            "name": text(profile.name, "name") or None,
            "phone": text(profile.phone, "phone") or None,
            "locations": list(_fitting_locations(profile)) or None,
        }
    )


def _item(item: CartItem, at: str) -> Input:
    expect(item, CartItem, at, "a line of Cart.items")
    sku = required(item.sku, f"{at}.sku")
    product_id = required(item.product_id, f"{at}.product_id")
    if not sku and not product_id:
        raise InvalidInput(
            f"{at}.sku",
            "give a sku or a product_id: without one the order cannot find its product",
        )
    measurements = several(item.measurements, f"{at}.measurements")
    types = [m.type for m in measurements if isinstance(m, ItemMeasurement)]
    if "WEIGHT" in types and "TOTAL_WEIGHT" in types:
        raise InvalidInput(
            f"{at}.measurements", "WEIGHT and TOTAL_WEIGHT exclude each other"
        )
    return _without_none(
        {
            "amount": json_number(item.amount, f"{at}.amount"),
            "currencyCode": currency(item.currency_code, f"{at}.currency_code"),
            "quantity": quantity(item.quantity, f"{at}.quantity"),
            "sku": sku or None,
            "productId": product_id or None,
            "name": text(item.name, f"{at}.name"),
            "description": text(item.description, f"{at}.description"),
            "imageUrl": text(item.image_url, f"{at}.image_url"),
            "hsCode": text(item.hs_code, f"{at}.hs_code"),
            "hsCodeSource": code(
                item.hs_code_source, f"{at}.hs_code_source", codes.ITEM_VALUE_SOURCES
            ),
            "countryOfOrigin": country(
                item.country_of_origin, f"{at}.country_of_origin"
            ),
            "provinceOfOrigin": text(
                item.province_of_origin, f"{at}.province_of_origin"
            ),
            "itemType": code(item.item_type, f"{at}.item_type", codes.ITEM_TYPES),
            "dutyTaxFeeConfiguration": code(
                item.duty_tax_fee_configuration,
                f"{at}.duty_tax_fee_configuration",
                codes.DUTY_TAX_FEE_CONFIGURATIONS,
            ),
            "referenceId": text(item.reference_id, f"{at}.reference_id"),
            "rootId": text(item.root_id, f"{at}.root_id"),
            "categories": texts(item.categories, f"{at}.categories"),
            "attributes": pairs(item.attributes, f"{at}.attributes"),
            "metadata": pairs(item.metadata, f"{at}.metadata"),
            "measurements": [
                _measurement(measurement, f"{at}.measurements[{i}]")
                for i, measurement in enumerate(measurements)
            ]
            or None,
            "productComposition": [
                _composition(composition, f"{at}.product_composition[{i}]")
                for i, composition in enumerate(
                    several(item.product_composition, f"{at}.product_composition")
                )
            ]
            or None,
        }
    )


def _measurement(measurement: ItemMeasurement, at: str) -> Input:
    expect(measurement, ItemMeasurement, at, "a measurement")
    return _without_none(
        {
            "type": required_code(
                measurement.type, f"{at}.type", codes.ITEM_MEASUREMENT_TYPES
            ),
            "unitOfMeasure": required_code(
                measurement.unit_of_measure,
                f"{at}.unit_of_measure",
                codes.ITEM_UNITS_OF_MEASURE,
            ),
            "value": json_number(measurement.value, f"{at}.value"),
            "appliesTo": text(measurement.applies_to, f"{at}.applies_to"),
        }
    )


def _composition(composition: ItemComposition, at: str) -> Input:
    expect(composition, ItemComposition, at, "a part of product_composition")
    countries = {
        "countryOfCast": "country_of_cast",
        "countryOfMeltAndPour": "country_of_melt_and_pour",
        "primaryCountryOfSmelt": "primary_country_of_smelt",
        "secondaryCountryOfSmelt": "secondary_country_of_smelt",
    }
    return _without_none(
        {
            "material": required(composition.material, f"{at}.material"),
            "percentage": json_number(composition.percentage, f"{at}.percentage"),
            **{
                name: country(getattr(composition, own), f"{at}.{own}")
                for name, own in countries.items()
            },
        }
    )


def _adjustment(adjustment: CartAdjustment, at: str) -> Input:
    expect(adjustment, CartAdjustment, at, "an adjustment")
    return _without_none(
        {
            "amount": json_number(adjustment.amount, f"{at}.amount"),
            "currencyCode": currency(adjustment.currency_code, f"{at}.currency_code"),
            "type": required_code(
                adjustment.type, f"{at}.type", codes.CART_ADJUSTMENT_TYPES
            ),
            "description": text(adjustment.description, f"{at}.description"),
            "productId": text(adjustment.product_id, f"{at}.product_id"),
            "sku": text(adjustment.sku, f"{at}.sku"),
        }
    )


def _fitting_locations(profile: CustomerProfile) -> Iterable[Input]:
    for i, location in enumerate(several(profile.locations, "locations")):
        try:
            yield _location(location, f"locations[{i}]")
        except InvalidInput as error:
            logger.warning("A location is left out of the profile: %s", error)


def _location(location: Location, at: str) -> Input:
    expect(location, Location, at, "an address of CustomerProfile.locations")
    name = required(location.name, f"{at}.name")
    line1 = required(location.line1, f"{at}.line1")
    for value, field in ((name, "name"), (line1, "line1")):
        if not value.strip():
            raise InvalidInput(f"{at}.{field}", "is empty, but an address needs it")
    country_code = country(location.country_code, f"{at}.country_code")
    if country_code is None:
        raise InvalidInput(f"{at}.country_code", "is None, but an address needs it")
    return _without_none(
        {
            "name": name,
            "line1": line1,
            "line2": text(location.line2, f"{at}.line2") or None,
            "locality": required(location.locality, f"{at}.locality"),
            "administrativeArea": required(
                location.administrative_area, f"{at}.administrative_area"
            ),
            "postalCode": required(location.postal_code, f"{at}.postal_code"),
            "countryCode": country_code,
            "phone": text(location.phone, f"{at}.phone") or None,
            "email": text(location.email, f"{at}.email") or None,
        }
    )


def _without_none(values: Input) -> Input:
    return {key: value for key, value in values.items() if value is not None}
