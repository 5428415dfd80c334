"""Functions of the templates: money, times, countries, statuses, the basket."""

from __future__ import annotations

import os
from datetime import datetime
from datetime import UTC
from decimal import Decimal

from babel.dates import format_date
from babel.dates import format_time
from babel.dates import get_timezone
from babel.units import format_unit
from flask import current_app
from flask import Flask
from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from .basket import basket_count
from .basket import limit_of
from .countries import country_name
from .countries import is_domestic
from .language import current_language
from .language import current_locale
from .language import gettext
from .language import LANGUAGES
from .language import lazy_gettext as _
from .models import db
from .models import Order
from .models import OrderLine
from .models import Variant
from .money import format_money
from .postal import address_lines
from .sent_profiles import sent_text

STATUSES = {
    "OPEN": "Received",
    "PAYMENT_PENDING": "Waiting for payment",
    "PAYMENT_FAILED": "Payment failed",
    "FRAUD_HOLD": "Being checked",
    "HOLD": "On hold",
    "PARTIALLY_SHIPPED": "Partly shipped",
    "IN_TRANSIT_TO_CONSOLIDATION_CENTER": "On its way",
    "COMBINED": "Combined with another order",
    "COMPLETED": "Shipped",
    "CANCELED": "Cancelled",
}
#: What an order's page begins with; a status that is not here says the number alone.
HEADLINES = {
    "OPEN": _("Thank you. Order {number}"),
    "PAYMENT_PENDING": _("Order {number} waits for your payment"),
    "PAYMENT_FAILED": _("The payment of order {number} failed"),
    "FRAUD_HOLD": _("Order {number} is being checked"),
    "HOLD": _("Order {number} is on hold"),
    "PARTIALLY_SHIPPED": _("A part of order {number} is on its way"),
    "IN_TRANSIT_TO_CONSOLIDATION_CENTER": _("Order {number} is on its way"),
    "COMPLETED": _("Order {number} is on its way"),
    "CANCELED": _("Order {number} is cancelled"),
}
HOME_TIME = get_timezone("Europe/Copenhagen")


def money(amount: Decimal, currency_code: str) -> str:
    return format_money(amount, currency_code, current_locale())


def country(code: str) -> str:
    return country_name(code, current_locale())


def day(moment: datetime) -> str:
    """Return the date in Denmark as it is written in the shopper's language.

    :param moment: in UTC, without a zone, as the tables have it.
    """
    local = moment.replace(tzinfo=UTC).astimezone(HOME_TIME)
    return format_date(local, "long", locale=current_locale())


def clock(moment: datetime) -> str:
    """Return the time in Denmark, like :func:`day`."""
    local = moment.replace(tzinfo=UTC)
    return format_time(local, "short", HOME_TIME, current_locale())


def grams(weight: int) -> str:
    """Return a weight as it is written in the shopper's language."""
    return format_unit(weight, "gram", "short", locale=current_locale())


def effective_status(order: Order) -> str:
    """Return the order's status; open with a tracking number, it is on its way."""
    if order.status == "OPEN" and order.tracking_numbers:
        return "COMPLETED"
    return order.status


def status_text(order: Order) -> str:
    """Return the order's status in words; one that is new to us as Zonos has it."""
    known = STATUSES.get(effective_status(order))
    return gettext(known) if known else order.status.replace("_", " ").capitalize()


def headline(order: Order) -> str:
    """Return what an order's page begins with."""
    known = HEADLINES.get(effective_status(order), _("Order {number}"))
    return str(known).format(number=order.number)


def payment_text(order: Order) -> str:
    """Return how an order is paid; with which card, Zonos tells no shop."""
    if order.cart_id is None:
        return gettext("By invoice, within 14 days")
    return gettext("In Zonos Checkout")


def line_name(line: OrderLine) -> str:
    """Return what was bought, in the shopper's language if it is still sold so."""
    variant = db.session.scalar(
        select(Variant)
        .where(Variant.sku == line.sku)
        .options(joinedload(Variant.product))
    )
    if variant is None or line.name not in map(variant.name_in, LANGUAGES):
        return line.name
    return variant.name_in(current_language())


def static_url(filename: str) -> str:
    """Return a file's address with its age in it, so that browsers may keep it."""
    folder = current_app.static_folder or ""
    try:
        version = int(os.stat(os.path.join(folder, filename)).st_mtime)
    except OSError:
        version = 0
    return url_for("static", filename=filename, v=version)


def init_app(app: Flask) -> None:
    for function in (
        address_lines,
        basket_count,
        clock,
        country,
        day,
        grams,
        headline,
        is_domestic,
        limit_of,
        line_name,
        money,
        payment_text,
        sent_text,
        static_url,
        status_text,
    ):
        app.add_template_global(function)
