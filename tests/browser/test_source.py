"""The file itself: small, typed, free of what a strict CSP forbids."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest

from .conftest import STATIC
from .npm import find_node
from .npm import package
from .typecheck import typecheck

pytestmark = pytest.mark.process
MODULE = STATIC / "zonos-checkout.js"
TYPES = STATIC / "zonos-checkout.d.ts"


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


def test_typescript_accepts_it() -> None:
    run = typecheck(MODULE, TYPES)
    assert run.returncode == 0, run.stdout


def test_typescript_knows_the_events_details(tmp_path: Path) -> None:
    script = tmp_path / "shop.js"
    script.write_text(
        'document.addEventListener("zonos:order", ({ detail }) => {\n'
        "  location.assign(detail.orderId.toUpperCase());\n"
        "  detail.password;\n"
        "});\n"
    )
    run = typecheck(TYPES, script)
    assert run.stdout.count("error TS") == 1
    assert "'password' does not exist on type 'OrderDetail'" in run.stdout
