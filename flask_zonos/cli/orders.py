"""``flask zonos orders show|sync``."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from decimal import Decimal

import click
from flask.cli import AppGroup

from ..api import enums
from ..api.datetimes import parse_datetime
from ..api.order import Order
from ..api.order import Party
from ..errors import ZonosError
from ..orders.receiver import dispatch_each
from ..orders.receiver import OrderEvent
from ..orders.receiver import Outcome
from ..orders.references import is_order_id
from .shop import count_of
from .shop import shop_state

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

#: Clocks differ: an order may be of a datetime that is still to come here.
_CLOCKS = timedelta(minutes=5)

orders = AppGroup("orders", help="Show orders, and fetch missing ones.")

#: ISO 4217's digits after the point, where they are not two.
_DIGITS = {
    **dict.fromkeys("BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX".split(), 0),
    **dict.fromkeys("VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    "CLF": 4,
}

#: In Zonos's list of currencies, but without such digits: metals and the like.
_NO_DIGITS = frozenset({"BTC", "XAG", "XAU", "XDR"})


def parse_since(value: str) -> datetime:
    """The datetime that ``2d`` (two days ago) or a date means; UTC without a zone.

    :raises click.BadParameter: for anything else.
    """
    text = value.strip()
    while_ago = re.fullmatch(r"(\d{1,4})([mhdw])", text)
    if while_ago:
        number, unit = while_ago.groups()
        return datetime.now(UTC) - timedelta(**{_UNITS[unit]: int(number)})
    try:
        return parse_datetime(text)
    except ValueError:
        raise click.BadParameter(
            f"{value!r} is neither a span such as 90m, 12h, 2d or 1w nor a date such "
            "as 2026-07-30"
        ) from None


def _since_option(_: click.Context, option: click.Parameter, value: str) -> datetime:
    return parse_since(value)


@orders.command("show", short_help="Show an order.")
@click.argument("order_id")
@click.option("--full", is_flag=True, help="With names, addresses, e-mail and phone.")
def show_order(order_id: str, full: bool) -> None:
    """Show an order as Zonos holds it now, and to whom it would be linked."""
    with shop_state() as state:
        order = state.client.get_order(order_id) if is_order_id(order_id) else None
        settings = state.settings
        wanted = settings.organization_id
    if order is None:
        raise click.ClickException("Zonos has no such order for this credential")
    sums = order.amount_subtotals
    lines = {
        "order": order.id,
        "status": order.status,
        "mode": order.mode + _mismatch_note(order.mode, "ZONOS_MODE", settings.mode),
        "organization": order.organization
        + _mismatch_note(order.organization, "ZONOS_ORGANIZATION_ID", wanted),
        "customer": _customer(order),
        "cart": order.cart_id or "-",
        "shop's number": order.account_order_number or "-",
        "Zonos's number": order.zonos_order_id or "-",
        "created": order.created_at.isoformat(timespec="seconds"),
        "updated": order.updated_at.isoformat(timespec="seconds"),
        "total": format_money(sums.total, order.currency_code),
        "shop's total": _shop_total(order),
        "tracking": ", ".join(order.tracking_numbers) or "-",
    }
    for name, value in lines.items():
        _show(name, value)
    for item in order.items:
        named = item.name or item.sku or item.product_id
        price = format_money(item.amount, item.currency_code)
        _show("item", f"{item.quantity} x {named}, {price}")
    for party in order.parties:
        details = _party_line(party) if full else (party.country_code or "-")
        _show((party.type or "party").lower(), details)


@orders.command("sync", short_help="Hand missed orders to the order handler.")
@click.option(
    "--since",
    callback=_since_option,
    required=True,
    metavar="WHEN",
    help="Orders made since then: 90m, 12h, 2d, 1w, or a date (UTC).",
)
@click.option("--quiet", is_flag=True, help="Only what went wrong, and the sum.")
def sync_orders(since: datetime, quiet: bool) -> None:
    """Give the order handler the orders that were made since then.

    It may be run as often as one likes, and while webhooks arrive. An order that fails
    is told of and the others go on; the exit code is then 1, as it is without an order
    handler.
    """
    event = OrderEvent("UNKNOWN", "sync")
    counts: Counter[str] = Counter()
    broken: ZonosError | None = None
    with shop_state() as state:
        between = since, datetime.now(UTC) + _CLOCKS
        found = state.client.orders(between=between)
        try:
            for order, outcome in dispatch_each(state, found, event):
                failed = isinstance(outcome, Exception)
                counts["failed" if failed else str(outcome)] += 1
                if failed:
                    result = f"failed ({type(outcome).__name__}, see the log)"
                    click.echo(_progress_line(order, result), err=True)
                elif not quiet:
                    click.echo(_progress_line(order, str(outcome)))
        except ZonosError as error:
            broken = error
    click.echo(_summary(counts))
    if counts[Outcome.NO_HANDLER]:
        raise click.ClickException(
            "No order was stored, for the shop has no @zonos.order_handler: register "
            "one where the app is made, and run this again"
        )
    if broken is not None:
        raise click.ClickException(f"Not all orders could be read: {broken}")
    if counts["failed"]:
        raise click.exceptions.Exit(1)


def _show(name: str, value: str) -> None:
    # A shopper chose some of it, and a terminal obeys what is not printable.
    plain = "".join(c if c.isprintable() else "?" for c in value)
    click.echo(f"{name:15} {plain}")


def _progress_line(order: Order, result: str) -> str:
    created = order.created_at.isoformat(timespec="seconds")
    return f"{created}  {order.id}  {order.status:10} {result}"


def _summary(counts: Counter[str]) -> str:
    left_alone = counts[Outcome.OTHER_MODE] + counts[Outcome.OTHER_ORGANIZATION]
    said = (
        f"{count_of(counts.total(), 'order')}: {counts[Outcome.HANDLED]} handled, "
        f"{left_alone} left alone (another mode or organization), "
        f"{counts['failed']} failed"
    )
    unstored = counts[Outcome.NO_HANDLER]
    return f"{said}, {unstored} without a handler" if unstored else said


def _shop_total(order: Order) -> str:
    sums = order.shop_amounts
    if sums is None:
        return "-"
    rate = order.exchange_rate
    at = f" (1 is {rate.normalize():f} {order.currency_code})" if rate else ""
    return format_money(sums.total, sums.currency_code) + at


def _customer(order: Order) -> str:
    if order.customer_id is not None:
        return order.customer_id
    if order.references is None:
        return "not known yet: Zonos has given no references"
    if order.is_contradictory:
        return "nobody: the references name several"
    return "a guest"


def _mismatch_note(value: str, setting: str, wanted: str | None) -> str:
    if wanted is None or value == wanted:
        return ""
    return f"  (not {setting}, so the shop leaves it alone)"


def _party_line(party: Party) -> str:
    parts = (
        " ".join(name for name in (party.first_name, party.last_name) if name),
        party.company_name,
        party.line1,
        party.line2,
        party.locality,
        party.administrative_area,
        party.postal_code,
        party.country_code,
        party.email,
        party.phone,
    )
    return ", ".join(part for part in parts if part)


def format_money(amount: Decimal, currency_code: str) -> str:
    """The amount with its currency: ``14.90 EUR``, ``1200 JPY``.

    Nothing is rounded: what has more digits than its currency keeps them.
    """
    known = currency_code in enums.CURRENCY_CODES - _NO_DIGITS
    digits = _DIGITS.get(currency_code, 2) if known else 0
    exact = f"{amount.normalize():f}"
    _, _, fraction = exact.partition(".")
    number = f"{amount:.{digits}f}" if len(fraction) <= digits else exact
    return f"{number} {currency_code}"
