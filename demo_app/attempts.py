"""How often a password may be guessed.

Counted in the shop's own database, so all its processes count together. What it does
not stop: guesses at one account from very many addresses. Behind a proxy Werkzeug's
``ProxyFix`` must say whose address it is, or all shoppers share one count.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import datetime
from datetime import timedelta

from flask import current_app
from flask import request
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

from .models import Base
from .models import db
from .models import now

WINDOW = timedelta(minutes=15)
#: From one address: at one account, and at all together, for many may share one.
AT_ONE_ACCOUNT = 5
AT_ALL = 50


class Attempt(Base):
    """A sign-in that has failed, or whose password is being looked at."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    account: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now, index=True)


def begin(email: str) -> int:
    """Count an attempt before its password is looked at.

    :return: 0, or the seconds to wait: then it is not counted and must not go on.
    """
    address, account = _address(), _account(email)
    db.session.execute(delete(Attempt).where(Attempt.at <= now() - WINDOW))
    db.session.add(Attempt(address=address, account=account))
    db.session.flush()
    here = Attempt.address == address
    for most, which in (
        (AT_ONE_ACCOUNT, [here, Attempt.account == account]),
        (AT_ALL, [here]),
    ):
        count, first = db.session.execute(
            select(func.count(), func.min(Attempt.at)).where(*which)
        ).one()
        if count > most:
            db.session.rollback()
            return max(1, math.ceil((first + WINDOW - now()).total_seconds()))
    db.session.commit()
    return 0


def forget(email: str) -> None:
    """Forget the attempts at an account that somebody has now signed in to."""
    db.session.execute(
        delete(Attempt).where(
            Attempt.address == _address(), Attempt.account == _account(email)
        )
    )
    db.session.commit()


def _address() -> str:
    return request.remote_addr or ""


def _account(email: str) -> str:
    # Not the text itself: some type their password where the e-mail belongs.
    key = current_app.secret_key
    assert key is not None
    secret = key if isinstance(key, bytes) else key.encode()
    return hmac.new(secret, email.encode(), hashlib.sha256).hexdigest()
