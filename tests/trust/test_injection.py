"""Whatever a product is called, it is a value and never a part of the query."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import ZonosClient
from flask_zonos.sandbox import Sandbox

from ..support.customers_shop import TOKEN
from ..support.upstream import Upstream

#: Words that mean something to GraphQL or to those who build its text.
WORDS = st.sampled_from(
    ["LIVE", "TEST", "null", "true", "$input", "${input}", "%s", "{0}", "\\", '"', "#"]
    + ['"""', "\n", "}", "{", ")", "(", "@skip(if: true)", "...on Query", "\u2028"]
)
TEXTS = st.lists(WORDS | st.text(st.characters(codec="utf-8"), max_size=5)).map("".join)
FUZZ = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
BREAKS_OUT = '"}]}) { id } stolen: orders(first: 100) { edges { node { id } } } #'


@pytest.fixture
def sandbox(no_thread_stays: None) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def cart_of(name: str) -> Cart:
    amount = Decimal("24.90")
    item = CartItem(sku="1", amount=amount, currency_code="EUR", quantity=1, name=name)
    return Cart(items=[item])


@FUZZ
@given(name=TEXTS.filter(lambda name: name.strip()))
@example(name=BREAKS_OUT)
def test_any_name_reaches_zonos_as_it_is(sandbox: Sandbox, name: str) -> None:
    client = ZonosClient(sandbox.credential_token, api_url=sandbox.graphql_url)
    created = client.create_cart(cart_of(name))
    client.close()
    kept = sandbox.state.store.body("cart", created.id)
    assert kept["items"][0]["name"] == name


def test_the_text_of_the_query_is_the_same_for_every_cart(upstream: Upstream) -> None:
    client = ZonosClient(TOKEN, api_url=upstream.url)
    for name in ("Cup", "LIVE", BREAKS_OUT):
        client.create_cart(cart_of(name))
    client.close()
    (query,) = {call.payload["query"] for call in upstream.received}
    assert "$input: CartCreateInput!" in query
    names = [call.input["items"][0]["name"] for call in upstream.received]
    assert names == ["Cup", "LIVE", BREAKS_OUT]
