from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_zonos.api.executor import CallExecutor

from .work import LIMIT


@pytest.fixture
def executor() -> Iterator[CallExecutor]:
    executor = CallExecutor(LIMIT, lambda call, outcome: None)
    yield executor
    executor.close()
