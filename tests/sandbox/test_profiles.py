from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ..support.paying import GUEST_ADDRESS
from ..support.samples import PAGES_EXAMPLE
from .conftest import AUTHENTICATE
from .conftest import Zonos


def location(line1: str) -> dict[str, str]:
    place = {name: value for name, value in GUEST_ADDRESS.items() if name != "email"}
    return {**place, "line1": line1}


def lines(profile: Any) -> list[str]:
    return [each["line1"] for each in profile["locations"]]


def recognised(zonos: Zonos, password: str | None) -> bool:
    return zonos.session(password)["customer"] is not None


def test_the_documented_example_is_answered_as_documented(zonos: Zonos) -> None:
    profile = zonos.call(AUTHENTICATE, **PAGES_EXAMPLE)
    assert len(profile.pop("oneTimePassword")) >= 32
    assert profile.pop("organizationId").startswith("organization_")
    places = [
        {name: value for name, value in each.items() if name != "name"}
        for each in PAGES_EXAMPLE["locations"]
    ]
    assert profile == {**PAGES_EXAMPLE, "locations": places}


def test_a_profile_only_grows_and_is_its_customers_alone(zonos: Zonos) -> None:
    zonos.profile(name="Anna", locations=[location("One")])
    profile = zonos.profile(
        email="new@example.com", name="Other", phone="1", locations=[location("Two")]
    )
    assert lines(profile) == ["One", "Two"]
    assert (profile["name"], profile["email"]) == ("Anna", "anna@example.com")
    assert profile["phone"] == "1"  # there was none before
    assert lines(zonos.profile("c-2", locations=[location("Three")])) == ["Three"]


def test_a_password_opens_the_profile_once(zonos: Zonos) -> None:
    password = zonos.password()
    zonos.open("cart_unknown", password)  # which does not use it
    assert zonos.session(password)["customer"]["customerId"] == "c-1"
    assert not recognised(zonos, password)


def test_a_password_that_is_raced_for_is_redeemed_once(zonos: Zonos) -> None:
    password = zonos.password()
    carts = [zonos.cart()["id"] for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sessions = list(pool.map(zonos.open, carts, [password] * 8))
    customers = [each.json()["customer"] for each in sessions]
    assert len([each for each in customers if each is not None]) == 1


# No password begins with "!".
@pytest.mark.parametrize("change", ["", "!", None], ids=["short", "other", "none"])
def test_without_the_exact_password_it_is_a_guests_checkout(
    zonos: Zonos, change: str | None
) -> None:
    zonos.profile(locations=[location("One")])
    password = zonos.password()
    wrong = None if change is None else change + password[1:]
    session = zonos.open(zonos.cart()["id"], wrong)
    assert session.json()["customer"] is None
    assert "Toronto" not in session.text


def test_a_password_lives_as_long_as_is_set(zonos: Zonos) -> None:
    zonos.set(password_lifetime=0.5)
    zonos.sandbox.state.clock.stop()
    in_time, too_late = zonos.password(), zonos.password()
    zonos.sandbox.state.clock.advance(0.4)
    assert recognised(zonos, in_time)
    zonos.sandbox.state.clock.advance(0.2)
    assert not recognised(zonos, too_late)
