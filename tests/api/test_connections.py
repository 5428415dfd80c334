"""One open session, shared by all threads: it keeps connections, and nothing else.

Nothing diverts the credential, and nothing of one call goes along with another, also
where a library records or caches what requests sends.
"""

from __future__ import annotations

import gc
import json
import socket
import threading
from contextlib import suppress
from http.cookiejar import CookieJar
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests_cache
import vcr

from flask_zonos import APIError
from flask_zonos import ConfigurationError
from flask_zonos import ZonosClient
from flask_zonos.api.operations import AUTHENTICATE

from ..support.fault_handlers import CART
from ..support.fault_handlers import says
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import pair
from ..support.shops import TOKEN
from ..support.upstream import answer_well
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire


@pytest.mark.parametrize("kind", ["upstream", "secure"])
def test_connections_are_kept_and_one_that_closed_meanwhile_costs_no_call(
    request: pytest.FixtureRequest,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    server: Upstream = request.getfixturevalue(kind)
    client = make_client(api_url=server.url)
    client.create_cart(cart())
    with monkeypatch.context() as patched:
        # The host's name is looked up once.
        patched.setattr(socket, "getaddrinfo", None)
        for _ in range(4):
            client.create_cart(cart())
    assert server.connections == 1

    for _ in range(2):
        server.drop_connections()
        client.create_cart(cart())
    assert server.connections == 3
    assert len(server.received) == 7


def test_a_server_that_speaks_unasked_is_not_listened_to(
    upstream: Upstream, client: ZonosClient
) -> None:
    said = threading.Event()

    def says_more(received: Received, wire: Wire) -> None:
        answer_well(received, wire)
        wire.reply('{"data": {"cartCreate": {"id": "cart_forged"}}}')
        said.set()

    upstream.on("*", says_more)
    for _ in range(2):
        assert client.create_cart(cart()).id == "cart_of_mug"
        assert said.wait(60)
        said.clear()


def test_over_tls_what_came_with_the_response_before_is_not_listened_to(
    secure: Upstream, make_client: MakeClient
) -> None:
    def forge(received: Received, wire: Wire) -> None:
        body = b'{"data": {"cartCreate": {"id": "cart_mine"}}}'
        forged = b'{"data": {"cartCreate": {"id": "cart_forged"}}}'
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
        # One TLS record of two buffers of http.client's: the second is left unread.
        first = (head % len(body) + body).ljust(8192)
        wire.send(first + head % len(forged) + forged)

    secure.on("*", forge)
    client = make_client(api_url=secure.url)

    assert [client.create_cart(cart()).id for _ in range(3)] == ["cart_mine"] * 3
    assert len(secure.received) == 3


def test_a_request_carries_the_credential_and_names_its_operation(
    upstream: Upstream, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A .netrc of the environment adds no name and no password.
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    # Blanks around the token are left out.
    client = ZonosClient(f" {TOKEN}\n", api_url=upstream.url)
    client.create_cart(cart())
    client.close()

    (request,) = upstream.received
    assert (request.method, request.path) == ("POST", "/graphql")
    assert request.headers["credentialtoken"] == TOKEN
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept-encoding"] == "identity"
    assert "authorization" not in request.headers
    assert request.operation == "cartCreate"


@pytest.mark.parametrize("token", [None, "  ", "a\r\nX: y", "tøken"])
def test_a_token_that_no_header_can_carry_is_refused_at_the_start(token: Any) -> None:
    with pytest.raises(ConfigurationError, match="ZONOS_CREDENTIAL_TOKEN"):
        ZonosClient(token)


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
    # By their own type: isinstance() would look through the proxies of other tests.
    jars = [each for each in gc.get_objects() if issubclass(type(each), CookieJar)]
    assert "whose" not in [cookie.name for jar in jars for cookie in jar]


def test_a_products_name_is_a_value_and_never_a_part_of_the_query(
    client: ZonosClient, upstream: Upstream
) -> None:
    evil = '"}]}) { id } $input ${input} %s {0} \\ """ @skip(if: true) #\n\u2028'
    for name in ("Mug", evil):
        client.create_cart(cart(item(name=name)))
        assert upstream.received[-1].input["items"][0]["name"] == name
    (query,) = {call.payload["query"] for call in upstream.received}
    assert "$input: CartCreateInput!" in query


def test_vcrpy_records_both_calls_and_replays_them(
    secure: Upstream, make_client: MakeClient, tmp_path: Path
) -> None:
    def is_same(recorded: Any, sent: Any) -> bool:
        names = [json.loads(each.body)["operationName"] for each in (recorded, sent)]
        return bool(names[0] == names[1])

    recorder = vcr.VCR(match_on=["operation"])
    recorder.register_matcher("operation", is_same)
    for mode in ("once", "none"):
        with recorder.use_cassette(str(tmp_path / "click.yaml"), record_mode=mode):
            client = make_client(api_url=secure.url)
            # vcrpy is safe in threads once its connections are made.
            client.warm_up()
            checkout = pair(client)
        assert checkout.cart_id == "cart_of_mug"
        assert checkout.recognition.level == "profile"
    assert len(secure.received) == 4


def test_requests_cache_keeps_no_password_and_no_cart(
    upstream: Upstream, make_client: MakeClient
) -> None:
    number = count(1)

    def fresh(received: Received, wire: Wire) -> None:
        result = {"oneTimePassword": f"otp_{next(number)}"}
        wire.reply_json({"data": {AUTHENTICATE.name: result}})

    upstream.on(AUTHENTICATE.name, fresh)
    # Of POST too, which it does not keep by default.
    methods = ("GET", "POST")
    with requests_cache.enabled(backend="memory", allowable_methods=methods):
        client = make_client()
        found = [pair(client).one_time_password for _ in range(3)]
        cache = requests_cache.get_cache()
        assert cache is not None
        kept = len(cache.responses)

    assert [each and each.reveal() for each in found] == ["otp_1", "otp_2", "otp_3"]
    assert kept == 0
    assert len(upstream.received) == 6
