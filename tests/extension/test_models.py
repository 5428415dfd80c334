"""repr shows types and counts: a traceback or a log must not hold a shopper's data."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
from collections.abc import Callable
from dataclasses import asdict
from dataclasses import astuple
from dataclasses import FrozenInstanceError

import pytest

from flask_zonos import Cart
from flask_zonos import OneTimePassword
from flask_zonos import Party
from flask_zonos.api.results import AuthenticatedCustomer
from flask_zonos.checkout import Checkout
from flask_zonos.checkout import Recognition
from flask_zonos.checkout import Shopper
from flask_zonos.identity import Identity

from ..support.samples import location
from ..support.samples import profile
from ..support.samples import profile_variables

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


SEEN_BY: dict[str, Callable[[], object]] = {
    "%s": lambda: "%s" % PASSWORD,  # noqa: UP031
    "%r": lambda: "%r" % PASSWORD,  # noqa: UP031
    "%d": lambda: "%d" % PASSWORD,  # type: ignore[str-format]  # noqa: UP031
    "%(key)s": lambda: "%(password)s" % {"password": PASSWORD},  # noqa: UP031
    "format": lambda: format(PASSWORD),
    "format with a width": lambda: f"{PASSWORD:>80}",
    "ascii": lambda: ascii(PASSWORD),
    "bytes": lambda: bytes(PASSWORD),  # type: ignore[call-overload]
    "vars": lambda: vars(PASSWORD),
    "list": lambda: list(PASSWORD),  # type: ignore[call-overload]
    "pprint": lambda: pprint.pformat({"password": PASSWORD}),
    "json": lambda: json.dumps({"password": PASSWORD}),
    "json of its text": lambda: json.dumps([PASSWORD], default=str),
    "asdict": lambda: asdict(AuthenticatedCustomer(one_time_password=PASSWORD)),
    "astuple": lambda: astuple(AuthenticatedCustomer(one_time_password=PASSWORD)),
    "copy": lambda: copy.copy(PASSWORD),
    "deepcopy": lambda: copy.deepcopy([PASSWORD]),
    "pickle": lambda: pickle.dumps(PASSWORD),
    "an old pickle": lambda: pickle.dumps(PASSWORD, protocol=0),
    "reduce": lambda: PASSWORD.__reduce_ex__(4),
    "getstate": lambda: PASSWORD.__getstate__(),
}


@pytest.mark.parametrize("see", SEEN_BY.values(), ids=SEEN_BY)
def test_nothing_that_shows_copies_or_stores_a_thing_reveals_the_password(
    see: Callable[[], object],
) -> None:
    try:
        shown = repr(see())
    except (TypeError, AttributeError) as error:
        shown = f"{error!r} {vars(error)}"
    assert shown
    assert "only_for_zonos" not in shown


@pytest.mark.parametrize(
    "name", ["copy", "deepcopy", "asdict", "pickle", "an old pickle", "getstate"]
)
def test_the_password_cannot_be_stored(name: str) -> None:
    with pytest.raises(TypeError, match="fetch a new one"):
        SEEN_BY[name]()


def test_models_cannot_be_changed() -> None:
    given = profile()
    with pytest.raises(FrozenInstanceError):
        given.email = "someone@else.example"  # type: ignore[misc]


def test_two_carts_share_no_metadata() -> None:
    assert Cart(items=()).metadata is not Cart(items=()).metadata
