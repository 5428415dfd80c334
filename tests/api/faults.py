"""The fault that a mutation ends in, for the tests of faults and refusals."""

from __future__ import annotations

import pytest

from flask_zonos import APIError
from flask_zonos import ZonosClient

from ..support.samples import profile
from ..support.upstream import Handler
from ..support.upstream import Upstream

SECRET = "upstream's text with otp_secret and test@zonos.com"
MUTATION = "checkoutCustomerProfileAuthenticate"


def fault(upstream: Upstream, client: ZonosClient, handler: Handler) -> APIError:
    """The error that a mutation ends in, after it was sent once."""
    upstream.on("*", handler)
    with pytest.raises(APIError) as caught:
        client.authenticate_customer(profile())
    assert SECRET not in str(caught.value)
    assert len(upstream.received) == 1
    return caught.value
