"""A TLS session is taken up by the next connection, and vouches for nobody else."""

from __future__ import annotations

import ssl

import pytest
import trustme

from flask_zonos import ConnectionFailed
from flask_zonos import ZonosClient

from .conftest import MakeClient
from .samples import cart
from .upstream import server_context
from .upstream import Upstream


@pytest.fixture
def client(make_client: MakeClient, secure: Upstream, ca_bundle: str) -> ZonosClient:
    return make_client(api_url=secure.url, ca_bundle=ca_bundle)


def resumed(server: Upstream) -> int:
    assert server.context is not None
    return server.context.session_stats()["hits"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_connection_takes_up_the_session_of_the_one_before(
    secure: Upstream, client: ZonosClient, version: ssl.TLSVersion
) -> None:
    assert secure.context is not None
    secure.context.maximum_version = version
    client.create_cart(cart())
    for count in (1, 2):
        secure.drop_connections()
        assert client.create_cart(cart()).id == "cart_of_mug"
        assert resumed(secure) == count

    assert secure.connections == 3


def test_a_server_that_knows_the_session_no_more_is_spoken_to_all_the_same(
    secure: Upstream, client: ZonosClient, authority: trustme.CA
) -> None:
    client.create_cart(cart())
    secure.drop_connections()
    secure.context = server_context(authority)

    assert client.create_cart(cart()).id == "cart_of_mug"
    assert resumed(secure) == 0


def test_a_session_vouches_for_no_other_server(
    secure: Upstream, client: ZonosClient
) -> None:
    client.create_cart(cart())
    secure.drop_connections()
    secure.context = server_context(trustme.CA())

    with pytest.raises(ConnectionFailed, match="TLS failed"):
        client.create_cart(cart())

    assert len(secure.received) == 1


def test_a_session_with_which_a_connection_failed_is_given_up(
    secure: Upstream, client: ZonosClient
) -> None:
    client.create_cart(cart())
    secure.drop_connections()
    context, secure.context = secure.context, server_context(trustme.CA())
    with pytest.raises(ConnectionFailed):
        client.create_cart(cart())
    secure.context = context

    assert client.create_cart(cart()).id == "cart_of_mug"
    assert resumed(secure) == 0


def test_after_an_hour_the_certificate_is_looked_at_again(
    secure: Upstream, client: ZonosClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_zonos.connect.LONGEST_SESSION", 0)
    client.create_cart(cart())
    secure.drop_connections()

    assert client.create_cart(cart()).id == "cart_of_mug"
    assert resumed(secure) == 0


def test_a_client_that_was_closed_begins_with_a_session_of_its_own(
    secure: Upstream, client: ZonosClient
) -> None:
    client.create_cart(cart())
    client.close()

    assert client.create_cart(cart()).id == "cart_of_mug"
    assert resumed(secure) == 0
