"""The address that a release writes into the README and setup.cfg."""

from __future__ import annotations

import configparser

import pytest

from .address import RELATIVE
from .address import ROOT
from .address import whole
from .address import with_urls

REPOSITORY = "https://example.com/shop/flask-zonos"


def test_a_release_writes_out_each_link_and_is_of_its_version_alone() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = [found["path"] for found in RELATIVE.finditer(readme)]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    released = whole(readme, REPOSITORY, "v0.1.0")
    assert f"]({REPOSITORY}/raw/v0.1.0/docs/flow.svg)" in released
    assert f"[SECURITY.md]({REPOSITORY}/blob/v0.1.0/SECURITY.md)" in released
    assert not RELATIVE.search(released)

    read = configparser.ConfigParser()
    read.read_string(with_urls("[metadata]\nversion = 1.2\n", REPOSITORY, "v1.2"))
    assert f"Issues = {REPOSITORY}/issues" in read["metadata"]["project_urls"]
    with pytest.raises(ValueError, match=r"v9\.9\.9 is not v"):
        with_urls((ROOT / "setup.cfg").read_text("utf-8"), REPOSITORY, "v9.9.9")
