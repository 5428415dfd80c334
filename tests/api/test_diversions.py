"""Nothing diverts the credential, and nothing of one call goes along with another."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import suppress
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st

from flask_zonos import APIError
from flask_zonos import ZonosClient

from ..support.fault_handlers import CART
from ..support.fault_handlers import says
from ..support.samples import cart
from ..support.samples import item
from ..support.upstream import Upstream


@pytest.fixture
def elsewhere() -> Iterator[Upstream]:
    """Another server, which must not hear of anything."""
    elsewhere = Upstream()
    yield elsewhere
    elsewhere.stop()
    assert elsewhere.connections == 0


@pytest.mark.parametrize("status", [200, 500])
def test_no_cookie_of_zonoss_is_kept_or_sent_with_the_next_shoppers_call(
    client: ZonosClient, upstream: Upstream, status: int
) -> None:
    data = {"data": {CART: {"id": "cart_1", "expiresAt": None}}}
    cookie = {"Set-Cookie": "whose=kirsten; Path=/; Max-Age=3600"}
    upstream.on(CART, says(data, status, **cookie))
    for _ in range(3):
        with suppress(APIError):
            client.create_cart(cart())
    assert len(upstream.received) == 3
    assert not any("cookie" in call.headers for call in upstream.received)
    gc.collect()
    jars = [found for found in gc.get_objects() if isinstance(found, CookieJar)]
    assert "whose" not in [cookie.name for jar in jars for cookie in jar]


@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_takes_the_token_nowhere(
    client: ZonosClient, upstream: Upstream, elsewhere: Upstream, status: int
) -> None:
    upstream.on(CART, says(b"", status, Location=elsewhere.url))
    with pytest.raises(APIError):
        client.create_cart(cart())
    assert len(upstream.received) == 1


def test_a_netrc_of_the_environment_adds_no_name_and_password(
    client: ZonosClient,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    client.create_cart(cart())
    assert "authorization" not in upstream.received[0].headers


#: Words that mean something to GraphQL or to those who build its text.
WORDS = st.sampled_from(
    ["LIVE", "TEST", "null", "true", "$input", "${input}", "%s", "{0}", "\\", '"', "#"]
    + ['"""', "\n", "}", "{", ")", "(", "@skip(if: true)", "...on Query", "\u2028"]
)
TEXTS = st.lists(WORDS | st.text(st.characters(codec="utf-8"), max_size=5)).map("".join)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXTS.filter(lambda name: name.strip()))
@example(name='"}]}) { id } stolen: orders(first: 100) { edges { node { id } } } #')
def test_a_products_name_is_a_value_and_never_a_part_of_the_query(
    client: ZonosClient, upstream: Upstream, name: str
) -> None:
    client.create_cart(cart(item(name=name)))
    assert upstream.received[-1].input["items"][0]["name"] == name
    (query,) = {call.payload["query"] for call in upstream.received}
    assert "$input: CartCreateInput!" in query
