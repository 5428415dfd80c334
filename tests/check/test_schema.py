"""The check of our documents against a Zonos that has moved on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import requests_mock
from flask import Flask
from graphql import build_schema
from graphql import graphql_sync
from graphql import GraphQLSchema

from flask_zonos.check import documents
from flask_zonos.config import read_settings

from .shop import Report

SDL = (files("flask_zonos") / "sandbox" / "graph" / "schema.graphql").read_text("utf-8")
ZONOS = "https://api.zonos.example/graphql"
#: A piece of the schema, and what stands there today.
Change = tuple[str, str]

PASSWORD = "  oneTimePassword: String\n"
CART_INPUT = "input CartCreateInput {\n"
CART_CREATE = "  cartCreate(input: CartCreateInput!): Cart!\n"
CART_UPSERT = "  cartUpsert(input: CartUpsertInput!): Cart!\n"
EXPIRES = (
    '  "Takes the place of the organization\'s default cart expiry"\n'
    "  expiresAt: DateTime\n"
)
GOING = '@deprecated(reason: "Use CartUpsertInput")'


@cache
def altered(*changes: Change) -> GraphQLSchema:
    """Zonos's schema with pieces replaced, each of which must be there once."""
    text = SDL
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        text = text.replace(old, new)
    return build_schema(text)


@pytest.fixture(autouse=True)
def known_schema_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_known_schema", altered)


def checked(zonos: dict[str, Any], **config: Any) -> Report:
    """What is found where Zonos responds so, in the words of requests-mock."""
    settings = replace(read_settings(Flask("shop")), api_url=ZONOS, **config)
    with requests_mock.Mocker() as mocker:
        mocker.post(ZONOS, **zonos)
        return Report.of(documents.check(settings))


def found_with(*changes: Change, old_server: bool = False, **config: Any) -> Report:
    """What is found where Zonos has this schema.

    :param old_server: whether it knows of no deprecated arguments.
    """

    def introspect(request: Any, context: Any) -> Any:
        query = request.json()["query"]
        if old_server and "args(includeDeprecated" in query:
            return {"errors": [{"message": "Unknown argument"}], "data": None}
        return graphql_sync(altered(*changes), query).formatted

    return checked({"json": introspect}, **config)


#: Changes of the schema, each with the level and a part of what is told of it.
CHANGES: dict[str, tuple[Change, str, str]] = {
    "field": ((PASSWORD, ""), "error", "Cannot query field 'oneTimePassword'"),
    "mutation not in use": (
        (CART_UPSERT, ""),
        "note",
        "Cannot query field 'cartUpsert'",
    ),
    "argument's type": (
        ("order(orderId: String!): Order", "order(orderId: ID!): Order"),
        "error",
        "expecting type 'ID!'",
    ),
    "new required input": (
        (CART_INPUT, f"{CART_INPUT}  market: String!\n"),
        "error",
        "'market'",
    ),
    "deprecated input field": (
        (EXPIRES, f"  expiresAt: DateTime {GOING}\n"),
        "warning",
        "CartCreateInput.expiresAt is deprecated. Use CartUpsertInput",
    ),
    "may now be null": (
        ("  hasNextPage: Boolean!\n", "  hasNextPage: Boolean\n"),
        "warning",
        "PageInfo.hasNextPage changed type from Boolean! to Boolean",
    ),
    "deprecated field": (
        (PASSWORD, '  oneTimePassword: String @deprecated(reason: "Use otp")\n'),
        "warning",
        "CheckoutCustomerProfile.oneTimePassword is deprecated. Use otp",
    ),
    "announced": (
        ("Nullable: an answer without errors may", "Will be deprecated in May, may"),
        "warning",
        'oneTimePassword, which Zonos describes so: "Will be deprecated in May',
    ),
    "lost code": (
        ("  SQUARE_METER\n", ""),
        "warning",
        "ItemUnitOfMeasure has lost SQUARE_METER",
    ),
    "gained code": (
        ("  SQUARE_METER\n", "  SQUARE_METER\n  SQUARE_MILE\n"),
        "note",
        "ItemUnitOfMeasure has gained SQUARE_MILE",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_schema_is_named(name: str) -> None:
    change, level, words = CHANGES[name]
    report = found_with(change)
    # A document of less weight may share what the first one lacks.
    levels = [f["level"] for f in report.findings if words in f["message"]]
    assert levels[:1] == [level], report.findings


def test_what_is_announced_already_comes_with_the_setting_and_its_price() -> None:
    report = found_with()
    assert "fit Zonos's schema" in report.told("schema")
    [told] = [f for f in report.findings if f["remedy"]]
    assert told["level"] == "note"
    assert told["message"].startswith("cartCreate: it uses CartCreateInput, which ")
    assert "ZONOS_CART_MUTATION=cartUpsert" in told["remedy"]
    assert "It takes no expiresAt" in told["remedy"]


def test_a_cart_mutation_that_is_gone_comes_with_the_setting_that_goes_on() -> None:
    told = found_with((CART_CREATE, "")).told("schema")
    assert "To go on selling, set ZONOS_CART_MUTATION=cartUpsert" in told
    # Not with one that would not help.
    told = found_with((CART_CREATE, ""), (CART_UPSERT, "")).told("schema")
    assert "ZONOS_CART_MUTATION=cartUpsert" not in told
    assert "Upgrade flask-zonos" in told


@pytest.mark.parametrize(
    "change",
    [
        (CART_CREATE, f"  cartCreate(input: CartCreateInput!): Cart! {GOING}\n"),
        (EXPIRES, ""),
    ],
    ids=["deprecated", "broken"],
)
def test_a_shop_that_has_switched_is_warned_no_more(change: Change) -> None:
    report = found_with(change, cart_mutation="cartUpsert")
    assert report.troubles == []
    assert "which Zonos describes" not in report.told("schema")
    assert "fit Zonos's schema" in report.told("schema")
    assert found_with(change).troubles != []


def test_a_server_that_knows_no_deprecated_arguments_is_read_all_the_same() -> None:
    report = found_with((PASSWORD, ""), old_server=True)
    assert "oneTimePassword" in report.told("schema")


@pytest.mark.parametrize(
    "zonos",
    [
        {"text": "<h1>Oh</h1>"},
        {"json": ["data"]},
        {"json": {"data": {"__schema": {"types": [{"kind": "OBJECT", "name": "Ä"}]}}}},
        {"text": "[" * 100_000},
        {"exc": ConnectionResetError},
    ],
    ids=["html", "list", "no name", "nested", "reset"],
)
def test_a_schema_that_cannot_be_read_is_a_warning(zonos: dict[str, Any]) -> None:
    report = checked(zonos)
    assert report.troubles == [("warning", "schema")]
    assert "could not be read" in report.told("schema")
