"""The address that a release writes into the README and setup.cfg."""

from __future__ import annotations

import configparser

import pytest

from .address import RELATIVE
from .address import ROOT
from .address import whole
from .address import with_urls

REPOSITORY = "https://example.com/shop/flask-zonos"


def test_each_relative_link_of_the_readme_is_written_out() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = [found["path"] for found in RELATIVE.finditer(readme)]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    released = whole(readme, REPOSITORY, "v0.1.0")
    assert f"]({REPOSITORY}/raw/v0.1.0/docs/flow.svg)" in released
    assert f"[SECURITY.md]({REPOSITORY}/blob/v0.1.0/SECURITY.md)" in released
    assert not RELATIVE.search(released)


def test_a_release_names_its_addresses_and_is_of_the_version_alone() -> None:
    settings = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    read = configparser.ConfigParser()
    read.read_string(settings)
    read.read_string(with_urls(settings, REPOSITORY, f"v{read['metadata']['version']}"))
    assert f"Issues = {REPOSITORY}/issues" in read["metadata"]["project_urls"]
    with pytest.raises(ValueError, match=r"v9\.9\.9 is not v"):
        with_urls(settings, REPOSITORY, "v9.9.9")
