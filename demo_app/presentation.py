"""Filters of the templates: money, countries, statuses, addresses, the basket."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from babel.dates import format_date
from flask import current_app
from flask import Flask
from flask import url_for
from sqlalchemy import select

from .basket import basket_count
from .countries import country_name
from .language import current_language
from .language import current_locale
from .language import gettext
from .models import db
from .models import Order
from .models import OrderLine
from .models import Variant
from .money import format_money

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


def money(minor: int, currency_code: str) -> str:
    return format_money(minor, currency_code, current_locale())


def country(code: str) -> str:
    return country_name(code, current_locale())


def day(moment: datetime) -> str:
    """Return the date as it is written in the shopper's language."""
    return format_date(moment, "long", locale=current_locale())


def status_text(order: Order) -> str:
    """Return the order's status in words; one that is new to us as Zonos has it."""
    if order.status == "OPEN" and order.tracking_numbers:
        return gettext("Shipped")
    known = STATUSES.get(order.status)
    return gettext(known) if known else order.status.replace("_", " ").capitalize()


def line_name(line: OrderLine) -> str:
    """Return what was bought, in the shopper's language if it is still sold so."""
    variant = db.session.scalar(select(Variant).where(Variant.sku == line.sku))
    if variant is None or variant.name_in("en") != line.name:
        return line.name
    return variant.name_in(current_language())


def address_lines(address: Any) -> list[str]:
    """Return an address, a row or a mapping, line by line as on a parcel."""

    def part(name: str) -> str:
        value = address.get(name) if hasattr(address, "get") else getattr(address, name)
        return value or ""

    if part("country_code") in {"US", "CA", "AU"}:
        town = (
            f"{part('locality')}, {part('administrative_area')} {part('postal_code')}"
        )
    else:
        town = f"{part('postal_code')} {part('locality')}"
        if part("administrative_area"):
            town = f"{town}, {part('administrative_area')}"
    lines = [part("name"), part("line1"), part("line2"), town.strip(" ,")]
    if part("country_code"):
        lines.append(country(part("country_code")))
    return [line for line in lines if line]


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
        country,
        day,
        line_name,
        money,
        static_url,
        status_text,
    ):
        app.add_template_global(function)
