"""Check the page's half with TypeScript: ``python -m tests.browser.typecheck``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .npm import find_node
from .npm import package

TYPESCRIPT = "5.9.3"
STATIC = Path(__file__).parents[2] / "flask_zonos" / "static"
OPTIONS = [
    "--allowJs",
    "--checkJs",
    "--strict",
    "--noEmit",
    "--noUnusedLocals",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2020",
    "--lib",
    "es2020,dom,dom.iterable",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
]


def typecheck(*files: Path) -> subprocess.CompletedProcess[str]:
    """The finished TypeScript run over ``files``."""
    node, _ = find_node()
    tsc = package("typescript", TYPESCRIPT) / "bin" / "tsc"
    return subprocess.run(
        [str(node), str(tsc), *OPTIONS, *map(str, files)],
        capture_output=True,
        text=True,
    )


if __name__ == "__main__":
    run = typecheck(STATIC / "zonos-checkout.js", STATIC / "zonos-checkout.d.ts")
    print(run.stdout, end="")
    sys.exit(run.returncode)
