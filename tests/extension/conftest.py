from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from flask_zonos import ZonosClient
from flask_zonos.calls import Calls

from .shop import make_shop
from .shop import Shop
from .shop import TOKEN
from .upstream import server_context
from .upstream import Upstream
from .work import LIMIT

MakeClient = Callable[..., ZonosClient]
MakeShop = Callable[..., Shop]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.stop()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Upstream]:
    upstream = Upstream(server_context(authority))
    yield upstream
    upstream.stop()


@pytest.fixture
def has_open_connections() -> bool:
    """Whether the first call of a client finds connections open.

    A call is made in one way where there is one, and in another where there is none.
    """
    return False


#: For tests of what holds either way.
either_way = pytest.mark.parametrize(
    "has_open_connections", [False, True], ids=["opening", "open"]
)


@pytest.fixture
def make_client(upstream: Upstream, has_open_connections: bool) -> Iterator[MakeClient]:
    made: list[ZonosClient] = []

    def make(**options: Any) -> ZonosClient:
        client = ZonosClient(TOKEN, **{"api_url": upstream.url} | options)
        made.append(client)
        if has_open_connections and client.api_url == upstream.url:
            client.warm_up()
            # A test that has them dropped must find them there.
            upstream.wait_for_connections(min(2, client.pool_size))
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: MakeClient) -> ZonosClient:
    return make_client()


@pytest.fixture
def calls() -> Iterator[Calls]:
    calls = Calls(LIMIT)
    yield calls
    calls.close()


@pytest.fixture
def make_a_shop(upstream: Upstream) -> Iterator[MakeShop]:
    made: list[Shop] = []

    def make(**config: Any) -> Shop:
        shop = make_shop(**{"api_url": upstream.url} | config)
        made.append(shop)
        return shop

    yield make
    for shop in made:
        client = shop.app.extensions["zonos"]._client.give_up()
        if client is not None:
            client.close()


@pytest.fixture
def shop(make_a_shop: MakeShop) -> Shop:
    return make_a_shop()
