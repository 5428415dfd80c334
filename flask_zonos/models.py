"""Carts and customer profiles, as frozen dataclasses that a shop makes.

Field names are those of Zonos's schema (``CartCreateInput``, ``ItemInput``,
``CheckoutCustomerProfileAuthenticateInput``) in snake_case. Values are checked when
they are about to be sent (:mod:`flask_zonos.api.serializers`), so that an error can
name the whole path to the field.

Money is :class:`~decimal.Decimal` in major units: ``Decimal("24.90")`` is 24 euros 90.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class ItemMeasurement:
    """A weight, length or other measure of one item.

    :param type: such as ``"WEIGHT"``. ``WEIGHT`` and ``TOTAL_WEIGHT`` exclude each
        other on one item.
    :param unit_of_measure: such as ``"GRAM"``.
    :param value: how many of that unit.
    :param applies_to: what is measured, where it is not the item itself.
    """

    type: str
    unit_of_measure: str
    value: Decimal
    applies_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class ItemComposition:
    """One material that an item is made of.

    :param percentage: of the whole, 0 to 100.
    """

    material: str
    percentage: Decimal
    country_of_cast: str | None = None
    country_of_melt_and_pour: str | None = None
    primary_country_of_smelt: str | None = None
    secondary_country_of_smelt: str | None = None


@dataclass(frozen=True, kw_only=True)
class CartItem:
    """One line of a cart.

    Amount, currency, quantity and ``sku`` or ``product_id`` have to be right. Any other
    field that does not fit Zonos's schema is left out, with a warning in the log.

    :param amount: the price of **one unit** before tax and coupons, in major units of
        ``currency_code``. Zonos's own PHP SDK divides the line by the quantity. Where
        the shop keeps floats, ``Decimal(str(price))``.
    :param sku: this or ``product_id`` is needed: it is how the finished order finds
        the product again.
    :param country_of_origin: a two-letter code, see :mod:`flask_zonos.api.enums`.
    :param attributes: keys with a meaning for Zonos are ``category``, ``color``,
        ``customization``, ``descriptionDetailed``, ``fabricContent``, ``ltlClass``,
        ``pickingLocation``, ``shipFromLocation``, ``size`` and ``status``.
    :param image_url: an absolute address, such as ``https://shop.example/cup.jpg``: the
        checkout shows the picture on a page of Zonos's.
    :param metadata: the shop's own words about the line. Zonos keeps them with the
        cart; this extension does not fetch them, so :class:`~flask_zonos.OrderItem` has
        none.
    """

    amount: Decimal
    currency_code: str
    quantity: int
    sku: str = ""
    product_id: str = ""
    name: str | None = None
    description: str | None = None
    image_url: str | None = None
    hs_code: str | None = None
    hs_code_source: str | None = None
    country_of_origin: str | None = None
    province_of_origin: str | None = None
    item_type: str | None = None
    duty_tax_fee_configuration: str | None = None
    reference_id: str | None = None
    root_id: str | None = None
    categories: Sequence[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    measurements: Sequence[ItemMeasurement] = ()
    product_composition: Sequence[ItemComposition] = ()


@dataclass(frozen=True, kw_only=True)
class CartAdjustment:
    """A discount or surcharge.

    :param amount: negative for a discount. For an ``ITEM`` it is for the whole line,
        not for one unit.
    :param type: such as ``"CART_TOTAL"``, ``"ITEM"`` or ``"PROMO_CODE"``.
    """

    amount: Decimal
    currency_code: str
    type: str
    description: str | None = None
    product_id: str | None = None
    sku: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cart:
    """The goods that the shopper is about to buy.

    :param metadata: the shop's own texts. Zonos keeps them with the cart; this
        extension does not fetch them, so :class:`~flask_zonos.Order` has none. Find
        what belongs to a cart by ``order.cart_id``. ``customerId`` is refused here:
        Zonos overwrites it.
    :param expires_at: a date and time with its zone; an hour ahead where left out,
        since an organization's own default can be a minute. Only ``cartCreate`` has it.
    :param id: of an existing cart, with ``ZONOS_CART_MUTATION`` set to ``cartUpsert``.
    """

    items: Sequence[CartItem]
    adjustments: Sequence[CartAdjustment] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None
    id: str | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Location:
    """An address to offer the shopper in the checkout.

    What is sent once is kept by Zonos for good: it is impossible to change or remove
    it. ``administrative_area``, ``postal_code`` and ``locality`` may be empty text
    where a country has none, ``None`` is refused. Give no address whose country the
    shop does not know.

    :param administrative_area: state, province or region; Zonos's example has codes
        without their country ("BC", "UT").
    """

    name: str
    line1: str
    locality: str
    administrative_area: str
    postal_code: str
    country_code: str
    line2: str | None = None
    phone: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        return "Location(...)"


@dataclass(frozen=True, kw_only=True, repr=False)
class CustomerProfile:
    """The shopper, as far as the shop wants Zonos to know.

    :param customer_id: the shop's own id of the customer, never used for another
        person again: Zonos keeps saved cards under it and cannot delete a profile. It
        comes back in the order's ``references``. Not a row id that may be recycled,
        not flask-login's ``get_id()`` (which may rotate), not an e-mail address. What
        names nobody is refused: ``"None"``, the string form of an object, blanks around
        it, characters that cannot be seen.
    :param email: one address, without a name and without blanks around it.
    :param first_name: with ``last_name`` for the page script alone, which wants both to
        fill in an address where the profile cannot be had. A name is never split.
    :param locations: what is in here is sent, and kept for good. Empty by default.
    """

    customer_id: str
    email: str
    name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    locations: Sequence[Location] = ()

    def __repr__(self) -> str:
        return f"CustomerProfile(locations={len(self.locations)})"


@dataclass(frozen=True, kw_only=True)
class InventoryItem:
    """A line that the page asks about just before payment; the browser's, not believed.

    :param quantity: at least 1.
    """

    sku: str
    product_id: str
    quantity: int
    name: str | None = None
