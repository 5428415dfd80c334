"""The pages build without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .blocks import DOCS

pytestmark = pytest.mark.process


def test_the_pages_build_without_a_warning(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"),
            *("-d", str(tmp_path / "doctrees"), str(DOCS), str(tmp_path / "html")),
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "html" / "tutorial.html").exists()
