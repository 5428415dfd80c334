from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import AUTHENTICATE
from .conftest import Zonos

# The variables of Zonos's page on customer profiles, as they stand there.
VARIABLES = """
{
	"input": {
		"email": "test@zonos.com",
		"locations": [
			{
				"administrativeArea": "BC",
				"countryCode": "CA",
				"line1": "411-1033 Davie Street",
				"line2": "123 testAddress2",
				"locality": "Vancouver",
				"name": "TestCanada TestCanada",
				"postalCode": "V6E1M7"
			},
			{
				"administrativeArea": "UT",
				"countryCode": "US",
				"line1": "411-1033 Davie Street",
				"line2": "123 testAddress2",
				"locality": "Saint George",
				"name": "TestUS TestLastName",
				"postalCode": "84770"
			}
		],
		"customerId": "1234567",
		"name": "testFirstName1 testLastName",
		"phone": "7022920000"
	}
}
"""


def location(line1: str) -> dict[str, str]:
    return {
        "administrativeArea": "",
        "countryCode": "DK",
        "line1": line1,
        "locality": "Aarhus",
        "name": "Anna",
        "postalCode": "8000",
    }


def lines(profile: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["line1"] for each in profile["locations"]]


def test_the_documented_example_is_answered_as_documented(zonos: Zonos) -> None:
    variables = json.loads(VARIABLES)

    data = zonos.data(AUTHENTICATE, variables)

    profile = data["checkoutCustomerProfileAuthenticate"]
    password = profile.pop("oneTimePassword")
    assert len(password) >= 32
    assert profile.pop("organizationId").startswith("organization_")
    for each in variables["input"]["locations"]:
        del each["name"]
    assert profile == variables["input"]


def test_a_profile_only_grows(zonos: Zonos) -> None:
    zonos.profile(name="Anna", locations=[location("One")])

    profile = zonos.profile(
        email="new@example.com", name="Other", phone="1", locations=[location("Two")]
    )

    assert lines(profile) == ["One", "Two"]
    assert profile["name"] == "Anna"
    assert profile["email"] == "anna@example.com"
    assert profile["phone"] == "1"  # there was none before


def test_an_equal_location_is_added_once(zonos: Zonos) -> None:
    zonos.profile(locations=[location("One")])

    assert lines(zonos.profile(locations=[location("One")])) == ["One"]


def test_equal_locations_can_be_kept_as_well(zonos: Zonos) -> None:
    zonos.sandbox.state.options.change({"keep_equal_locations": True})
    zonos.profile(locations=[location("One")])

    assert lines(zonos.profile(locations=[location("One")])) == ["One", "One"]


def test_profiles_are_kept_apart_by_customer_id(zonos: Zonos) -> None:
    zonos.profile("c-1", locations=[location("One")])

    assert lines(zonos.profile("c-2", locations=[location("Two")])) == ["Two"]


def test_a_password_opens_the_profile_once(zonos: Zonos) -> None:
    password = zonos.password()

    first = zonos.open(zonos.cart()["id"], password).json()
    second = zonos.open(zonos.cart()["id"], password).json()

    assert first["customer"]["customerId"] == "c-1"
    assert second["customer"] is None


def test_a_password_that_is_raced_for_is_redeemed_once(zonos: Zonos) -> None:
    for _ in range(3):
        password = zonos.password()
        carts = [zonos.cart()["id"] for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(zonos.open, carts, [password] * 8))

        recognised = [each.json()["customer"] is not None for each in answers]
        assert recognised.count(True) == 1


@pytest.mark.parametrize("change", ["", "a", None])
def test_without_the_exact_password_it_is_a_guests_checkout(
    zonos: Zonos, change: str | None
) -> None:
    zonos.profile(locations=[location("One")])
    password = zonos.password()
    wrong = None if change is None else change + password[1:]

    session = zonos.open(zonos.cart()["id"], wrong)

    assert session.json()["customer"] is None
    assert "Aarhus" not in session.text


def test_a_password_gets_too_old(zonos: Zonos) -> None:
    password = zonos.password()
    cart = zonos.cart()["id"]

    zonos.sandbox.state.clock.advance(zonos.sandbox.state.options.password_lifetime)

    assert zonos.open(cart, password).json()["customer"] is None


def test_a_cart_that_cannot_be_opened_leaves_the_password_unused(zonos: Zonos) -> None:
    password = zonos.password()

    assert zonos.open("cart_unknown", password).status_code == 404

    assert zonos.open(zonos.cart()["id"], password).json()["customer"] is not None
