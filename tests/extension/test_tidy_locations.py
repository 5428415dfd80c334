"""``ZONOS_TIDY_LOCATIONS``: addresses as their countries write them, or as given."""

from __future__ import annotations

from typing import Any

import pytest

from flask_zonos import ConfigurationError

from ..support.fixtures import MakeShop
from ..support.samples import location
from ..support.samples import profile
from ..support.upstream import Upstream
from .test_settings import settings

UNTIDY = {"administrative_area": "British Columbia", "postal_code": "V6E1M7"}


@pytest.mark.parametrize(
    ("on", "region", "postal_code"),
    [(False, "British Columbia", "V6E1M7"), ("yes", "BC", "V6E 1M7")],
)
def test_locations_are_tidied_only_where_the_shop_says_so(
    make_a_shop: MakeShop, upstream: Upstream, on: Any, region: str, postal_code: str
) -> None:
    shop = make_a_shop(ZONOS_TIDY_LOCATIONS=on)
    shop.load_customer = lambda user: profile(locations=[location(**UNTIDY)])

    answer = shop.click("anna")

    assert answer.json["recognition"]["level"] == "profile"
    (call,) = [one for one in upstream.received if "locations" in one.input]
    (sent,) = call.input["locations"]
    assert (sent["administrativeArea"], sent["postalCode"]) == (region, postal_code)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (profile(locations=None), "invalid-profile"),
        (profile(locations="Davie Street"), "invalid-profile"),
        ("1234567", "invalid-profile"),
        (profile(locations=[None, location(line1=None), location()]), None),
    ],
)
def test_what_cannot_be_tidied_meets_the_same_check_as_ever(
    make_a_shop: MakeShop, given: Any, reason: str | None
) -> None:
    shop = make_a_shop(ZONOS_TIDY_LOCATIONS=True)
    shop.load_customer = lambda user: given
    answer = shop.click("anna")
    assert answer.json["recognition"]["reason"] == reason


def test_without_the_extra_the_setting_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"flask-zonos\[addresses\]"):
        settings(ZONOS_TIDY_LOCATIONS=True)
    assert not settings(ZONOS_TIDY_LOCATIONS=False).tidy_locations
