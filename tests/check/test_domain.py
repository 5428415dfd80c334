"""The reminder of the domains to enter at Zonos."""

from __future__ import annotations

from typing import Any

import pytest

from flask_zonos.sandbox import Sandbox

from .shop import check
from .shop import make_shop
from .shop import OFFLINE


def remedy(*options: str, **config: Any) -> str:
    report = check(make_shop(**OFFLINE, **config), "--offline", *options)
    [finding] = [f for f in report.findings if f["topic"] == "allowed domain"]
    assert finding["level"] == "note"
    assert "Settings, Checkout settings, URLs" in finding["remedy"]
    return str(finding["remedy"])


@pytest.mark.parametrize(
    ("options", "config", "origins"),
    [
        (["--url", "https://Shop.example/cart"], {}, "https://shop.example, and"),
        (["--url", "https://shop.example:443"], {}, "https://shop.example, and"),
        (["--url", "https://shop.example:8443"], {}, "https://shop.example:8443, and"),
        ([], {"SERVER_NAME": "Shop.example"}, "https://shop.example, and"),
        ([], {"SERVER_NAME": "127.0.0.1:5000"}, "http://127.0.0.1:5000, and"),
        (
            ["--url", "https://www.shop.example"],
            {"SERVER_NAME": "shop.example"},
            "https://www.shop.example, and",
        ),
        (
            ["--url", "https://shop.example"],
            {"ZONOS_ALLOWED_ORIGINS": "https://b2b.shop.example"},
            "https://shop.example and https://b2b.shop.example, and",
        ),
    ],
)
def test_each_origin_that_is_known_is_named(
    options: list[str], config: dict[str, Any], origins: str
) -> None:
    assert f"has {origins}" in remedy(*options, **config)


def test_a_shop_that_does_not_say_where_it_is_is_told_how_to() -> None:
    assert "--url https://your.shop or SERVER_NAME" in remedy()


def test_the_sandbox_has_no_list(sandbox: Sandbox) -> None:
    report = check(make_shop(**sandbox.settings), "--offline")
    assert report.told("allowed domain") == ""
