"""repr shows types and counts: a traceback or a log must not hold a shopper's data."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from flask_zonos import Cart
from flask_zonos import OneTimePassword
from flask_zonos import Party
from flask_zonos.answers import AuthenticatedCustomer
from flask_zonos.checkout import Checkout
from flask_zonos.checkout import Recognition
from flask_zonos.checkout import Shopper
from flask_zonos.identity import Identity

from .samples import location
from .samples import profile
from .samples import profile_variables

PASSWORD = OneTimePassword("otp_only_for_zonos")


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        (profile(), "CustomerProfile(locations=1)"),
        (location(), "Location(...)"),
        (Party(type="PAYOR", first_name="Ada", line1="x"), "Party(type='PAYOR')"),
        (PASSWORD, "OneTimePassword(...)"),
        (
            AuthenticatedCustomer(one_time_password=PASSWORD, email="test@zonos.com"),
            "AuthenticatedCustomer(locations=0)",
        ),
        (Shopper(profile_variables()), "Shopper(reason=None)"),
        (Identity(profile(), "7"), "Identity(authenticated=True)"),
        (
            Checkout(
                cart_id="cart_1",
                recognition=Recognition("profile", None),
                one_time_password=PASSWORD,
                shipping_data={"customerEmail": "test@zonos.com"},
                timings={},
            ),
            "Checkout(recognition=Recognition(level='profile', reason=None))",
        ),
    ],
)
def test_repr_shows_types_and_counts_only(thing: object, shown: str) -> None:
    assert repr(thing) == shown


def test_the_password_shows_itself_only_when_asked() -> None:
    shown = f"{PASSWORD} {PASSWORD!r} {PASSWORD!s} {[PASSWORD]}"

    assert "only_for_zonos" not in shown
    assert PASSWORD.reveal() == "otp_only_for_zonos"
    assert not hasattr(PASSWORD, "__dict__")


def test_the_password_cannot_be_stored() -> None:
    with pytest.raises(TypeError, match="fetch a new one"):
        pickle.dumps(PASSWORD)


def test_models_cannot_be_changed() -> None:
    given = profile()

    with pytest.raises(FrozenInstanceError):
        given.email = "someone@else.example"  # type: ignore[misc]


def test_two_carts_share_no_metadata() -> None:
    assert Cart(items=()).metadata is not Cart(items=()).metadata
