"""The check of our documents against a Zonos that has moved on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import requests_mock
from flask import Flask
from graphql import build_schema
from graphql import graphql_sync
from graphql import GraphQLSchema

from flask_zonos.check import documents
from flask_zonos.check import observed
from flask_zonos.config import read_settings
from flask_zonos.config import Settings

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
EXPIRES_GOING = '  expiresAt: DateTime @deprecated(reason: "Use CartUpsertInput")\n'
PASSWORD_GOING = '  oneTimePassword: String @deprecated(reason: "Use otp")\n'
HAS_NEXT = "  hasNextPage: Boolean!\n"
METER = "  SQUARE_METER\n"
ORDER = ("order(orderId: String!)", "order(orderId: ID!)")
ANNOUNCED = ("Nullable: an answer without errors may", "Will be deprecated in May, may")


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


@contextmanager
def zonos(**response: Any) -> Iterator[Settings]:
    """The settings of a shop whose Zonos responds so, in the words of requests-mock."""
    with requests_mock.Mocker() as mocker:
        mocker.post(ZONOS, **response)
        yield replace(read_settings(Flask("shop")), api_url=ZONOS)


def introspection(*changes: Change) -> Any:
    """Respond to each query by this schema."""
    schema = altered(*changes)
    return lambda request, _: graphql_sync(schema, request.json()["query"]).formatted


def found_with(*changes: Change, **config: Any) -> Report:
    """What is found where Zonos has this schema."""
    with zonos(json=introspection(*changes)) as settings:
        return Report.of(documents.check(replace(settings, **config)))


#: Changes of the schema, each with the level and a part of what is told of it.
CHANGES: list[tuple[Change, str, str]] = [
    ((PASSWORD, ""), "error", "Cannot query field 'oneTimePassword'"),
    ((EXPIRES, ""), "error", "expiresAt"),
    # Of the mutation that is not in use.
    ((CART_UPSERT, ""), "note", "Cannot query field 'cartUpsert'"),
    (ORDER, "error", "expecting type 'ID!'"),
    ((CART_INPUT, f"{CART_INPUT}  market: String!\n"), "error", "'market'"),
    ((EXPIRES, EXPIRES_GOING), "warning", "CartCreateInput.expiresAt is deprecated"),
    ((HAS_NEXT, "  hasNextPage: Boolean\n"), "warning", "from Boolean! to Boolean"),
    ((PASSWORD, PASSWORD_GOING), "warning", "oneTimePassword is deprecated. Use otp"),
    # What is announced already.
    ((METER, METER), "note", "cartCreate: it uses CartCreateInput, which "),
    (ANNOUNCED, "warning", 'describes so: "Will be deprecated in May'),
    ((METER, ""), "warning", "ItemUnitOfMeasure has lost SQUARE_METER"),
    ((METER, f"{METER}  SQUARE_MILE\n"), "note", "has gained SQUARE_MILE"),
]


@pytest.mark.parametrize(("change", "level", "words"), CHANGES)
def test_a_changed_schema_is_told(change: Change, level: str, words: str) -> None:
    report = found_with(change)
    # A document of less weight may share what the first one lacks.
    levels = [f["level"] for f in report.findings if words in f["message"]]
    assert levels[:1] == [level], report.findings


def test_a_cart_mutation_that_is_gone_comes_with_the_setting_that_goes_on() -> None:
    told = found_with((CART_CREATE, "")).told("schema")
    assert "To go on selling, set ZONOS_CART_MUTATION=cartUpsert" in told
    assert "It takes no expiresAt" in told
    # Not with one that would not help.
    told = found_with((CART_CREATE, ""), (CART_UPSERT, "")).told("schema")
    assert "ZONOS_CART_MUTATION=cartUpsert" not in told
    # A shop that has switched is warned no more.
    report = found_with((EXPIRES, ""), cart_mutation="cartUpsert")
    assert report.troubles == []
    assert "which Zonos describes" not in report.told("schema")


def test_a_server_that_knows_no_deprecated_arguments_is_read_all_the_same() -> None:
    refused = {"json": {"errors": [{"message": "Unknown argument"}]}}
    answered = {"json": introspection((PASSWORD, ""))}
    with zonos(response_list=[refused, answered]) as settings:
        report = Report.of(documents.check(settings))
    assert "oneTimePassword" in report.told("schema")


@pytest.mark.parametrize(
    "response",
    [
        {"text": "<h1>Oh</h1>"},
        {"json": {"data": {"__schema": {"types": [{"kind": "OBJECT", "name": "Ä"}]}}}},
        {"text": "[" * 100_000},
        {"exc": ConnectionResetError},
    ],
    ids=["html", "no name", "nested", "reset"],
)
def test_a_schema_that_cannot_be_read_is_a_warning(response: dict[str, Any]) -> None:
    with zonos(**response) as settings:
        report = Report.of(documents.check(settings))
    assert report.troubles == [("warning", "schema")]
    assert "could not be read" in report.told("schema")


@pytest.mark.parametrize(
    ("age", "schema", "words"),
    [
        (1, "here", "is of "),
        (91, "here", "is 91 days old"),
        (1, "elsewhere", "schema has changed since"),
        (None, "here", "is not a file of flask zonos probe"),
    ],
)
def test_a_file_of_the_probe_that_is_old_or_of_another_schema_is_told(
    age: int | None, schema: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "observed.json"
    at = age and (datetime.now(UTC) - timedelta(age)).isoformat()
    with zonos(json=introspection()) as settings:
        known = observed.schema_fingerprint(settings) if schema == "here" else schema
        path.write_text(json.dumps({"at": at, "schema": known, "options": {}}))
        [finding] = observed.check(settings, path, offline=False)
    assert words in finding.message
    assert (finding.level == "ok") == (words == "is of ")
