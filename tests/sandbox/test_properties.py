"""Whatever is sent: an answer as a GraphQL server gives it, and nothing forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from graphql import ValueNode
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema
from hypothesis_graphql import Mode
from hypothesis_graphql import nodes

from flask_zonos.sandbox.app import close_sandbox
from flask_zonos.sandbox.app import create_sandbox
from flask_zonos.sandbox.constants import API_KEY
from flask_zonos.sandbox.constants import CREDENTIAL_TOKEN
from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.encoding import dumps
from flask_zonos.sandbox.graph.schema import build_graph

from .conftest import ADDRESS
from .conftest import CART_CREATE

Scalars = dict[str, st.SearchStrategy[ValueNode]]

SCHEMA = build_graph(Options())
assert SCHEMA.query_type is not None and SCHEMA.mutation_type is not None
FIELDS = [*SCHEMA.query_type.fields, *SCHEMA.mutation_type.fields]
AMOUNTS = st.decimals(-(10**9), 10**9, allow_nan=False, places=2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
relaxed = settings(
    max_examples=10, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    app = create_sandbox()
    yield app.test_client()
    close_sandbox(app)


def ask(client: FlaskClient, body: bytes | str) -> Any:
    """The data of a response, which is one of those that the documents know."""
    headers = {"credentialToken": CREDENTIAL_TOKEN}
    response = client.post("/graphql", data=body, headers=headers)
    found = json.loads(response.text, parse_float=Decimal)
    for error in found.get("errors", ()):
        assert error["extensions"]["errorType"] not in ("INTERNAL", "UNKNOWN"), error
    if response.status_code != 200:
        assert response.status_code == 400 and found["errors"]
        assert found["data"] is None
    return found["data"]


@pytest.fixture(scope="module")
def scalars(client: FlaskClient) -> Scalars:
    """Values, and ids of things that exist, so that what is generated reaches them."""
    query = """mutation { cartCreate(input: {items: [
      {amount: 1, currencyCode: EUR, quantity: 1, sku: "a"}]}) { id }
      webhookCreate(input: {url: "http://127.0.0.1:9/", type: ORDER_UPDATED,
        status: DISABLED}) { id }
      storeCreditAddCredit(input: {amount: 9, currencyCode: EUR,
        checkoutCustomerId: "c"}) { id } }"""
    made = ask(client, dumps({"query": query}))
    cart = {"cartId": made["cartCreate"]["id"], "zonosApiKey": API_KEY}
    token = client.post("/checkout/sessions", json=cart).get_json()["token"]
    payment = {"serviceLevel": "sandbox.economy", "payment": {"testCard": "visa"}}
    placed = client.post(
        "/checkout/orders",
        json={"address": ADDRESS, **payment},
        headers={"Checkout-Session": token},
    )
    ids = [*(each["id"] for each in made.values()), placed.get_json()["order"]["id"]]
    moments = st.datetimes(timezones=st.just(UTC))
    texts = st.sampled_from(ids) | st.text(max_size=12)
    return {
        "DateTime": moments.map(lambda at: nodes.String(at.isoformat())),
        "Decimal": AMOUNTS.map(lambda amount: nodes.Float(float(amount))),
        "ID": st.sampled_from([*ids, ""]).map(nodes.String),
        "String": texts.map(nodes.String),
    }


@pytest.mark.parametrize("name", FIELDS)
def test_what_fits_the_schema_is_executed_and_what_does_not_is_answered(
    client: FlaskClient, scalars: Scalars, name: str
) -> None:
    documents = [
        from_schema(SCHEMA, fields=[name], custom_scalars=scalars, mode=mode)
        for mode in (Mode.POSITIVE, Mode.NEGATIVE)
    ]

    @relaxed
    @given(*documents)
    def holds(fitting: str, unfitting: str) -> None:
        body = {"query": fitting}
        headers = {"credentialToken": CREDENTIAL_TOKEN}
        assert client.post("/graphql", json=body, headers=headers).status_code == 200
        for document in (fitting, unfitting):
            ask(client, json.dumps({"query": document}))

    holds()


@settings(relaxed, max_examples=100)
@given(
    data=st.data(), noise=st.binary(max_size=60) | JSON.map(lambda j: dumps(j).encode())
)
def test_damaged_documents_and_any_bytes_are_answered(
    client: FlaskClient, data: st.DataObject, noise: bytes
) -> None:
    at = data.draw(st.integers(0, len(CART_CREATE)))
    damaged = CART_CREATE[:at] + data.draw(st.text(max_size=3)) + CART_CREATE[at + 2 :]
    ask(client, json.dumps({"query": damaged}))
    ask(client, dumps({"query": CART_CREATE, "variables": {"input": data.draw(JSON)}}))
    assert ask(client, noise) is None


@settings(relaxed, max_examples=30)
@given(amount=AMOUNTS, quantity=st.integers(1, 2**31 - 1), text=st.text(max_size=12))
def test_a_cart_that_was_acknowledged_is_never_forgotten(
    client: FlaskClient, amount: Decimal, quantity: int, text: str
) -> None:
    fields = "{ id items { amount quantity sku } metadata { key value } }"
    create = (
        f"mutation ($input: CartCreateInput!) {{ cartCreate(input: $input) {fields} }}"
    )
    item = {"amount": amount, "quantity": quantity, "sku": text, "currencyCode": "EUR"}
    input = {"items": [item], "metadata": [{"key": "text", "value": text}]}
    made = ask(client, dumps({"query": create, "variables": {"input": input}}))
    cart = made and made["cartCreate"]
    if cart:
        read = f'{{ cart(id: "{cart["id"]}") {fields} }}'
        assert ask(client, dumps({"query": read}))["cart"] == cart
        assert cart["items"] == [{name: item[name] for name in cart["items"][0]}]
