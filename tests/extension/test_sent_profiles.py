"""The addresses of a profile: tidied if wanted, sent once, and none in the record."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import requests_mock
from flask import Flask
from flask import has_request_context

from flask_zonos import ConfigurationError
from flask_zonos import ProfileSent
from flask_zonos.config import read_settings

from ..support.fault_handlers import errors
from ..support.fault_handlers import resets
from ..support.fault_handlers import says
from ..support.fixtures import MakeShop
from ..support.samples import location
from ..support.samples import profile
from ..support.shops import click
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.upstream import Handler
from ..support.upstream import Upstream

HOME = location()
WORK = location(line1="1 Work Street")
UNTIDY = location(administrative_area="British Columbia", postal_code="V6E1M7")
#: Zonos's own answer to a wrong key.
WRONG_KEY = {"data": None, "errors": [{"message": "HTTP Status 401: no access"}]}


class Record:
    """A shop's record of what was sent, and the addresses its customers have now."""

    def __init__(self, shop: Shop) -> None:
        self.told: list[ProfileSent] = []
        self.addresses = [HOME]
        shop.load_customer = lambda user: profile(
            customer_id=user.id, locations=self.addresses
        )

        @shop.zonos.profile_sent_handler
        def on_sent(record: ProfileSent) -> None:
            assert has_request_context()
            self.told.append(record)

        @shop.zonos.sent_locations
        async def sent(customer_id: str) -> set[str]:
            mine = [one for one in self.told if one.customer_id == customer_id]
            return {each for one in mine for each in one.locations}


def streets_sent(upstream: Upstream) -> list[list[str]]:
    """The streets of each profile that arrived."""
    profiles = [one.input for one in upstream.received if one.operation == PROFILE]
    return [[one["line1"] for one in p.get("locations", [])] for p in profiles]


def test_the_second_click_sends_no_location_again_but_a_new_one(
    shop: Shop, upstream: Upstream
) -> None:
    record = Record(shop)
    browser = shop.browser("anna")

    click(browser)
    click(browser)
    record.addresses.append(WORK)
    click(browser)
    shop.click("bo")
    upstream.on(PROFILE, errors("INTERNAL"))
    failed = click(browser).json

    both = [HOME.line1, WORK.line1]
    assert streets_sent(upstream) == [[HOME.line1], [], [WORK.line1], both, []]
    # What is on record still fills in the form.
    assert failed["shippingData"]["customerAddress1"] == HOME.line1
    first, second, third, another, _ = record.told
    assert first.customer_id == "anna"
    assert set(first.fields) == {"customer_id", "email", "name", "phone", "locations"}
    assert first.at.utcoffset() is not None
    assert "locations" not in second.fields and second.locations == ()
    # Two customers at one address have different fingerprints.
    assert len({*first.locations, *third.locations, *another.locations}) == 4
    for value in (HOME.line1, HOME.name, "test@zonos.com", "anna"):
        assert value not in repr(record.told)
        assert value not in str(first.locations)


@pytest.mark.parametrize(
    ("operation", "handler", "recorded"),
    [
        (PROFILE, resets, True),
        (PROFILE, says({}, 500), True),
        (PROFILE, errors("BAD_REQUEST", None), True),
        (PROFILE, errors("BAD_REQUEST", "INTERNAL"), True),
        (PROFILE, errors("INTERNAL", status=400), True),
        (PROFILE, errors("UNAUTHENTICATED", data={PROFILE: {}}), True),
        *((PROFILE, says({}, status), False) for status in (400, 401, 403, 422, 429)),
        (PROFILE, says(WRONG_KEY), False),
        (PROFILE, errors("UNAUTHENTICATED"), False),
        (PROFILE, errors("BAD_REQUEST", "PERMISSION_DENIED"), False),
        # The cart's failure stops the checkout, but the profile has gone out.
        ("cartCreate", says({}, 500), True),
    ],
    ids=range(15),
)
def test_a_call_that_may_have_been_carried_out_is_on_record(
    shop: Shop, upstream: Upstream, operation: str, handler: Handler, recorded: bool
) -> None:
    record = Record(shop)
    upstream.on(operation, handler)
    shop.click("anna")
    assert len(record.told) == recorded


def test_what_was_certainly_not_sent_leaves_the_record_open(
    shop: Shop, upstream: Upstream
) -> None:
    record = Record(shop)
    browser = shop.browser("anna")
    with requests_mock.Mocker(real_http=True) as mocked:
        mocked.post(
            upstream.url,
            exc=requests.ConnectTimeout,
            additional_matcher=lambda request: PROFILE in request.text,
        )
        answer = click(browser).json
    click(browser)

    assert answer["recognition"]["reason"] == "timeout"
    assert streets_sent(upstream) == [[HOME.line1]]
    assert len(record.told) == 1


@pytest.mark.parametrize("given", ["raises", None, "a text"])
def test_without_a_readable_record_no_address_is_sent_and_the_sale_goes_on(
    shop: Shop, upstream: Upstream, caplog: pytest.LogCaptureFixture, given: Any
) -> None:
    Record(shop)

    @shop.zonos.sent_locations
    def sent(customer_id: str) -> Any:
        return 1 / 0 if given == "raises" else given

    answer = shop.click("anna").json

    assert answer["recognition"]["level"] == "profile"
    assert streets_sent(upstream) == [[]]
    assert "@zonos.sent_locations failed" in caplog.text


def test_a_handler_that_raises_is_logged_and_the_sale_goes_on(
    make_a_shop: MakeShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop = make_a_shop(TESTING=True)
    shop.zonos.profile_sent_handler(lambda record: 1 / 0)
    answer = shop.click("anna").json
    assert answer["recognition"]["level"] == "profile"
    assert "@zonos.profile_sent_handler failed" in caplog.text
    assert HOME.line1 not in caplog.text


@pytest.mark.parametrize(
    ("on", "region", "postal_code"),
    [(False, "British Columbia", "V6E1M7"), ("yes", "BC", "V6E 1M7")],
)
def test_locations_are_tidied_only_where_the_shop_says_so(
    make_a_shop: MakeShop, upstream: Upstream, on: Any, region: str, postal_code: str
) -> None:
    shop = make_a_shop(ZONOS_TIDY_LOCATIONS=on)
    # What cannot be tidied meets the same check as ever.
    odd: Any = [UNTIDY, None, location(line1=None)]
    shop.load_customer = lambda user: profile(locations=odd)

    assert shop.click("anna").json["recognition"]["level"] == "profile"
    (call,) = [one for one in upstream.received if "locations" in one.input]
    (sent,) = call.input["locations"]
    assert (sent["administrativeArea"], sent["postalCode"]) == (region, postal_code)
    shop.load_customer = lambda user: profile(locations="Davie Street")
    assert shop.click("anna").json["recognition"]["reason"] == "invalid-profile"


def test_without_the_extra_the_setting_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    app = Flask(__name__)
    app.config.update(ZONOS_TIDY_LOCATIONS=True)
    with pytest.raises(ConfigurationError, match=r"flask-zonos\[addresses\]"):
        read_settings(app)
