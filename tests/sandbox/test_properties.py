"""Whatever is sent: an answer as a GraphQL server gives it, and nothing forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from graphql import get_named_type
from graphql import GraphQLEnumType
from graphql import GraphQLInputObjectType
from graphql import GraphQLList
from graphql import GraphQLNonNull
from graphql import GraphQLObjectType
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema
from hypothesis_graphql import nodes

from flask_zonos.sandbox.app import close_sandbox
from flask_zonos.sandbox.app import create_sandbox
from flask_zonos.sandbox.constants import API_KEY
from flask_zonos.sandbox.constants import CREDENTIAL_TOKEN
from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.encoding import dumps
from flask_zonos.sandbox.graph.schema import build_graph
from flask_zonos.sandbox.graph.schema import schema_text

from .conftest import ADDRESS

Strategy = st.SearchStrategy[Any]
SCALARS: dict[str, Strategy] = {
    "Boolean": st.booleans(),
    "DateTime": st.datetimes(timezones=st.just(UTC)).map(
        lambda moment: moment.isoformat().replace("+00:00", "Z")
    ),
    "Decimal": st.decimals(-(10**9), 10**9, allow_nan=False, places=2),
    "ID": st.text(max_size=12),
    "Int": st.integers(-(2**31), 2**31 - 1),
    "String": st.text(max_size=12),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def values(type_: Any, known: Mapping[str, Strategy]) -> Strategy:
    """Values that fit an input type.

    :param known: more strategies for the fields of a name, such as ids that exist
    """
    if isinstance(type_, GraphQLNonNull):
        return present(type_.of_type, known)
    return st.none() | present(type_, known)


def present(type_: Any, known: Mapping[str, Strategy]) -> Strategy:
    if isinstance(type_, GraphQLList):
        return st.lists(values(type_.of_type, known), max_size=2)
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from(sorted(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return arguments(type_.fields, known)
    return SCALARS[type_.name]


def arguments(fields: Mapping[str, Any], known: Mapping[str, Strategy]) -> Strategy:
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for name, field in fields.items():
        found = required if isinstance(field.type, GraphQLNonNull) else optional
        found[name] = values(field.type, known) | known.get(name, st.nothing())
    return st.fixed_dictionaries(required, optional=optional)


def selection(type_: Any, depth: int = 2) -> str:
    """Every field of a type, and of the types below it to a depth."""
    named = get_named_type(type_)
    if not isinstance(named, GraphQLObjectType):
        return ""
    parts = ["__typename"]
    for name, field in named.fields.items():
        if not isinstance(get_named_type(field.type), GraphQLObjectType):
            parts.append(name)
        elif depth:
            parts.append(f"{name} {selection(field.type, depth - 1)}")
    return f"{{ {' '.join(parts)} }}"


def operation(kind: str, name: str, field: Any) -> str:
    """A document that calls a root field and asks for all there is of its result."""
    declared = ", ".join(f"${key}: {arg.type}" for key, arg in field.args.items())
    passed = ", ".join(f"{key}: ${key}" for key in field.args)
    call = f"{kind} ({declared}) {{ {name}({passed})" if declared else f"{{ {name}"
    return f"{call} {selection(field.type)} }}"


SCHEMA = build_graph(Options())
assert SCHEMA.query_type is not None and SCHEMA.mutation_type is not None
QUERIES, MUTATIONS = SCHEMA.query_type.fields, SCHEMA.mutation_type.fields
FIELDS = {**QUERIES, **MUTATIONS}
DOCUMENTS = {
    name: operation("query" if name in QUERIES else "mutation", name, field)
    for name, field in FIELDS.items()
}
relaxed = settings(
    max_examples=6, derandomize=True, suppress_health_check=list(HealthCheck)
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


def call(client: FlaskClient, name: str, variables: Any) -> Any:
    data = ask(client, dumps({"query": DOCUMENTS[name], "variables": variables}))
    return None if data is None else data[name]


@pytest.fixture(scope="module")
def known(client: FlaskClient) -> dict[str, Strategy]:
    """Ids of things that exist, so that what is generated reaches them."""
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
    strategy = st.sampled_from(ids)
    return {name: strategy for name in ("id", "orderId", "ids", "transactionId")}


@pytest.mark.parametrize("name", FIELDS)
def test_what_fits_the_schema_and_what_does_not_is_answered(
    client: FlaskClient, known: dict[str, Strategy], name: str
) -> None:
    args = FIELDS[name].args
    junk = st.dictionaries(st.sampled_from([*args, "input"]), JSON, max_size=3)

    @relaxed
    @given(arguments(args, known), junk)
    def holds(fitting: dict[str, Any], unfitting: dict[str, Any]) -> None:
        for variables in (fitting, unfitting):
            call(client, name, variables)

    holds()


@settings(relaxed, max_examples=20)
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
    headers = {"credentialToken": CREDENTIAL_TOKEN}
    body = {"query": document}
    assert client.post("/graphql", json=body, headers=headers).status_code == 200
    ask(client, json.dumps(body))


@settings(relaxed, max_examples=100)
@given(
    data=st.data(), noise=st.binary(max_size=60) | JSON.map(lambda j: dumps(j).encode())
)
def test_damaged_documents_and_any_bytes_are_answered(
    client: FlaskClient, data: st.DataObject, noise: bytes
) -> None:
    text = data.draw(st.sampled_from(sorted(DOCUMENTS.values())))
    at = data.draw(st.integers(0, len(text)))
    upto = data.draw(st.integers(at, min(at + 5, len(text))))
    damaged = text[:at] + data.draw(st.text(max_size=3)) + text[upto:]
    ask(client, json.dumps({"query": damaged}))
    assert ask(client, noise) is None


@settings(relaxed, max_examples=30)
@given(variables=arguments(MUTATIONS["cartCreate"].args, {}))
def test_a_cart_that_was_acknowledged_is_never_forgotten(
    client: FlaskClient, variables: dict[str, Any]
) -> None:
    cart = call(client, "cartCreate", variables)
    assert cart is None or call(client, "cart", {"id": cart["id"]}) == cart
