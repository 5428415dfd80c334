from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_zonos.sandbox import Sandbox


@pytest.fixture(scope="package")
def one_sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(one_sandbox: Sandbox) -> Sandbox:
    """The one sandbox, which has forgotten what it held."""
    one_sandbox.state.reset()
    return one_sandbox
