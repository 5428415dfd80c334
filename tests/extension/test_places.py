"""Places: a cart that waits for one is given it before any profile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from flask_zonos import Busy
from flask_zonos.places import Places

from .threads import assert_soon
from .upstream import PATIENCE


def test_a_profile_never_takes_the_place_of_a_waiting_cart() -> None:
    places = Places(2)
    give_back = places.take(0)
    places.take(0)
    with ThreadPoolExecutor(1) as cart:
        waiting = cart.submit(places.take, PATIENCE)
        assert_soon(lambda: places._waiting == 1)
        with pytest.raises(Busy, match="kept for calls that wait"):
            places.take_spare()
        give_back()

        # It has its place, and the profile that comes meanwhile does not.
        with pytest.raises(Busy):
            places.take_spare()
        waiting.result(PATIENCE)()

    places.take_spare()
