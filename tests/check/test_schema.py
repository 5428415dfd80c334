"""``flask zonos check`` against a Zonos that has moved on."""

from __future__ import annotations

import time

import pytest

from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import Fault

from .altered import AlteredSandbox
from .altered import Change
from .altered import know_no_deprecated_inputs
from .altered import served_again
from .shop import check
from .shop import make_shop
from .shop import Report

PASSWORD = "  oneTimePassword: String\n"
CART_INPUT = "input CartCreateInput {\n"
CART_CREATE = "  cartCreate(input: CartCreateInput!): Cart!\n"
CART_UPSERT = "  cartUpsert(input: CartUpsertInput!): Cart!\n"
EXPIRES = (
    '  "Takes the place of the organization\'s default cart expiry"\n'
    "  expiresAt: DateTime\n"
)
GOING = '@deprecated(reason: "Use CartUpsertInput")'


def found_with(*changes: Change, **config: str) -> Report:
    with AlteredSandbox(*changes) as sandbox:
        return check(make_shop(**{**sandbox.settings, **config}))


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        pytest.param(
            (PASSWORD, ""), "error", "Cannot query field 'oneTimePassword'", id="field"
        ),
        pytest.param(
            (CART_CREATE, ""),
            "error",
            "Cannot query field 'cartCreate'",
            id="mutation",
        ),
        pytest.param(
            (CART_UPSERT, ""),
            "note",
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
            (CART_INPUT, f"{CART_INPUT}  market: String!\n"),
            "error",
            "'market'",
            id="new required input",
        ),
        pytest.param(
            (EXPIRES, ""),
            "error",
            "'expiresAt'",
            id="removed input field",
        ),
        pytest.param(
            (EXPIRES, f"  expiresAt: DateTime {GOING}\n"),
            "warning",
            "CartCreateInput.expiresAt is deprecated. Use CartUpsertInput",
            id="deprecated input field",
        ),
        pytest.param(
            (EXPIRES, '  "To be deprecated soon"\n  expiresAt: DateTime\n'),
            "warning",
            'expiresAt, which Zonos describes so: "To be deprecated soon"',
            id="announcement on an input field",
        ),
        pytest.param(
            (
                "input CartMetadataInput {",
                '"Soon deprecated"\ninput CartMetadataInput {',
            ),
            "warning",
            'CartMetadataInput, which Zonos describes so: "Soon deprecated"',
            id="announcement on an input type",
        ),
        pytest.param(
            (EXPIRES, "  expiresAt: CartMetadataInput\n"),
            "error",
            "'CartMetadataInput' to be a",
            id="value that became an object",
        ),
        pytest.param(
            (
                f"{EXPIRES}  items: [ItemInput!]!\n  metadata: [CartMetadataInput!]\n",
                "  expiresAt: DateTime\n  items: [ItemInput!]!\n  metadata: String\n",
            ),
            "error",
            "String cannot represent a non string value",
            id="object that became a value",
        ),
        pytest.param(
            (PASSWORD, "  oneTimePassword: Int\n"),
            "error",
            "oneTimePassword changed type from String to Int",
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
            'oneTimePassword, which Zonos describes so: "Will be deprecated in May',
            id="announced",
        ),
        pytest.param(
            ("  SQUARE_METER\n", ""),
            "warning",
            "ItemUnitOfMeasure has lost SQUARE_METER",
            id="lost code",
        ),
        pytest.param(
            ("  SQUARE_METER\n", "  SQUARE_METER\n  SQUARE_MILE\n"),
            "note",
            "ItemUnitOfMeasure has gained SQUARE_MILE",
            id="gained code",
        ),
    ],
)
def test_a_change_of_the_schema_is_named(
    change: Change, level: str, words: str
) -> None:
    report = found_with(change)
    told = [f for f in report.findings if f["topic"] == "schema"]
    # A document of less weight may share what the first one lacks.
    assert [f["level"] for f in told if words in f["message"]][:1] == [level], told
    assert all(finding["remedy"] for finding in told if finding["level"] != "ok")
    assert report.exit_code == (1 if level == "error" else 0)


def test_a_field_that_may_now_be_null_is_named() -> None:
    report = found_with(("  hasNextPage: Boolean!\n", "  hasNextPage: Boolean\n"))
    assert "PageInfo.hasNextPage changed type from Boolean! to Boolean" in report.told(
        "schema"
    )


def test_a_type_of_another_name_is_named() -> None:
    answer = "CheckoutCustomerProfileAuthenticateInput!): CheckoutCustomerProfile!"
    renamed = answer.replace("Profile!", "Shopper!")
    report = found_with(
        ("type CheckoutCustomerProfile {", "type CheckoutCustomerShopper {"),
        (answer, renamed),
    )
    assert "changed type from CheckoutCustomerProfile! to CheckoutCustomerShopper!" in (
        report.told("schema")
    )


def test_an_unaltered_schema_fits() -> None:
    assert "fit Zonos's schema" in found_with().told("schema")


def test_what_is_announced_already_comes_with_the_setting_and_its_price() -> None:
    report = found_with()
    [told] = [f for f in report.findings if f["topic"] == "schema" and f["remedy"]]
    assert told["level"] == "note"
    assert told["message"].startswith("cartCreate: it uses CartCreateInput, which ")
    assert "ZONOS_CART_MUTATION=cartUpsert" in told["remedy"]
    assert "It takes no expiresAt" in told["remedy"]


def test_a_cart_mutation_that_is_gone_comes_with_the_setting_that_goes_on() -> None:
    report = found_with((CART_CREATE, ""))
    assert "To go on selling, set ZONOS_CART_MUTATION=cartUpsert" in (
        report.told("schema")
    )


def test_no_setting_is_named_that_would_not_help() -> None:
    report = found_with((CART_CREATE, ""), (CART_UPSERT, ""))
    assert "ZONOS_CART_MUTATION=cartUpsert" not in report.told("schema")
    assert "Upgrade flask-zonos" in report.told("schema")


@pytest.mark.parametrize(
    "change",
    [
        (CART_CREATE, f"  cartCreate(input: CartCreateInput!): Cart! {GOING}\n"),
        (EXPIRES, ""),
    ],
    ids=["deprecated", "broken"],
)
def test_a_shop_that_has_switched_is_warned_no_more(change: Change) -> None:
    report = found_with(change, ZONOS_CART_MUTATION="cartUpsert")
    assert [t for t in report.troubles if t[1] == "schema"] == []
    assert "which Zonos describes" not in report.told("schema")
    assert "is deprecated" not in report.told("schema")
    assert "fit Zonos's schema" in report.told("schema")
    before = found_with(change)
    assert [t for t in before.troubles if t[1] == "schema"] != []


def test_a_server_that_knows_no_deprecated_arguments_is_read_all_the_same() -> None:
    with AlteredSandbox((PASSWORD, "")) as sandbox:
        know_no_deprecated_inputs(sandbox)
        report = check(make_shop(**sandbox.settings))
    assert "oneTimePassword" in report.told("schema")


def test_a_schema_that_cannot_be_read_leaves_the_rest_of_the_findings() -> None:
    with Sandbox() as sandbox:
        sandbox.faults.add(Fault("html", operation="__schema", times=None))
        report = check(make_shop(**sandbox.settings))
    assert ("warning", "schema") in report.troubles
    assert "could not be read" in report.told("schema")
    assert report.told("credential")
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("seconds", "level", "words"),
    [
        (0, "ok", "agrees"),
        (120, "warning", "behind Zonos's"),
        (7200, "error", "behind Zonos's"),
        (-120, "warning", "ahead of Zonos's"),
        (-7200, "warning", "ahead of Zonos's"),
    ],
)
def test_a_clock_that_is_behind_or_ahead_is_told(
    seconds: int, level: str, words: str
) -> None:
    with (
        Sandbox() as sandbox,
        served_again(sandbox, clock=time.time() + seconds) as settings,
    ):
        report = check(make_shop(**settings))
    [clock] = [f for f in report.findings if f["topic"] == "clock"]
    assert clock["level"] == level
    assert words in clock["message"]
