"""Whatever is sent: an answer as a GraphQL server gives it."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from graphql import ValueNode
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema
from hypothesis_graphql import Mode
from hypothesis_graphql import nodes

from flask_zonos.sandbox.control.options import Options
from flask_zonos.sandbox.encoding import dumps
from flask_zonos.sandbox.graph.schema import build_graph

from .conftest import CART_CREATE
from .conftest import Zonos
from .test_money import add_credit
from .test_webhooks import BEYOND
from .test_webhooks import subscribe

Scalars = dict[str, st.SearchStrategy[ValueNode]]

SCHEMA = build_graph(Options())
assert SCHEMA.query_type is not None and SCHEMA.mutation_type is not None
FIELDS = [*SCHEMA.query_type.fields, *SCHEMA.mutation_type.fields]
relaxed = settings(
    max_examples=10, derandomize=True, suppress_health_check=list(HealthCheck)
)


def ask(zonos: Zonos, query: str) -> int:
    """The status of a response, which is one of those that the documents know."""
    response = zonos.post(query)
    found = response.json()
    for error in found.get("errors", ()):
        assert error["extensions"]["errorType"] not in ("INTERNAL", "UNKNOWN"), error
    if response.status_code != 200:
        assert response.status_code == 400 and found["errors"]
        assert found["data"] is None
    return response.status_code


@pytest.fixture
def scalars(zonos: Zonos) -> Scalars:
    """Values, and ids of things that exist, so that what is generated reaches them."""
    made = [zonos.cart(), zonos.order(), subscribe(zonos, BEYOND, "ORDER_UPDATED")]
    ids = [each["id"] for each in (*made, add_credit(zonos, "c-1", 9))]
    texts = st.sampled_from(ids) | st.text(max_size=12)
    moments = st.datetimes(timezones=st.just(UTC))
    amounts = st.decimals(-(10**9), 10**9, allow_nan=False, places=2)
    return {
        "DateTime": moments.map(lambda at: nodes.String(at.isoformat())),
        "Decimal": amounts.map(lambda amount: nodes.Float(float(amount))),
        "ID": st.sampled_from([*ids, ""]).map(nodes.String),
        "String": texts.map(nodes.String),
    }


@pytest.mark.parametrize("name", FIELDS)
def test_what_fits_the_schema_is_executed_and_what_does_not_is_answered(
    zonos: Zonos, scalars: Scalars, name: str
) -> None:
    documents = [
        from_schema(SCHEMA, fields=[name], custom_scalars=scalars, mode=mode)
        for mode in (Mode.POSITIVE, Mode.NEGATIVE)
    ]

    @relaxed
    @given(*documents)
    def holds(fitting: str, unfitting: str) -> None:
        assert ask(zonos, fitting) == 200
        ask(zonos, unfitting)

    holds()


def test_a_cart_keeps_every_text_and_digit(zonos: Zonos) -> None:
    @settings(relaxed, max_examples=30)
    @given(st.text(max_size=12), st.decimals(0, 10**18, allow_nan=False, places=2))
    def holds(text: str, amount: Any) -> None:
        item = {"amount": amount, "quantity": 1, "sku": text, "currencyCode": "EUR"}
        input = {"items": [item], "metadata": [{"key": "text", "value": text}]}
        body = dumps({"query": CART_CREATE, "variables": {"input": input}})
        created = zonos.post("", json=None, data=body).json()["data"]["cartCreate"]
        query = f"""{{ cart(id: "{created["id"]}") {{ metadata {{ value }}
          items {{ amount quantity sku currencyCode }} }} }}"""
        cart = zonos.data(query)["cart"]
        assert cart["items"] == [item]
        assert cart["metadata"][0] == {"value": text}

    holds()
