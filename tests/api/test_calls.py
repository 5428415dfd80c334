"""Slots and threads: neither is lost, and none is there twice, whatever is refused."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import Busy
from flask_zonos import TimedOut
from flask_zonos.api.executor import CallExecutor
from flask_zonos.api.executor import ConcurrencyLimiter
from flask_zonos.api.operations import AUTHENTICATE
from flask_zonos.api.operations import CART_CREATE

from ..support.fixtures import MakeClient
from ..support.fixtures import MakeShop
from ..support.pairs import pair
from ..support.samples import cart
from ..support.threads import assert_soon
from ..support.threads import call_threads
from ..support.threads import no_more_threads
from ..support.upstream import answer_well
from ..support.upstream import Handler
from ..support.upstream import held_until
from ..support.upstream import PATIENCE
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .work import assert_all_slots_are_there
from .work import Held
from .work import LIMIT
from .work import submit


def refuse(executor: CallExecutor, do: Callable[[], str]) -> None:
    with no_more_threads(), pytest.raises(Busy, match="thread"):
        submit(executor, do, None)


def test_calls_that_do_not_wait_leave_half_of_the_slots_to_those_that_do(
    executor: CallExecutor,
) -> None:
    held = Held(executor)
    hung = [held.begin(None) for _ in range(LIMIT // 2)]
    with pytest.raises(Busy):
        held.begin(None)
    waiting = [held.begin() for _ in range(LIMIT - LIMIT // 2)]
    assert held.all_run_at_once(LIMIT)
    held.released.set()

    assert [call.result(PATIENCE) for call in hung + waiting] == ["done"] * LIMIT
    assert_all_slots_are_there(executor)


def test_a_profile_never_takes_the_slot_of_a_waiting_cart() -> None:
    slots = ConcurrencyLimiter(2)
    release = slots.acquire(0)
    slots.acquire(0)
    with ThreadPoolExecutor(1) as cart:
        waiting = cart.submit(slots.acquire, PATIENCE)
        assert_soon(lambda: slots._waiting == 1)
        with pytest.raises(Busy, match="kept for calls that wait"):
            slots.try_acquire()
        release()

        # It has its slot, and the profile that comes meanwhile does not.
        with pytest.raises(Busy):
            slots.try_acquire()
        waiting.result(PATIENCE)()

    slots.try_acquire()


def test_profiles_that_hang_take_no_cart_its_slot(
    upstream: Upstream, make_a_shop: MakeShop
) -> None:
    released = threading.Event()
    upstream.on(AUTHENTICATE.name, held_until(released))
    shop = make_a_shop(ZONOS_POOL_SIZE=4, ZONOS_PROFILE_GRACE=0.01)

    # More than there are slots; each would have kept one from the carts to come.
    browser = shop.browser("ada")
    answers = [browser.post("/zonos/cart-info") for _ in range(6)]
    released.set()

    assert [answer.status_code for answer in answers] == [200] * 6
    reasons = [answer.get_json()["recognition"]["reason"] for answer in answers]
    assert reasons == ["timeout"] * 2 + ["busy"] * 4


def test_a_call_that_got_no_thread_is_never_made(executor: CallExecutor) -> None:
    made = threading.Event()

    def make() -> str:
        made.set()
        return "refused"

    held = Held(executor)
    first = held.begin()
    assert held.all_run_at_once(1)

    refuse(executor, make)
    held.released.set()
    first.result(PATIENCE)
    # The one thread that could have taken the call later.
    held.threads[0].join(PATIENCE)

    assert not held.threads[0].is_alive()
    assert not made.is_set()


def test_refused_threads_cost_no_slot_and_give_none(executor: CallExecutor) -> None:
    held = Held(executor)
    first = held.begin()
    assert held.all_run_at_once(1)

    for _ in range(3):
        refuse(executor, lambda: "refused")
    held.released.set()
    first.result(PATIENCE)

    assert_all_slots_are_there(executor)


def test_without_any_thread_there_is_one_again_when_python_gives_one(
    executor: CallExecutor,
) -> None:
    for _ in range(LIMIT + 1):
        refuse(executor, lambda: "refused")

    assert_all_slots_are_there(executor)


def test_a_call_that_waits_is_made_without_a_thread_too(executor: CallExecutor) -> None:
    def make() -> str:
        return threading.current_thread().name

    for _ in range(LIMIT + 1):
        with no_more_threads():
            call = submit(executor, make)
        assert call.result(0) == threading.current_thread().name
        assert call.seconds is not None

    assert_all_slots_are_there(executor)


def test_after_a_close_calls_are_refused_and_those_under_way_end(
    executor: CallExecutor,
) -> None:
    held = Held(executor)
    first = held.begin()
    executor.close()

    with pytest.raises(Busy):
        held.begin()
    held.released.set()

    assert first.result(PATIENCE) == "done"


def test_a_silent_name_server_keeps_nobody_beyond_the_deadline(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing here can ask a name server of its own, so the resolver is a stand-in.
    answered = threading.Event()
    resolve = socket.getaddrinfo

    def hang(*arguments: Any, **more: Any) -> Any:
        assert answered.wait(PATIENCE)
        return resolve(*arguments, **more)

    client = make_client(deadline=0.2, pool_size=LIMIT)
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    for _ in range(LIMIT):
        with pytest.raises(TimedOut):
            client.create_cart(cart())
    with pytest.raises(Busy):
        client.create_cart(cart())

    answered.set()

    # What waited in the look-up is too late to be sent, and gives its slot back.
    client.deadline = PATIENCE
    assert client.create_cart(cart()).id == "cart_of_mug"
    assert len(upstream.received) == 1
    assert_all_slots_are_there(client._session.get()._executor)


def test_a_silent_name_server_keeps_nobody_whose_connection_was_closed(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def hang(*arguments: Any, **more: Any) -> Any:
        answered.wait(PATIENCE)
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    client = make_client()
    client.create_cart(cart())
    upstream.drop_connections()
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    client.deadline = 0.2

    with pytest.raises(TimedOut):
        client.create_cart(cart())

    assert not answered.is_set()
    answered.set()


def test_a_silent_name_server_does_not_stop_calls_on_open_connections(
    upstream: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client()
    client.create_cart(cart())

    def fail(*arguments: Any, **more: Any) -> Any:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    for _ in range(3):
        client.create_cart(cart())

    assert upstream.connections == 1


def refused_late(released: threading.Event) -> Handler:
    """Refuses for now, once it is released, what is repeated if anybody still waits."""

    def handler(received: Received, wire: Wire) -> None:
        wire.hold(released)
        wire.reply("", status=429)

    return handler


def test_a_call_that_nobody_waits_for_any_more_is_not_repeated(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()
    upstream.on("*", refused_late(released))
    client = make_client(pool_size=1)
    variables = client.cart_variables(cart())
    call = client.submit(CART_CREATE, variables, deadline=time.monotonic() + PATIENCE)
    upstream.wait_for(1)
    with pytest.raises(TimedOut):
        call.result(0)
    released.set()

    # The one slot is free again once it has ended.
    upstream.on("*", answer_well)
    assert client.create_cart(cart()).id
    assert len(upstream.received) == 2


def test_a_profile_whose_cart_failed_is_not_asked_for_again(
    upstream: Upstream, make_client: MakeClient
) -> None:
    released = threading.Event()

    def fail_beside_it(received: Received, wire: Wire) -> None:
        upstream.wait_for(2)
        wire.reply("", status=500)

    upstream.on(AUTHENTICATE.name, refused_late(released))
    upstream.on(CART_CREATE.name, fail_beside_it)
    before = call_threads()
    client = make_client()
    with pytest.raises(APIError):
        pair(client)
    released.set()

    client.close()
    for thread in call_threads() - before:
        thread.join(PATIENCE)
    assert upstream.operations().count(AUTHENTICATE.name) == 1
