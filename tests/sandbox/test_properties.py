"""Whatever is sent: an answer as a GraphQL server gives it, and nothing forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema
from hypothesis_graphql import nodes

from flask_zonos.sandbox.app import close_sandbox
from flask_zonos.sandbox.app import create_sandbox
from flask_zonos.sandbox.constants import CREDENTIAL_TOKEN
from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.encoding import dumps
from flask_zonos.sandbox.graph.schema import build_graph
from flask_zonos.sandbox.graph.schema import schema_text

from .generated import arguments
from .generated import operation
from .generated import SCALARS

SCHEMA = build_graph(Options())
assert SCHEMA.query_type is not None and SCHEMA.mutation_type is not None
QUERIES = SCHEMA.query_type.fields
MUTATIONS = SCHEMA.mutation_type.fields
ROOTS = [*(("query", n) for n in QUERIES), *(("mutation", n) for n in MUTATIONS)]
DOCUMENTS = {name: operation(SCHEMA, kind, name) for kind, name in ROOTS}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
relaxed = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = create_sandbox()
    yield app.test_client()
    close_sandbox(app)


def ask(client: FlaskClient, body: bytes | str) -> tuple[int, dict[str, Any]]:
    headers = {"credentialToken": CREDENTIAL_TOKEN}
    answer = client.post("/graphql", data=body, headers=headers)
    return answer.status_code, json.loads(answer.text, parse_float=Decimal)


def check(status: int, body: dict[str, Any]) -> dict[str, Any] | None:
    """The data of an answer, which is one of those that the documents know."""
    assert status in (200, 400)
    assert "data" in body
    for error in body.get("errors", ()):
        assert error["extensions"]["errorType"] not in ("INTERNAL", "UNKNOWN"), error
    if status == 400:
        assert body["data"] is None and body["errors"]
    data: dict[str, Any] | None = body["data"]
    return data


def known_ids(client: FlaskClient) -> dict[str, st.SearchStrategy[Any]]:
    """Ids of things that exist, so that what is generated reaches them."""
    query = """mutation { cartCreate(input: {items: [
      {amount: 1, currencyCode: EUR, quantity: 1, sku: "a"}]}) { id }
      webhookCreate(input: {url: "http://127.0.0.1:9/", type: ORDER_UPDATED,
        status: DISABLED}) { id }
      storeCreditAddCredit(input: {amount: 9, currencyCode: EUR,
        checkoutCustomerId: "c"}) { id } }"""
    _, body = ask(client, dumps({"query": query}))
    ids = [each["id"] for each in body["data"].values()]
    cart = {
        "cartId": body["data"]["cartCreate"]["id"],
        "zonosApiKey": "credential_test_sandbox",
    }
    token = client.post("/checkout/sessions", json=cart).get_json()["token"]
    address = {
        "name": "A",
        "email": "a@example.com",
        "line1": "A",
        "locality": "A",
        "countryCode": "CA",
    }
    placed = client.post(
        "/checkout/orders",
        json={
            "address": address,
            "serviceLevel": "sandbox.economy",
            "payment": {"testCard": "visa"},
        },
        headers={"Checkout-Session": token},
    )
    ids.append(placed.get_json()["order"]["id"])
    strategy = st.sampled_from(ids)
    return {name: strategy for name in ("id", "orderId", "ids", "transactionId")}


@pytest.mark.parametrize(("kind", "name"), ROOTS)
def test_what_fits_the_schema_is_answered_as_the_schema_says(
    client: FlaskClient, kind: str, name: str
) -> None:
    field = (QUERIES if kind == "query" else MUTATIONS)[name]

    @relaxed
    @given(arguments(field, **known_ids(client)))
    def holds(variables: dict[str, Any]) -> None:
        body = dumps({"query": DOCUMENTS[name], "variables": variables})
        check(*ask(client, body))

    holds()


@pytest.mark.parametrize(("kind", "name"), ROOTS)
def test_what_fits_nothing_is_refused(
    client: FlaskClient, kind: str, name: str
) -> None:
    field = (QUERIES if kind == "query" else MUTATIONS)[name]
    names = [*field.args, "input"]

    @relaxed
    @given(st.dictionaries(st.sampled_from(names), JSON, max_size=3))
    def holds(variables: dict[str, Any]) -> None:
        body = json.dumps({"query": DOCUMENTS[name], "variables": variables})
        check(*ask(client, body))

    holds()


@settings(relaxed, max_examples=60)
@given(
    document=from_schema(
        schema_text(),
        custom_scalars={
            "DateTime": SCALARS["DateTime"].map(nodes.String),
            "Decimal": SCALARS["Decimal"].map(
                lambda number: nodes.Float(float(number))
            ),
        },
    )
)
def test_any_document_of_the_schema_is_executed(
    client: FlaskClient, document: str
) -> None:
    status, body = ask(client, json.dumps({"query": document}))

    assert status == 200
    check(status, body)


@settings(relaxed, max_examples=100)
@given(data=st.data())
def test_a_damaged_document_is_answered_all_the_same(
    client: FlaskClient, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(sorted(DOCUMENTS.values())))
    at = data.draw(st.integers(0, len(text)))
    upto = data.draw(st.integers(at, min(at + 5, len(text))))
    damaged = text[:at] + data.draw(st.text(max_size=3)) + text[upto:]

    check(*ask(client, json.dumps({"query": damaged})))


@settings(relaxed, max_examples=100)
@given(body=st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_answered(client: FlaskClient, body: bytes) -> None:
    status, answer = ask(client, body)

    assert status == 400
    assert answer["errors"]


@settings(relaxed, max_examples=30)
@given(variables=arguments(MUTATIONS["cartCreate"]))
def test_a_cart_that_was_acknowledged_is_never_forgotten(
    client: FlaskClient, variables: dict[str, Any]
) -> None:
    body = dumps({"query": DOCUMENTS["cartCreate"], "variables": variables})
    data = check(*ask(client, body))
    if data is None:
        return

    cart = data["cartCreate"]

    body = dumps({"query": DOCUMENTS["cart"], "variables": {"id": cart["id"]}})
    assert check(*ask(client, body)) == {"cart": cart}


@settings(relaxed, max_examples=30)
@given(
    variables=arguments(
        MUTATIONS["checkoutCustomerProfileAuthenticate"],
        customerId=st.sampled_from(["c-1", "c-2"]),
    )
)
def test_a_profile_never_loses_an_address(
    client: FlaskClient, variables: dict[str, Any]
) -> None:
    name = "checkoutCustomerProfileAuthenticate"

    def locations() -> list[Any]:
        input = {**variables["input"], "locations": []}
        body = dumps({"query": DOCUMENTS[name], "variables": {"input": input}})
        data = check(*ask(client, body))
        return [] if data is None else list(data[name]["locations"])

    before = locations()

    body = dumps({"query": DOCUMENTS[name], "variables": variables})
    check(*ask(client, body))

    assert locations()[: len(before)] == before
