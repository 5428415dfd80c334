"""The file itself: small, typed, free of what browsers of 2020 cannot read."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest

from .conftest import STATIC
from .npm import find_node
from .npm import package

pytestmark = pytest.mark.process
MODULE = STATIC / "zonos-checkout.js"
TYPES = STATIC / "zonos-checkout.d.ts"
TYPESCRIPT = "5.9.3"
OPTIONS = """--allowJs --checkJs --strict --noEmit --noUnusedLocals
  --noUncheckedIndexedAccess --target es2020 --lib es2020,dom,dom.iterable
  --module esnext --moduleResolution bundler"""
SHOP = """document.addEventListener("zonos:order", ({ detail }) => {
  location.assign(detail.orderId.toUpperCase());
  detail.password;
});
"""


def test_it_is_small() -> None:
    assert len(gzip.compress(MODULE.read_bytes())) <= 8192


def test_browsers_of_2020_can_read_it() -> None:
    node, _ = find_node()
    acorn = package("acorn", "8.15.0")
    source = (
        "require(process.argv[1]).parse(require('fs').readFileSync(process.argv[2]), "
        "{ ecmaVersion: 2020, sourceType: 'module' })"
    )
    subprocess.run([node, "-e", source, acorn, MODULE], check=True)


def test_typescript_accepts_it_and_knows_the_events_details(tmp_path: Path) -> None:
    script = tmp_path / "shop.js"
    script.write_text(SHOP)
    node, _ = find_node()
    tsc = package("typescript", TYPESCRIPT) / "bin" / "tsc"
    command = [
        str(part) for part in (node, tsc, *OPTIONS.split(), MODULE, TYPES, script)
    ]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.stdout.count("error TS") == 1, run.stdout
    assert "'password' does not exist on type 'OrderDetail'" in run.stdout
