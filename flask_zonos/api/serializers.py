"""The shop's dataclasses as the schema's inputs: checked, plain, ready to send.

Everything that comes out is built of plain ``str``, ``int``, ``float``, ``list`` and
``dict``: a proxy such as ``current_user.id`` must not reach another thread. The
measure is the schema's; an :class:`~flask_zonos.errors.InvalidInput` names the path to
the field that does not fit, and never holds its value.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from typing import TypeVar

from ..errors import InvalidInput
from ..models import Cart
from ..models import CartAdjustment
from ..models import CartItem
from ..models import CustomerProfile
from ..models import ItemComposition
from ..models import ItemMeasurement
from ..models import Location
from . import enums
from .customer_id import customer_id
from .customer_id import email_address
from .datetimes import format_datetime
from .redaction import RedactedDict
from .validators import as_sequence
from .validators import country
from .validators import currency
from .validators import enum_value
from .validators import json_number
from .validators import keys_match
from .validators import optional_text
from .validators import quantity
from .validators import require_mapping
from .validators import require_type
from .validators import required
from .validators import required_enum_value

logger = logging.getLogger(__name__)

InputObject = dict[str, Any]
Checked = TypeVar("Checked")


def cart_input(cart: Cart, *, expires_at: datetime | None = None) -> InputObject:
    """The ``CartCreateInput`` of a cart (with ``id``, its ``CartUpsertInput``).

    :param expires_at: used where the cart names none; ``None`` leaves it out.
    :raises InvalidInput: if the schema would refuse the cart.
    """
    require_type(cart, Cart, "cart", "what @zonos.cart_loader returns")
    if not as_sequence(cart.items, "cart.items"):
        raise InvalidInput("items", "the cart is empty; a checkout needs an item")
    optional = _Optional("")
    metadata = optional.pairs(cart.metadata, "metadata")
    for pair in metadata or ():
        if keys_match(pair["key"], "customerId"):
            raise InvalidInput(
                "metadata",
                "customerId does not belong here: Zonos overwrites it. The customer's "
                "id goes into CustomerProfile.customer_id",
            )
    expires_at = cart.expires_at or expires_at
    return _without_none(
        {
            "id": optional_text(cart.id, "id"),
            "items": _convert_each(cart.items, "items", _item),
            "adjustments": _convert_each(cart.adjustments, "adjustments", _adjustment)
            or None,
            "metadata": metadata,
            "expiresAt": None
            if expires_at is None
            else format_datetime(expires_at, "expires_at"),
        }
    )


def profile_input(profile: CustomerProfile) -> InputObject:
    """The ``CheckoutCustomerProfileAuthenticateInput`` of a profile.

    A location that does not fit is left out with a warning in the log: it must cost
    neither the profile nor the sale.

    :raises InvalidInput: if the schema would refuse the rest of the profile, or the
        customer id or the e-mail address is not fit to be kept for good.
    """
    require_type(
        profile, CustomerProfile, "profile", "what @zonos.customer_loader returns"
    )
    try:
        return RedactedDict(_profile(profile))
    except InvalidInput as error:
        # Its frames hold the rest of the profile.
        raise error.with_traceback(None) from None


def _profile(profile: CustomerProfile) -> InputObject:
    return _without_none(
        {
            "customerId": customer_id(profile.customer_id),
            "email": email_address(profile.email),
            "name": optional_text(profile.name, "name") or None,
            "phone": optional_text(profile.phone, "phone") or None,
            "locations": list(_fitting_locations(profile)) or None,
        }
    )


class _Optional:
    """Fields that no sale depends on: what does not fit is left out with a warning.

    :param path: where they are, such as ``items[0]``.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def field(
        self, check: Callable[..., Checked], value: Any, field: str, *more: Any
    ) -> Checked | None:
        try:
            return check(value, field, *more)
        except InvalidInput as error:
            self._warn(error)
            return None

    def each(
        self, values: Any, field: str, convert: Callable[[Any], Checked]
    ) -> list[Checked] | None:
        """Those of a list that fit; ``None`` where there are none."""
        found = []
        for i, value in enumerate(self.field(as_sequence, values, field) or ()):
            try:
                found.append(convert(value))
            except InvalidInput as error:
                self._warn(error.within(f"{field}[{i}]"))
        return found or None

    def pairs(self, given: Any, field: str) -> list[dict[str, str]] | None:
        """The entries of a mapping that fit; whole numbers are written out."""
        mapping = self.field(require_mapping, given, field) or {}
        found = []
        for key, value in mapping.items():
            try:
                found.append(
                    {
                        "key": required(_written_out(key), f"{field} (a key)"),
                        "value": required(_written_out(value), f"{field}[{key!r}]"),
                    }
                )
            except InvalidInput as error:
                self._warn(error)
        return found or None

    def _warn(self, error: InvalidInput) -> None:
        at = error.within(self._path) if self._path else error
        logger.warning("Left out of the cart, since it does not fit: %s", at)


def _written_out(value: Any) -> Any:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return str(int(value)) if is_whole else value


def _item(item: CartItem, path: str) -> InputObject:
    require_type(item, CartItem, "", "a line of Cart.items")
    sku = required(item.sku, "sku")
    product_id = required(item.product_id, "product_id")
    if not sku and not product_id:
        raise InvalidInput(
            "sku",
            "give a sku or a product_id: without one the order cannot find its product",
        )
    optional = _Optional(path)

    def given(check: Callable[..., Checked], field: str, *more: Any) -> Checked | None:
        return optional.field(check, getattr(item, field), field, *more)

    return _without_none(
        {
            "amount": json_number(item.amount, "amount"),
            "currencyCode": currency(item.currency_code, "currency_code"),
            "quantity": quantity(item.quantity, "quantity"),
            "sku": sku or None,
            "productId": product_id or None,
            "name": given(optional_text, "name"),
            "description": given(optional_text, "description"),
            "imageUrl": given(optional_text, "image_url"),
            "hsCode": given(optional_text, "hs_code"),
            "hsCodeSource": given(
                enum_value, "hs_code_source", enums.ITEM_VALUE_SOURCES
            ),
            "countryOfOrigin": given(country, "country_of_origin"),
            "provinceOfOrigin": given(optional_text, "province_of_origin"),
            "itemType": given(enum_value, "item_type", enums.ITEM_TYPES),
            "dutyTaxFeeConfiguration": given(
                enum_value,
                "duty_tax_fee_configuration",
                enums.DUTY_TAX_FEE_CONFIGURATIONS,
            ),
            "referenceId": given(optional_text, "reference_id"),
            "rootId": given(optional_text, "root_id"),
            "categories": optional.each(item.categories, "categories", _category),
            "attributes": optional.pairs(item.attributes, "attributes"),
            "metadata": optional.pairs(item.metadata, "metadata"),
            "measurements": given(_measurements, "measurements", optional),
            "productComposition": optional.each(
                item.product_composition, "product_composition", _composition
            ),
        }
    )


def _category(value: Any) -> str:
    return required(value, "")


def _measurements(
    measurements: Any, field: str, optional: _Optional
) -> list[InputObject] | None:
    found = optional.each(measurements, field, _measurement)
    types = {measurement["type"] for measurement in found or ()}
    if {"WEIGHT", "TOTAL_WEIGHT"} <= types:
        raise InvalidInput(field, "WEIGHT and TOTAL_WEIGHT exclude each other")
    return found


def _measurement(measurement: ItemMeasurement) -> InputObject:
    require_type(measurement, ItemMeasurement, "", "a measurement")
    return _without_none(
        {
            "type": required_enum_value(
                measurement.type, "type", enums.ITEM_MEASUREMENT_TYPES
            ),
            "unitOfMeasure": required_enum_value(
                measurement.unit_of_measure,
                "unit_of_measure",
                enums.ITEM_UNITS_OF_MEASURE,
            ),
            "value": json_number(measurement.value, "value"),
            "appliesTo": optional_text(measurement.applies_to, "applies_to"),
        }
    )


def _composition(composition: ItemComposition) -> InputObject:
    require_type(composition, ItemComposition, "", "a part of product_composition")
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


def _adjustment(adjustment: CartAdjustment, path: str) -> InputObject:
    require_type(adjustment, CartAdjustment, "", "an adjustment")
    return _without_none(
        {
            "amount": json_number(adjustment.amount, "amount"),
            "currencyCode": currency(adjustment.currency_code, "currency_code"),
            "type": required_enum_value(
                adjustment.type, "type", enums.CART_ADJUSTMENT_TYPES
            ),
            "description": _Optional(path).field(
                optional_text, adjustment.description, "description"
            ),
            "productId": optional_text(adjustment.product_id, "product_id"),
            "sku": optional_text(adjustment.sku, "sku"),
        }
    )


def _fitting_locations(profile: CustomerProfile) -> Iterable[InputObject]:
    for i, location in enumerate(as_sequence(profile.locations, "locations")):
        try:
            yield _location(location)
        except InvalidInput as error:
            at = error.within(f"locations[{i}]")
            logger.warning("A location is left out of the profile: %s", at)


def _location(location: Location) -> InputObject:
    require_type(location, Location, "", "an address of CustomerProfile.locations")
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
            "line2": optional_text(location.line2, "line2") or None,
            "locality": required(location.locality, "locality"),
            "administrativeArea": required(
                location.administrative_area, "administrative_area"
            ),
            "postalCode": required(location.postal_code, "postal_code"),
            "countryCode": country_code,
            "phone": optional_text(location.phone, "phone") or None,
            "email": email_address(location.email) if location.email else None,
        }
    )


def _convert_each(
    values: Any, field: str, convert: Callable[[Any, str], InputObject]
) -> list[InputObject]:
    """Convert each of a list; the error says which of them does not fit."""
    converted = []
    for i, value in enumerate(as_sequence(values, field)):
        path = f"{field}[{i}]"
        try:
            converted.append(convert(value, path))
        except InvalidInput as error:
            raise error.within(path) from None
    return converted


def _without_none(values: InputObject) -> InputObject:
    return {key: value for key, value in values.items() if value is not None}
