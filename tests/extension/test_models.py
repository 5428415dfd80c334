"""What a model or an error shows: no shopper's data, and an error all it has to say."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
from collections.abc import Callable
from dataclasses import asdict

import pytest
from flask import Flask

from flask_zonos import InvalidInput
from flask_zonos import OneTimePassword
from flask_zonos import Party
from flask_zonos import RateLimited
from flask_zonos import ZonosClient
from flask_zonos import ZonosError
from flask_zonos.api.results import AuthenticatedCustomer
from flask_zonos.checkout import Checkout
from flask_zonos.checkout import Recognition
from flask_zonos.checkout import Shopper
from flask_zonos.config import read_settings
from flask_zonos.identity import Identity

from ..support.samples import location
from ..support.samples import profile
from ..support.samples import profile_variables

PASSWORD = OneTimePassword("otp_only_for_zonos")
SHIPPING = {"customerEmail": "test@zonos.com"}


@pytest.mark.parametrize(
    "thing",
    [
        *[profile(), location(), Shopper(profile_variables(), SHIPPING)],
        Party(type="PAYOR", first_name="Ada", line1="x", email="test@zonos.com"),
        AuthenticatedCustomer(one_time_password=PASSWORD, email="test@zonos.com"),
        Identity(profile(), "7022920000"),
        Checkout(
            cart_id="cart_1",
            recognition=Recognition("profile", None),
            one_time_password=PASSWORD,
            shipping_data=SHIPPING,
            timings={},
        ),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_repr_shows_nothing_of_a_person(thing: object) -> None:
    for private in ("otp", "test", "Test", "Ada", "Davie", "7022920000"):
        assert private not in repr(thing)


def test_repr_of_client_and_settings_hides_the_secrets() -> None:
    app = Flask(__name__)
    app.config.update(ZONOS_CREDENTIAL_TOKEN="a token", ZONOS_WEBHOOK_SECRET="a secret")
    shown = repr((ZonosClient("a token"), read_settings(app)))
    assert "a token" not in shown
    assert "a secret" not in shown


def test_the_password_shows_itself_only_when_asked() -> None:
    shown = [f"{PASSWORD} {PASSWORD!r}", "%s" % PASSWORD]  # noqa: UP031
    shown += [pprint.pformat([PASSWORD]), json.dumps([PASSWORD], default=str)]
    assert "only_for_zonos" not in "".join(shown)
    assert not hasattr(PASSWORD, "__dict__")
    assert PASSWORD.reveal() == "otp_only_for_zonos"


@pytest.mark.parametrize(
    "store",
    [
        lambda: asdict(AuthenticatedCustomer(one_time_password=PASSWORD)),
        lambda: copy.copy(PASSWORD),
        lambda: pickle.dumps([PASSWORD]),
        lambda: PASSWORD.__getstate__(),
    ],
    ids=["asdict", "copy", "pickle", "getstate"],
)
def test_the_password_cannot_be_stored(store: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="fetch a new one"):
        store()


ERRORS = [
    InvalidInput("items[0].amount", "must be a Decimal"),
    RateLimited("less", operation="cartCreate", status=429, retry_after=0.5),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_that_leaves_its_process_tells_the_same(error: ZonosError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))
