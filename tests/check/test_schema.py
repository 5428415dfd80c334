"""``flask zonos check`` against a Zonos that has moved on."""

from __future__ import annotations

import time

import pytest

from .altered import altered
from .altered import serve
from .shop import check
from .shop import make_shop

PASSWORD = "  oneTimePassword: String\n"
CART_INPUT = "input CartCreateInput {\n"


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        pytest.param(
            (PASSWORD, ""), "error", "Cannot query field 'oneTimePassword'", id="field"
        ),
        pytest.param(
            ("  cartCreate(input: CartCreateInput!): Cart!\n", ""),
            "error",
            "Cannot query field 'cartCreate'",
            id="mutation",
        ),
        pytest.param(
            ("  cartUpsert(input: CartUpsertInput!): Cart!\n", ""),
            "warning",
            "Cannot query field 'cartUpsert'",
            id="mutation not in use",
        ),
        pytest.param(
            ("order(orderId: String!): Order", "order(orderId: ID!): Order"),
            "error",
            "expecting type 'ID!'",
            id="argument's type",
        ),
        pytest.param(
            (CART_INPUT, CART_INPUT + "  market: String!\n"),
            "error",
            "CartCreateInput now requires market: String!",
            id="new required input",
        ),
        pytest.param(
            (PASSWORD, "  oneTimePassword: Int\n"),
            "error",
            "CheckoutCustomerProfile.oneTimePassword was String and is Int",
            id="field's type",
        ),
        pytest.param(
            (PASSWORD, '  oneTimePassword: String @deprecated(reason: "Use otp")\n'),
            "warning",
            "CheckoutCustomerProfile.oneTimePassword is deprecated. Use otp",
            id="deprecated field",
        ),
        pytest.param(
            (
                "Nullable: an answer without errors may",
                "Will be deprecated in May, may",
            ),
            "warning",
            'oneTimePassword says of itself: "Will be deprecated in May',
            id="announced",
        ),
        pytest.param(
            ("  SQUARE_METER\n", ""),
            "warning",
            "ItemUnitOfMeasure has lost SQUARE_METER",
            id="code",
        ),
    ],
)
def test_a_change_of_the_schema_is_named(
    change: tuple[str, str], level: str, words: str
) -> None:
    with serve(altered(change)) as settings:
        report = check(make_shop(**settings))
    told = [f for f in report.findings if f["topic"] == "schema"]
    assert any(f["level"] == level and words in f["message"] for f in told), told
    assert all(finding["remedy"] for finding in told)


def test_a_field_that_may_now_be_null_is_named() -> None:
    sdl = altered(("  hasNextPage: Boolean!\n", "  hasNextPage: Boolean\n"))
    with serve(sdl) as settings:
        report = check(make_shop(**settings))
    assert "PageInfo.hasNextPage was Boolean! and may now be null" in report.told(
        "schema"
    )


def test_a_type_of_another_name_is_named() -> None:
    answer = "CheckoutCustomerProfileAuthenticateInput!): CheckoutCustomerProfile!"
    renamed = answer.replace("Profile!", "Shopper!")
    sdl = altered(
        ("type CheckoutCustomerProfile {", "type CheckoutCustomerShopper {"),
        (answer, renamed),
    )
    with serve(sdl) as settings:
        report = check(make_shop(**settings))
    assert "was CheckoutCustomerProfile! and is CheckoutCustomerShopper!" in (
        report.told("schema")
    )


def test_an_unaltered_schema_fits() -> None:
    with serve() as settings:
        report = check(make_shop(**settings))
    assert "fit Zonos's schema" in report.told("schema")


def test_a_server_that_knows_no_deprecated_arguments_is_read_all_the_same() -> None:
    with serve(altered((PASSWORD, "")), old_introspection=True) as settings:
        report = check(make_shop(**settings))
    assert "oneTimePassword" in report.told("schema")


@pytest.mark.parametrize(
    ("behind", "level"), [(0, "ok"), (120, "warning"), (7200, "error")]
)
def test_a_clock_that_is_behind_is_told(behind: int, level: str) -> None:
    with serve(clock=time.time() + behind) as settings:
        report = check(make_shop(**settings))
    [clock] = [f for f in report.findings if f["topic"] == "clock"]
    assert clock["level"] == level
