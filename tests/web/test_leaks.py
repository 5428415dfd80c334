"""Nothing that belongs to one click outlives it, whatever Zonos does."""

from __future__ import annotations

import gc
import logging
import threading

import requests

from flask_zonos import APIError
from flask_zonos.api.executor import Call

from ..support.faults import TABLE
from ..support.fixtures import MakeShop
from ..support.threads import assert_soon
from ..support.threads import open_files
from ..support.upstream import Upstream


def alive() -> list[object]:
    """The objects of this process that belong to one call."""
    gc.collect()
    kinds = (APIError, Call, requests.Response, requests.PreparedRequest)
    return [each for each in gc.get_objects() if isinstance(each, kinds)]


def test_of_many_faults_no_object_no_thread_and_no_descriptor_stays(
    secure: Upstream, make_a_shop: MakeShop
) -> None:
    faults = [fault for fault in TABLE.values() if not fault.lasts]
    logging.disable()  # The tests' own handlers keep every record.
    try:
        before = alive(), set(threading.enumerate()), open_files()
        shop = make_a_shop(ZONOS_API_URL=secure.url)
        browser = shop.browser("1234567")
        for fault in faults:
            secure.on("*", fault.handler)
            assert browser.post("/zonos/cart-info").status_code in (200, 502, 503)
        shop.close()
    finally:
        logging.disable(logging.NOTSET)

    assert_soon(lambda: not secure._open)
    assert_soon(lambda: set(threading.enumerate()) <= before[1])
    assert open_files() <= before[2]
    old = {id(each) for each in before[0]}
    assert [each for each in alive() if id(each) not in old] == []
