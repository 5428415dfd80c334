"""Fixtures of the pages' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_zonos.sandbox import Sandbox

SECRET = "a long random value of the webhooks"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose settings are in the environment, as the pages have it."""
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        for key, value in sandbox.settings.items():
            monkeypatch.setenv(key, str(value))
        monkeypatch.setenv("ZONOS_WEBHOOK_SECRET", SECRET)
        yield sandbox
