"""The settings of what a shopper's browser loads: the checkout and the page script."""

from __future__ import annotations

from dataclasses import dataclass

from .settings import setting


@dataclass(kw_only=True)
class Checkout:
    """Settings of the shopper's country and the checkout."""

    country: str = setting(
        "CA", "Where the shopper is if the page's address has no zCountry"
    )
    ships_from: str = setting("DK", "Where the shop ships from: domestic shoppers")
    not_shipped_to: str = setting(
        "", "The countries that the shop does not ship to, such as: KP CU"
    )
    language: str = setting(
        "", "The language of checkout and Hello; empty: the page's own", "", "en", "da"
    )
    hello_remembers: bool = setting(
        False, "The country chosen in Hello holds for the shop's next page, too"
    )
    allow_domestic: bool = setting(False, "Domestic shoppers get Zonos Checkout too")
    failed_cart_opens: bool = setting(
        False, "When createCartId gives no cart, the checkout opens and says so"
    )
    success_behavior: str = setting(
        "ZONOS_SUCCESS_PAGE",
        "What follows an order if init says nothing of it",
        "ZONOS_SUCCESS_PAGE",
        "CLOSE_MODAL",
    )
    shipping_data_wins: bool = setting(
        False, "shippingData is preselected for a recognised shopper, too"
    )
    shopper_currency: bool = setting(
        True, "Shoppers pay in the currency of their country, not in the cart's"
    )
    duplicate_window: float = setting(
        300,
        "How long the checkout asks whether to order the same items again, in seconds;"
        " 0 never asks",
    )


@dataclass(kw_only=True)
class PageScript:
    """Settings of the page script; the defaults are as strict as the real one."""

    init_once: bool = setting(True, "Only the page's first Zonos.init counts")
    init_waits: bool = setting(
        False, "Zonos.init waits for the checkout, and rejects for a wrong key"
    )
    foreign_scripts: bool = setting(
        True, "The script brings the others from another name of this machine"
    )
    survives_swaps: bool = setting(
        False, "The checkout comes back when something has replaced the page's body"
    )
    late_buttons: bool = setting(
        True, "A button that comes after Zonos.init opens the checkout, too"
    )
    inventory_list: bool = setting(
        False, "onInventoryCheck gets a list of the items that has them as items, too"
    )
    order_success_is_awaited: bool = setting(
        False, "What onOrderSuccess returns is waited for"
    )
    wrong_key_opens: bool = setting(
        False, "With a wrong storeId or key the button opens a checkout that says so"
    )
