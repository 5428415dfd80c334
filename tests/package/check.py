"""Build wheel and sdist, look into them, and use the wheel in an empty environment.

python tests/package/check.py          builds in a folder that is thrown away
python tests/package/check.py dist     leaves there what was checked
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: In the repository, and of no use without it.
LEFT_OUT = (
    ".ci/",  # how the repository's host runs the tests
    ".github/",  # the same, and how it publishes
    ".gitignore",  # there is no git in an sdist
    ".editorconfig",  # the same: for those who change the project
    ".pre-commit-config.yaml",
    ".readthedocs.yaml",  # how the documentation's host builds it
)
#: What setuptools adds to the files of the project.
METADATA = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "top_level.txt"}
METADATA_OF_THE_SDIST = {"PKG-INFO"}

USE = """
import importlib.metadata
from decimal import Decimal

import flask
import flask_login

from flask_zonos import Cart, CartItem, Zonos
from flask_zonos.sandbox import Sandbox

zonos = Zonos()


@zonos.cart_loader
def cart(request_data):
    item = CartItem(amount=Decimal("1"), currency_code="DKK", quantity=1, sku="a")
    return Cart(items=[item])


with Sandbox() as sandbox:
    app = flask.Flask("shop")
    app.config.update(SECRET_KEY="key", DEBUG=True, **sandbox.settings)
    flask_login.LoginManager(app).user_loader(lambda id: None)
    zonos.init_app(app)
    client = app.test_client()
    answer = client.post("/zonos/cart-info")
    assert answer.status_code == 200, answer.text
    assert answer.json["cartId"].startswith("cart_"), answer.json
    for path in ("/zonos/static/zonos-checkout.js", "/zonos/demo"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path
    groups = importlib.metadata.entry_points(group="flask.commands")
    assert groups["zonos"].load().commands["sandbox"]
"""


def build(folder: Path) -> tuple[Path, Path]:
    """Wheel and sdist of the project, in an empty folder.

    Both are made from a copy: an earlier build leaves nothing in them, and two may be
    made at once. The wheel is made from the sdist.
    """
    with tempfile.TemporaryDirectory() as copy:
        for name in tracked():
            target = Path(copy) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        _run(sys.executable, "-m", "build", "--outdir", str(folder), copy)
    [wheel] = folder.glob("*.whl")
    [sdist] = folder.glob("*.tar.gz")
    return wheel, sdist


def tracked() -> set[str]:
    """The files of the repository, also those that are about to be added.

    In an unpacked sdist: all that came with it.
    """
    if not (ROOT / ".git").exists():
        listed = (ROOT / "flask_zonos.egg-info" / "SOURCES.txt").read_text("utf-8")
        names = listed.splitlines()
    else:
        # CI's container and its checkout belong to different users: git minds that.
        git = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
        names = subprocess.run(
            [*git, "--cached", "--others", "--exclude-standard"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.split("\0")
    return {
        name for name in names if (ROOT / name).is_file() and ".egg-info/" not in name
    }


def of_the_wheel(files: set[str]) -> set[str]:
    """The repository's files of the wheel: the extension, all of it."""
    return {name for name in files if name.startswith("flask_zonos/")}


def of_the_sdist(files: set[str]) -> set[str]:
    """The repository's files of the sdist: all but those it has no use for."""
    return {name for name in files if not name.startswith(LEFT_OUT)}


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        wheel, sdist = build(folder)
        _run(sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(sdist))
        _check_contents(wheel, sdist)
        venv.create(Path(scratch) / "empty", with_pip=True)
        python = str(Path(scratch) / "empty" / "bin" / "python")
        _run(python, "-m", "pip", "install", "-qq", str(wheel))
        _run(python, "-I", "-W", "error", "-c", USE, cwd=scratch)
    print("The wheel and the sdist are whole, and the installed wheel works.")


def _check_contents(wheel: Path, sdist: Path) -> None:
    files = tracked()
    in_wheel, added = set(), set()
    for name in zipfile.ZipFile(wheel).namelist():
        home, _, rest = name.partition("/")
        (added.add(rest) if home.endswith(".dist-info") else in_wheel.add(name))
    _same("wheel", in_wheel, of_the_wheel(files))
    _same("wheel's metadata", added, METADATA | {"licenses/LICENSE"})
    with tarfile.open(sdist) as archive:
        in_sdist = {
            member.name.partition("/")[2]
            for member in archive.getmembers()
            if member.isfile() and ".egg-info/" not in member.name
        }
    _same("sdist", in_sdist, of_the_sdist(files) | METADATA_OF_THE_SDIST)


def _same(where: str, there: set[str], wanted: set[str]) -> None:
    if there != wanted:
        raise SystemExit(
            f"The {where} is not what the repository says.\n"
            f"missing: {sorted(wanted - there)}\nnot wanted: {sorted(there - wanted)}"
        )


def _run(*command: str, cwd: str | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as thrown_away:
            main(Path(thrown_away))
