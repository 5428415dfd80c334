from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

import flask_zonos.api.session  # noqa: F401  else in the time of the first call
from flask_zonos import ZonosClient

from .shops import make_shop
from .shops import Shop
from .shops import TOKEN
from .upstream import server_context
from .upstream import Upstream

MakeClient = Callable[..., ZonosClient]
MakeShop = Callable[..., Shop]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def shared_upstream() -> Iterator[Upstream]:
    """An upstream for many quick tests that leave nothing behind."""
    with Upstream() as upstream:
        yield upstream


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Upstream]:
    with Upstream(server_context(authority)) as upstream:
        yield upstream


@pytest.fixture
def make_client(upstream: Upstream, ca_bundle: str) -> Iterator[MakeClient]:
    made: list[ZonosClient] = []

    def make(**options: Any) -> ZonosClient:
        # Certifi's many certificates take 20 ms to read.
        usual: dict[str, Any] = {"api_url": upstream.url, "ca_bundle": ca_bundle}
        client = ZonosClient(TOKEN, **usual | options)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: MakeClient) -> ZonosClient:
    return make_client()


@pytest.fixture
def make_a_shop(upstream: Upstream, ca_bundle: str) -> Iterator[MakeShop]:
    made: list[Shop] = []

    def make(**config: Any) -> Shop:
        usual: dict[str, Any] = {"api_url": upstream.url, "ZONOS_CA_BUNDLE": ca_bundle}
        shop = make_shop(**usual | config)
        made.append(shop)
        return shop

    yield make
    for shop in made:
        shop.close()


@pytest.fixture
def shop(make_a_shop: MakeShop) -> Shop:
    return make_a_shop()
