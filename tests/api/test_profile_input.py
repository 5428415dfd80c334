"""A profile is checked; a location that does not fit costs neither profile nor sale."""

from __future__ import annotations

from typing import Any

import pytest
from babel.support import LazyProxy
from werkzeug.local import LocalProxy

from flask_zonos import InvalidInput
from flask_zonos.api.serializers import profile_input

from ..support.samples import location
from ..support.samples import PAGES_EXAMPLE
from ..support.samples import profile


def test_the_sample_shopper_is_sent_as_zonos_shows_it_also_from_a_proxy() -> None:
    (first, _) = PAGES_EXAMPLE["locations"]
    sent = profile_input(profile(customer_id=LocalProxy(lambda: "1234567")))
    assert sent == {**PAGES_EXAMPLE, "locations": [first]}
    assert type(sent["customerId"]) is str
    assert "locations" not in profile_input(profile(locations=()))


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("customer_id", profile(customer_id=None)),
        *[("email", profile(email=odd)) for odd in (None, " ", "\u3000", " a@b.dk")],
        *[("email", profile(email=odd)) for odd in ("robin@", "@example.com", "a@b")],
        *[("email", profile(email=odd)) for odd in ("robin@a..dk", "a@b.dk@c.dk")],
        *[("email", profile(email=odd)) for odd in ("A <a@b.dk>", "a\u200bb@c.dk")],
        ("name", profile(name=7)),
        ("locations", profile(locations="Davie Street")),
        ("profile", {"customer_id": "1234567"}),
    ],
)
def test_a_profile_that_does_not_fit_is_refused_with_the_field(
    field: str, given: Any
) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_input(given)
    assert caught.value.field == field
    assert "test@zonos.com" not in str(caught.value)


@pytest.mark.parametrize(
    "customer_id",
    [
        *["", " ", "\u3000", "  42 ", "42\n", "42\u00a0", "\u200b", "\u00004"],
        *["4\u200d2", "\ufeff42", "42\u3164", "\u2800", "\u202e42", "\u2028"],
        *["\u0301", "\ufe0f", "-", "\ue000", "\x1f42"],
        *["None", "NULL", "Undefined", "nan.", "<NA>", "\uff2eone"],
        *["<shop.models.User object at 0x7f1200aa>", "User object (7)"],
        *["user-<User 7>", "User(id=7)", "UUID('8f14')", "(7,)", "[object Object]"],
        *["{'id': 7}", "b'42'", "'42'", "User.id"],
        *["robin@example.com", "robin\uff20example.com", "robin%40example.com"],
        *[42, b"42", True, LocalProxy(lambda: None), LazyProxy(lambda: "42")],
    ],
)
def test_a_customer_id_that_names_nobody_is_refused(customer_id: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_input(profile(customer_id=customer_id))
    assert caught.value.field == "customer_id"
    assert "lasting id" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("customer_id", id) for id in ("0", "c-8f14e45f", "user:9", "客户-7")],
        *[("customer_id", id) for id in ("nonesuch", "NaNcy", "objects-7")],
        *[("customer_id", id) for id in ("auth0|5f7c8ec7", "a.andersen")],
        ("customer_id", "gid://shopify/Customer/207"),
        ("customer_id", "{8f14e45f-ceea-467a-9e5a-1234567890ab}"),
        ("email", "r.o+b'in@shop.example.co.uk"),
        *[("email", "søren@bücher.example"), ("email", "a.@docomo.ne.jp")],
    ],
)
def test_what_is_unusual_and_no_mistake_goes_as_it_is(field: str, value: str) -> None:
    assert value in profile_input(profile(**{field: value})).values()


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        *[(".name", location(name=None)), (".name", location(name=" "))],
        *[(".line1", location(line1="")), (".locality", location(locality=None))],
        (".administrative_area", location(administrative_area=None)),
        (".postal_code", location(postal_code=1057)),
        *[(".country_code", location(country_code=code)) for code in (None, "Denmark")],
        *[(".line2", location(line2=2)), (".email", location(email="robin"))],
        ("", {"line1": "Davie Street"}),
    ],
    ids=range(11),
)
def test_a_location_that_does_not_fit_is_left_out_and_named_in_a_warning(
    field: str, odd: Any, caplog: pytest.LogCaptureFixture
) -> None:
    # In many countries an address has no region and no postal code.
    bare = location(administrative_area="", postal_code="", locality="")
    sent = profile_input(profile(locations=(odd, bare)))
    (left,) = sent["locations"]
    assert list(left.values()).count("") == 3
    (record,) = caplog.records
    assert f"locations[0]{field}:" in record.getMessage()
    for private in ("Denmark", "Davie", "Vancouver", "V6E1M7", "TestCanada", "@zonos"):
        assert private not in caplog.text
