"""The record of what Zonos was sent of a customer, and how a customer reads it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import Any

from babel.lists import format_list
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from flask_zonos import CustomerProfile
from flask_zonos import ProfileSent

from .language import current_locale
from .language import gettext
from .language import lazy_gettext as _
from .language import ngettext
from .models import db
from .models import SentProfile

FIELDS = {
    "customer_id": _("your customer number"),
    "email": _("your e-mail address"),
    "name": _("your name"),
    "phone": _("your phone number"),
}


def record_sent_profile(record: ProfileSent, api_url: str) -> None:
    """Store a record, in a session of its own: one that fails costs no sale."""
    with Session(db.engine) as session, session.begin():
        session.add(
            SentProfile(
                api_url=api_url,
                customer_id=record.customer_id,
                fields=list(record.fields),
                locations=list(record.locations),
                at=record.at.astimezone(UTC).replace(tzinfo=None),
                request_id=record.request_id,
            )
        )


def sent_profiles(customer_id: str, api_url: str | None = None) -> list[SentProfile]:
    """Return what was sent of a customer, to one Zonos or to any, newest first."""
    calls = select(SentProfile).where(SentProfile.customer_id == customer_id)
    if api_url is not None:
        calls = calls.where(SentProfile.api_url == api_url)
    return list(db.session.scalars(calls.order_by(SentProfile.id.desc())))


def forget_sent_profiles(api_url: str) -> None:
    """Empty the record of a Zonos that has forgotten everything, as a sandbox may."""
    db.session.execute(delete(SentProfile).where(SentProfile.api_url == api_url))
    db.session.commit()


def latest_of_each_kind(calls: list[SentProfile]) -> list[tuple[SentProfile, int]]:
    """Return the newest of calls that sent the same, and how many were before it."""
    kinds: dict[tuple[Any, ...], list[SentProfile]] = {}
    for call in calls:
        kinds.setdefault((*call.fields, len(call.locations)), []).append(call)
    return [(same[0], len(same) - 1) for same in kinds.values()]


def sent_text(call: SentProfile) -> str:
    """Return what was sent in words: ``your name and 2 addresses``."""
    parts = [
        str(FIELDS.get(field, field)) for field in call.fields if field != "locations"
    ]
    if call.locations:
        count = len(call.locations)
        parts.append(ngettext("{count} address", "{count} addresses", count))
    return format_list(parts, locale=current_locale())


def export(customer: CustomerProfile) -> dict[str, Any]:
    """Return all that Zonos was sent of a customer, for a request of access."""
    return {
        "customer_id": customer.customer_id,
        "sent_to_zonos": [
            {
                "at": call.at.replace(tzinfo=UTC).isoformat(),
                "to": call.api_url,
                "fields": call.fields,
                "addresses": len(call.locations),
                "request_id": call.request_id,
            }
            for call in sent_profiles(customer.customer_id)
        ],
        "what_your_account_holds_for_zonos_now": asdict(customer),
        "only_zonos_can": [
            gettext("give a copy of your profile, its addresses and payment methods"),
            gettext("correct or erase an address, a payment method or all of it"),
            gettext("give a copy of your orders there, or erase what need not be kept"),
        ],
    }
