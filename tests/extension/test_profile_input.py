"""A profile is checked; a location that does not fit costs neither profile nor sale."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from werkzeug.local import LocalProxy

from flask_zonos import InvalidInput
from flask_zonos.inputs import profile_input

from .samples import location
from .samples import profile


def test_the_sample_shopper_is_sent_as_zonos_shows_it() -> None:
    assert profile_input(profile()) == {
        "customerId": "1234567",
        "email": "test@zonos.com",
        "name": "testFirstName1 testLastName",
        "phone": "7022920000",
        "locations": [
            {
                "administrativeArea": "BC",
                "countryCode": "CA",
                "line1": "411-1033 Davie Street",
                "line2": "123 testAddress2",
                "locality": "Vancouver",
                "name": "TestCanada TestCanada",
                "postalCode": "V6E1M7",
            }
        ],
    }


def test_a_profile_without_locations_sends_none() -> None:
    assert "locations" not in profile_input(profile(locations=()))


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("customer_id", profile(customer_id=None)),
        ("customer_id", profile(customer_id=1234567)),
        ("customer_id", profile(customer_id="")),
        ("customer_id", profile(customer_id="  ")),
        ("customer_id", profile(customer_id="test@zonos.com")),
        ("email", profile(email=None)),
        ("email", profile(email="")),
        ("name", profile(name=7)),
        ("phone", profile(phone=7022920000)),
        ("locations", profile(locations=None)),
        ("locations", profile(locations="Davie Street")),
        ("profile", {"customer_id": "1234567"}),
        ("profile", "1234567"),
    ],
)
def test_what_the_schema_would_refuse_is_refused_with_the_field(
    field: str, given: Any
) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_input(given)

    assert caught.value.field == field
    assert "test@zonos.com" not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": None}),
        ("name", {"name": " "}),
        ("line1", {"line1": None}),
        ("line1", {"line1": ""}),
        ("locality", {"locality": None}),
        ("administrative_area", {"administrative_area": None}),
        ("postal_code", {"postal_code": None}),
        ("postal_code", {"postal_code": 1057}),
        ("country_code", {"country_code": None}),
        ("country_code", {"country_code": ""}),
        ("country_code", {"country_code": "Denmark"}),
        ("line2", {"line2": 2}),
        ("phone", {"phone": 7022920000}),
        ("email", {"email": 7}),
    ],
)
def test_a_location_that_does_not_fit_is_left_out_and_named_in_a_warning(
    field: str, changes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    given = profile(locations=(location(**changes), location(name="Second")))

    with caplog.at_level(logging.WARNING, "flask_zonos"):
        sent = profile_input(given)

    assert [found["name"] for found in sent["locations"]] == ["Second"]
    (record,) = caplog.records
    assert f"locations[0].{field}:" in record.getMessage()


def test_the_warning_tells_no_value(caplog: pytest.LogCaptureFixture) -> None:
    given = profile(locations=(location(country_code="Denmark"),))

    profile_input(given)

    for private in ("Denmark", "Davie", "Vancouver", "V6E1M7", "TestCanada", "@zonos"):
        assert private not in caplog.text


def test_what_is_no_location_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    given = profile(locations=({"line1": "Davie Street"}, location()))

    assert len(profile_input(given)["locations"]) == 1
    assert "Davie" not in caplog.text


@pytest.mark.parametrize("field", ["administrative_area", "postal_code", "locality"])
def test_an_empty_text_is_allowed_where_many_countries_have_none(field: str) -> None:
    given = profile(locations=(location(**{field: ""}),))

    (sent,) = profile_input(given)["locations"]

    assert list(sent.values()).count("") == 1


def test_a_proxy_of_the_user_becomes_plain_text() -> None:
    sent = profile_input(profile(customer_id=LocalProxy(lambda: "1234567")))

    assert type(sent["customerId"]) is str
