"""Nothing diverts the credential, and nothing of one call goes along with another."""

from __future__ import annotations

import gc
from collections.abc import Callable
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import ZonosClient

from ..support.customers_shop import TOKEN
from ..support.fault_handlers import CART
from ..support.fault_handlers import says
from ..support.samples import cart
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

MakeClient = Callable[..., ZonosClient]

VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY")


@pytest.fixture
def make_client(upstream: Upstream) -> Iterator[MakeClient]:
    made: list[ZonosClient] = []

    def make(**options: Any) -> ZonosClient:
        made.append(ZonosClient(TOKEN, **{"api_url": upstream.url, **options}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def elsewhere(no_thread_stays: None) -> Iterator[Upstream]:
    """Another server, which must not hear of anything."""
    elsewhere = Upstream()
    yield elsewhere
    elsewhere.stop()
    assert elsewhere.connections == 0


def kept_cookies() -> list[str]:
    """The names of all cookies that any jar in this process has."""
    gc.collect()
    jars = [found for found in gc.get_objects() if isinstance(found, CookieJar)]
    return [cookie.name for jar in jars for cookie in jar]


@pytest.mark.parametrize("status", [200, 500, 302, 401])
def test_no_cookie_of_zonoss_is_kept_or_sent_with_the_next_shoppers_call(
    make_client: MakeClient, upstream: Upstream, status: int
) -> None:
    def with_cookies(received: Received, wire: Wire) -> None:
        answer = {"data": {CART: {"id": "cart_1", "expiresAt": None}}}
        cookie = {"Set-Cookie": "whose=kirsten; Path=/; Max-Age=3600"}
        wire.reply_json(answer, status=status, headers=cookie)

    upstream.on(CART, with_cookies)
    client = make_client()
    for _ in range(3):
        try:
            client.create_cart(cart())
        except APIError:
            assert status != 200
    assert len(upstream.received) == 3
    assert not any("cookie" in call.headers for call in upstream.received)
    assert "whose" not in kept_cookies()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_the_token_nowhere(
    make_client: MakeClient, upstream: Upstream, elsewhere: Upstream, status: int
) -> None:
    upstream.on(CART, says(b"", status, Location=elsewhere.url))
    with pytest.raises(APIError):
        make_client().create_cart(cart())
    assert len(upstream.received) == 1


@pytest.mark.parametrize("scheme", ["http", "socks5", "https"])
def test_no_proxy_of_the_environment_hears_the_token_in_plain_text(
    make_client: MakeClient,
    upstream: Upstream,
    elsewhere: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, f"{scheme}://127.0.0.1:{elsewhere.port}")
    assert make_client().create_cart(cart()).id == "cart_of_mug"
    (call,) = upstream.received
    assert call.path == "/graphql"
    assert call.headers["credentialtoken"] == TOKEN


def test_a_netrc_of_the_environment_adds_no_name_and_password(
    make_client: MakeClient,
    upstream: Upstream,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    make_client().create_cart(cart())
    assert "authorization" not in upstream.received[0].headers
