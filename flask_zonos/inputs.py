"""From the shop's dataclasses to the schema's inputs: checked, plain and ready to send.

Everything that comes out is built of plain ``str``, ``int``, ``float``, ``list`` and
``dict``: a proxy such as ``current_user.id`` must not reach another thread. The
measure is the schema's; an :class:`~flask_zonos.errors.InvalidInput` names the way to
the field that does not fit, and never tells its value.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
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
            "items": _each(cart.items, "items", _item),
            "adjustments": _each(cart.adjustments, "adjustments", _adjustment) or None,
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


def _item(item: CartItem) -> Input:
    expect(item, CartItem, "", "a line of Cart.items")
    sku = required(item.sku, "sku")
    product_id = required(item.product_id, "product_id")
    if not sku and not product_id:
        raise InvalidInput(
            "sku",
            "give a sku or a product_id: without one the order cannot find its product",
        )
    measurements = several(item.measurements, "measurements")
    types = [m.type for m in measurements if isinstance(m, ItemMeasurement)]
    if "WEIGHT" in types and "TOTAL_WEIGHT" in types:
        raise InvalidInput("measurements", "WEIGHT and TOTAL_WEIGHT exclude each other")
    return _without_none(
        {
            "amount": json_number(item.amount, "amount"),
            "currencyCode": currency(item.currency_code, "currency_code"),
            "quantity": quantity(item.quantity, "quantity"),
            "sku": sku or None,
            "productId": product_id or None,
            "name": text(item.name, "name"),
            "description": text(item.description, "description"),
            "imageUrl": text(item.image_url, "image_url"),
            "hsCode": text(item.hs_code, "hs_code"),
            "hsCodeSource": code(
                item.hs_code_source, "hs_code_source", codes.ITEM_VALUE_SOURCES
            ),
            "countryOfOrigin": country(item.country_of_origin, "country_of_origin"),
            "provinceOfOrigin": text(item.province_of_origin, "province_of_origin"),
            "itemType": code(item.item_type, "item_type", codes.ITEM_TYPES),
            "dutyTaxFeeConfiguration": code(
                item.duty_tax_fee_configuration,
                "duty_tax_fee_configuration",
                codes.DUTY_TAX_FEE_CONFIGURATIONS,
            ),
            "referenceId": text(item.reference_id, "reference_id"),
            "rootId": text(item.root_id, "root_id"),
            "categories": texts(item.categories, "categories"),
            "attributes": pairs(item.attributes, "attributes"),
            "metadata": pairs(item.metadata, "metadata"),
            "measurements": _each(measurements, "measurements", _measurement) or None,
            "productComposition": _each(
                item.product_composition, "product_composition", _composition
            )
            or None,
        }
    )


def _measurement(measurement: ItemMeasurement) -> Input:
    expect(measurement, ItemMeasurement, "", "a measurement")
    return _without_none(
        {
            "type": required_code(
                measurement.type, "type", codes.ITEM_MEASUREMENT_TYPES
            ),
            "unitOfMeasure": required_code(
                measurement.unit_of_measure,
                "unit_of_measure",
                codes.ITEM_UNITS_OF_MEASURE,
            ),
            "value": json_number(measurement.value, "value"),
            "appliesTo": text(measurement.applies_to, "applies_to"),
        }
    )


def _composition(composition: ItemComposition) -> Input:
    expect(composition, ItemComposition, "", "a part of product_composition")
    countries = {
        "countryOfCast": "country_of_cast",
        "countryOfMeltAndPour": "country_of_melt_and_pour",
        "primaryCountryOfSmelt": "primary_country_of_smelt",
        "secondaryCountryOfSmelt": "secondary_country_of_smelt",
    }
    return _without_none(
        {
            "material": required(composition.material, "material"),
            "percentage": json_number(composition.percentage, "percentage"),
            **{
                name: country(getattr(composition, own), own)
                for name, own in countries.items()
            },
        }
    )


def _adjustment(adjustment: CartAdjustment) -> Input:
    expect(adjustment, CartAdjustment, "", "an adjustment")
    return _without_none(
        {
            "amount": json_number(adjustment.amount, "amount"),
            "currencyCode": currency(adjustment.currency_code, "currency_code"),
            "type": required_code(adjustment.type, "type", codes.CART_ADJUSTMENT_TYPES),
            "description": text(adjustment.description, "description"),
            "productId": text(adjustment.product_id, "product_id"),
            "sku": text(adjustment.sku, "sku"),
        }
    )


def _fitting_locations(profile: CustomerProfile) -> Iterable[Input]:
    for i, location in enumerate(several(profile.locations, "locations")):
        try:
            yield _location(location)
        except InvalidInput as error:
            at = error.within(f"locations[{i}]")
            logger.warning("A location is left out of the profile: %s", at)


def _location(location: Location) -> Input:
    expect(location, Location, "", "an address of CustomerProfile.locations")
    name = required(location.name, "name")
    line1 = required(location.line1, "line1")
    for value, field in ((name, "name"), (line1, "line1")):
        if not value.strip():
            raise InvalidInput(field, "is empty, but an address needs it")
    country_code = country(location.country_code, "country_code")
    if country_code is None:
        raise InvalidInput("country_code", "is None, but an address needs it")
    return _without_none(
        {
            "name": name,
            "line1": line1,
            "line2": text(location.line2, "line2") or None,
            "locality": required(location.locality, "locality"),
            "administrativeArea": required(
                location.administrative_area, "administrative_area"
            ),
            "postalCode": required(location.postal_code, "postal_code"),
            "countryCode": country_code,
            "phone": text(location.phone, "phone") or None,
            "email": text(location.email, "email") or None,
        }
    )


def _each(values: Any, field: str, convert: Callable[[Any], Input]) -> list[Input]:
    """All of a list converted; the error says which of them does not fit."""
    converted = []
    for i, value in enumerate(several(values, field)):
        try:
            converted.append(convert(value))
        except InvalidInput as error:
            raise error.within(f"{field}[{i}]") from None
    return converted


def _without_none(values: Input) -> Input:
    return {key: value for key, value in values.items() if value is not None}
