"""From the shop's dataclasses to the schema's inputs: checked, plain and ready to send.

Everything that comes out is built of plain ``str``, ``int``, ``float``, ``list`` and
``dict``: a proxy such as ``current_user.id`` must not reach another thread. The
measure is the schema's; an :class:`~flask_zonos.errors.InvalidInput` names the way to
the field that does not fit, and never tells its value.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any

from . import codes
from .errors import InvalidInput
from .models import Cart
from .models import CartAdjustment
from .models import CartItem
from .models import CustomerProfile
from .models import ItemComposition
from .models import ItemMeasurement
from .models import Location

logger = logging.getLogger(__name__)

Input = dict[str, Any]

#: GraphQL's Int has 32 bits.
GREATEST_INT = 2**31 - 1


def cart_input(cart: Cart, *, expires_at: datetime | None = None) -> Input:
    """The ``CartCreateInput`` of a cart (with ``id``, its ``CartUpsertInput``).

    :param expires_at: used where the cart names none; ``None`` leaves it out.
    :raises InvalidInput: if the schema would refuse the cart.
    """
    _expect(cart, Cart, "cart", "what @zonos.cart_loader returns")
    if not cart.items:
        raise InvalidInput("items", "the cart is empty; a checkout needs an item")
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
            "id": _text(cart.id, "id"),
            "items": [_item(item, f"items[{i}]") for i, item in enumerate(cart.items)],
            "adjustments": [
                _adjustment(adjustment, f"adjustments[{i}]")
                for i, adjustment in enumerate(cart.adjustments)
            ]
            or None,
            "metadata": _pairs(cart.metadata, "metadata"),
            "expiresAt": None if expires_at is None else _instant(expires_at),
        }
    )


def profile_input(profile: CustomerProfile) -> Input:
    """The ``CheckoutCustomerProfileAuthenticateInput`` of a profile.

    A location that does not fit is left out with a warning in the log: it must cost
    neither the profile nor the sale.

    :raises InvalidInput: if the schema would refuse the rest of the profile, or the
        id looks like an e-mail address.
    """
    _expect(profile, CustomerProfile, "profile", "what @zonos.customer_loader returns")
    customer_id = _required(profile.customer_id, "customer_id")
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
    email = _required(profile.email, "email")
    if not email:
        raise InvalidInput("email", "is empty, but Zonos's schema requires it")
    return _without_none(
        {
            "customerId": customer_id,
            "email": email,
            "name": _text(profile.name, "name") or None,
            "phone": _text(profile.phone, "phone") or None,
            "locations": list(_fitting_locations(profile)) or None,
        }
    )


def same_key(one: str, other: str) -> bool:
    """Whether two keys are one but for case, blanks, hyphens and underscores."""
    return _bare(one) == _bare(other)


def json_number(value: Any, field: str) -> int | float:
    """A JSON number of equal value to a ``Decimal``.

    :raises InvalidInput: for anything but a finite ``Decimal`` that a double can hold.
    """
    if not isinstance(value, Decimal):
        raise InvalidInput(
            field, f"must be a decimal.Decimal, not {type(value).__name__}"
        )
    if not value.is_finite():
        raise InvalidInput(field, "must be a number, not NaN or infinite")
    # A proxy passes isinstance; what leaves here must be a number of its own.
    value = Decimal(str(value))
    if value == value.to_integral_value() and abs(value) < 2**53:
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise InvalidInput(
            field, "has more digits than a JSON number carries; round it first"
        )
    return number


def _item(item: CartItem, at: str) -> Input:
    _expect(item, CartItem, at, "a line of Cart.items")
    sku = _required(item.sku, f"{at}.sku")
    product_id = _required(item.product_id, f"{at}.product_id")
    if not sku and not product_id:
        raise InvalidInput(
            f"{at}.sku",
            "give a sku or a product_id: without one the order cannot find its product",
        )
    types = {m.type for m in item.measurements if isinstance(m, ItemMeasurement)}
    if {"WEIGHT", "TOTAL_WEIGHT"} <= types:
        raise InvalidInput(
            f"{at}.measurements", "WEIGHT and TOTAL_WEIGHT exclude each other"
        )
    return _without_none(
        {
            "amount": json_number(item.amount, f"{at}.amount"),
            "currencyCode": _currency(item.currency_code, f"{at}.currency_code"),
            "quantity": _quantity(item.quantity, f"{at}.quantity"),
            "sku": sku or None,
            "productId": product_id or None,
            "name": _text(item.name, f"{at}.name"),
            "description": _text(item.description, f"{at}.description"),
            "imageUrl": _text(item.image_url, f"{at}.image_url"),
            "hsCode": _text(item.hs_code, f"{at}.hs_code"),
            "hsCodeSource": _code(
                item.hs_code_source, f"{at}.hs_code_source", codes.ITEM_VALUE_SOURCES
            ),
            "countryOfOrigin": _country(
                item.country_of_origin, f"{at}.country_of_origin"
            ),
            "provinceOfOrigin": _text(
                item.province_of_origin, f"{at}.province_of_origin"
            ),
            "itemType": _code(item.item_type, f"{at}.item_type", codes.ITEM_TYPES),
            "dutyTaxFeeConfiguration": _code(
                item.duty_tax_fee_configuration,
                f"{at}.duty_tax_fee_configuration",
                codes.DUTY_TAX_FEE_CONFIGURATIONS,
            ),
            "referenceId": _text(item.reference_id, f"{at}.reference_id"),
            "rootId": _text(item.root_id, f"{at}.root_id"),
            "categories": _texts(item.categories, f"{at}.categories"),
            "attributes": _pairs(item.attributes, f"{at}.attributes"),
            "metadata": _pairs(item.metadata, f"{at}.metadata"),
            "measurements": [
                _measurement(measurement, f"{at}.measurements[{i}]")
                for i, measurement in enumerate(item.measurements)
            ]
            or None,
            "productComposition": [
                _composition(composition, f"{at}.product_composition[{i}]")
                for i, composition in enumerate(item.product_composition)
            ]
            or None,
        }
    )


def _measurement(measurement: ItemMeasurement, at: str) -> Input:
    _expect(measurement, ItemMeasurement, at, "a measurement")
    return _without_none(
        {
            "type": _required_code(
                measurement.type, f"{at}.type", codes.ITEM_MEASUREMENT_TYPES
            ),
            "unitOfMeasure": _required_code(
                measurement.unit_of_measure,
                f"{at}.unit_of_measure",
                codes.ITEM_UNITS_OF_MEASURE,
            ),
            "value": json_number(measurement.value, f"{at}.value"),
            "appliesTo": _text(measurement.applies_to, f"{at}.applies_to"),
        }
    )


def _composition(composition: ItemComposition, at: str) -> Input:
    _expect(composition, ItemComposition, at, "a part of product_composition")
    countries = {
        "countryOfCast": "country_of_cast",
        "countryOfMeltAndPour": "country_of_melt_and_pour",
        "primaryCountryOfSmelt": "primary_country_of_smelt",
        "secondaryCountryOfSmelt": "secondary_country_of_smelt",
    }
    return _without_none(
        {
            "material": _required(composition.material, f"{at}.material"),
            "percentage": json_number(composition.percentage, f"{at}.percentage"),
            **{
                name: _country(getattr(composition, own), f"{at}.{own}")
                for name, own in countries.items()
            },
        }
    )


def _adjustment(adjustment: CartAdjustment, at: str) -> Input:
    _expect(adjustment, CartAdjustment, at, "an adjustment")
    return _without_none(
        {
            "amount": json_number(adjustment.amount, f"{at}.amount"),
            "currencyCode": _currency(adjustment.currency_code, f"{at}.currency_code"),
            "type": _required_code(
                adjustment.type, f"{at}.type", codes.CART_ADJUSTMENT_TYPES
            ),
            "description": _text(adjustment.description, f"{at}.description"),
            "productId": _text(adjustment.product_id, f"{at}.product_id"),
            "sku": _text(adjustment.sku, f"{at}.sku"),
        }
    )


def _fitting_locations(profile: CustomerProfile) -> Iterable[Input]:
    for i, location in enumerate(profile.locations):
        try:
            yield _location(location, f"locations[{i}]")
        except InvalidInput as error:
            logger.warning("A location is left out of the profile: %s", error)


def _location(location: Location, at: str) -> Input:
    _expect(location, Location, at, "an address of CustomerProfile.locations")
    name = _required(location.name, f"{at}.name")
    line1 = _required(location.line1, f"{at}.line1")
    for value, field in ((name, "name"), (line1, "line1")):
        if not value.strip():
            raise InvalidInput(f"{at}.{field}", "is empty, but an address needs it")
    country_code = _country(location.country_code, f"{at}.country_code")
    if country_code is None:
        raise InvalidInput(f"{at}.country_code", "is None, but an address needs it")
    return _without_none(
        {
            "name": name,
            "line1": line1,
            "line2": _text(location.line2, f"{at}.line2") or None,
            "locality": _required(location.locality, f"{at}.locality"),
            "administrativeArea": _required(
                location.administrative_area, f"{at}.administrative_area"
            ),
            "postalCode": _required(location.postal_code, f"{at}.postal_code"),
            "countryCode": country_code,
            "phone": _text(location.phone, f"{at}.phone") or None,
            "email": _text(location.email, f"{at}.email") or None,
        }
    )


def _expect(value: object, kind: type, field: str, what: str) -> None:
    if not isinstance(value, kind):
        raise InvalidInput(
            field,
            f"{what} must be a flask_zonos.{kind.__name__}, not {type(value).__name__}",
        )


def _text(value: Any, field: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput(field, f"must be text, not {type(value).__name__}")
    text = str(value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidInput(field, "holds half a character (a lone surrogate)")
    return text


def _required(value: Any, field: str) -> str:
    text = _text(value, field)
    if text is None:
        raise InvalidInput(field, "is None, but Zonos's schema requires a text")
    return text


def _texts(values: Iterable[Any], field: str) -> list[str] | None:
    return [_required(v, f"{field}[{i}]") for i, v in enumerate(values)] or None


def _pairs(pairs: Mapping[str, str], field: str) -> list[Input] | None:
    if not isinstance(pairs, Mapping):
        raise InvalidInput(field, f"must be a mapping, not {type(pairs).__name__}")
    return [
        {
            "key": _required(key, f"{field} (a key)"),
            "value": _required(value, f"{field}[{key!r}]"),
        }
        for key, value in pairs.items()
    ] or None


def _code(value: Any, field: str, known: Collection[str]) -> str | None:
    code = _text(value, field)
    if code is not None and code not in known:
        raise InvalidInput(
            field, f"is not one of the schema's values, such as {min(known)}"
        )
    return code


def _required_code(value: Any, field: str, known: Collection[str]) -> str:
    return _code(_required(value, field), field, known) or ""


def _country(value: Any, field: str) -> str | None:
    code = _text(value, field)
    if code is not None and code not in codes.COUNTRY_CODES:
        raise InvalidInput(
            field, "is no country code of Zonos's: two upper-case letters, such as DK"
        )
    return code


def _currency(value: Any, field: str) -> str:
    code = _required(value, field)
    if code not in codes.CURRENCY_CODES:
        raise InvalidInput(
            field, "is no currency code of Zonos's: three upper-case letters, as DKK"
        )
    return code


def _quantity(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(field, f"must be an int, not {type(value).__name__}")
    if not 1 <= value <= GREATEST_INT:
        raise InvalidInput(field, "must be at least 1 and fit into 32 bits")
    return int(value)


def _instant(value: Any) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidInput(
            "expires_at", "must be a datetime with a time zone, such as UTC"
        )
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _bare(key: str) -> str:
    return re.sub(r"[\W_]+", "", key).casefold()


def _without_none(values: Input) -> Input:
    return {key: value for key, value in values.items() if value is not None}
