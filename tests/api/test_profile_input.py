"""A profile is checked; a location that does not fit costs neither profile nor sale."""

from __future__ import annotations

from typing import Any

import pytest
from babel.support import LazyProxy
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column
from werkzeug.local import LocalProxy

from flask_zonos import InvalidInput
from flask_zonos.api.serializers import profile_input

from ..support.samples import location
from ..support.samples import profile


def test_the_sample_shopper_is_sent_as_zonos_shows_it() -> None:
    address = {
        "administrativeArea": "BC",
        "countryCode": "CA",
        "line1": "411-1033 Davie Street",
        "line2": "123 testAddress2",
        "locality": "Vancouver",
        "name": "TestCanada TestCanada",
        "postalCode": "V6E1M7",
    }
    shopper = {
        "customerId": "1234567",
        "email": "test@zonos.com",
        "name": "testFirstName1 testLastName",
        "phone": "7022920000",
    }
    assert profile_input(profile()) == shopper | {"locations": [address]}
    assert profile_input(profile(locations=())) == shopper


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("customer_id", profile(customer_id=None)),
        ("customer_id", profile(customer_id=1234567)),
        ("email", profile(email=None)),
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


class Row(DeclarativeBase):
    pass


class Shopper(Row):
    __tablename__ = "shopper"
    customer_id: Mapped[str] = mapped_column(primary_key=True)


@pytest.mark.parametrize(
    "customer_id",
    [
        *["", " ", "\u3000", "  42 ", "42\n", "42\u00a0", "\u200b", "\u00004"],
        *["4\u00002", "4\u200d2", "\ufeff42", "42\u3164", "\u2800", "\u202e42"],
        *["\u2028", "\u0301", "\ufe0f", "-", "\ue000", "\x1f42"],
        *["None", "none", "NULL", "Undefined", "NaN", "nan.", "<NA>", "\uff2eone"],
        *["<User 7>", "<shop.models.User object at 0x7f1200aa>", "User object (7)"],
        *["user-<User 7>", "User(id=7)", "UUID('8f14')", "(7,)", "[object Object]"],
        *["{'id': 7}", "b'42'", "'42'", "<bound method User.get_id of 7>", "User.id"],
        *["robin@example.com", "robin\uff20example.com", "robin%40example.com"],
        *[LocalProxy(lambda: Row()), LocalProxy(lambda: None)],
        *[Shopper.customer_id, Shopper(customer_id="42"), Shopper.__table__],
        *[42, 4.2, b"42", True, LazyProxy(lambda: "42")],
    ],
)
def test_a_customer_id_that_names_nobody_is_refused(customer_id: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_input(profile(customer_id=customer_id))
    assert caught.value.field == "customer_id"
    assert "lasting id" in str(caught.value)


@pytest.mark.parametrize(
    "customer_id",
    [
        *["42", "0", "c-8f14e45f", "kunde-ø-7", "1234567", "user:9", "客户-7"],
        *["nonesuch", "no-one", "NaNcy", "auth0|5f7c8ec7", "objects-7", "a.andersen"],
        *["gid://shopify/Customer/207", "{8f14e45f-ceea-467a-9e5a-1234567890ab}"],
    ],
)
def test_an_id_of_the_shops_own_goes_as_it_is(customer_id: str) -> None:
    assert profile_input(profile(customer_id=customer_id))["customerId"] == customer_id


@pytest.mark.parametrize(
    "email",
    [
        *["", " ", "\u3000", " robin@example.com", "robin@example.com\n", "robin"],
        *["robin@", "@example.com", "robin@example", "robin@a..dk", "a@b.dk@c.dk"],
        *["Robin <robin@example.com>", "a@b.dk, c@d.dk", "ro bin@example.com"],
        *["ro\u200bbin@example.com", "mailto:robin@example.com", "None"],
    ],
)
def test_an_email_that_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_input(profile(email=email))
    assert caught.value.field == "email"
    if email:
        given = profile(locations=(location(email=email), location()))
        assert len(profile_input(given)["locations"]) == 1


@pytest.mark.parametrize(
    "email", ["r.o+b'in@shop.example.co.uk", "søren@bücher.example", "a.@docomo.ne.jp"]
)
def test_an_unusual_address_is_an_address(email: str) -> None:
    assert profile_input(profile(email=email))["email"] == email


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", None), ("name", " "), ("line1", None), ("line1", "")],
        *[("locality", None), ("administrative_area", None)],
        *[("postal_code", None), ("postal_code", 1057)],
        *[("country_code", None), ("country_code", ""), ("country_code", "Denmark")],
        *[("line2", 2), ("phone", 7022920000), ("email", 7)],
    ],
)
def test_a_location_that_does_not_fit_is_left_out_and_named_in_a_warning(
    field: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    given = profile(locations=(location(**{field: value}), location(name="Second")))
    sent = profile_input(given)
    assert [found["name"] for found in sent["locations"]] == ["Second"]
    (record,) = caplog.records
    assert f"locations[0].{field}:" in record.getMessage()
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
