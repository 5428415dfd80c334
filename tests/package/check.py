"""Build wheel and sdist, install the wheel into an empty environment, and use it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]

IN_THE_WHEEL = {
    "flask_zonos/py.typed",
    "flask_zonos/static/zonos-checkout.js",
    "flask_zonos/templates/zonos/checkout.html",
    "flask_zonos/templates/zonos/demo.html",
    "flask_zonos/sandbox/schema.graphql",
}
IN_THE_SDIST = {"setup.cfg", "README.md", "LICENSE", "tests", "demo_app", "static"}

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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        _run(sys.executable, "-m", "build", "--outdir", folder, str(ROOT))
        wheel = next(out.glob("*.whl"))
        sdist = next(out.glob("*.tar.gz"))
        _check_contents(wheel, sdist)
        venv.create(out / "empty", with_pip=True)
        python = str(out / "empty" / "bin" / "python")
        _run(python, "-m", "pip", "install", "-qq", str(wheel))
        _run(python, "-I", "-W", "error", "-c", USE, cwd=folder)
    print("The wheel and the sdist are whole, and the installed wheel works.")


def _check_contents(wheel: Path, sdist: Path) -> None:
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    assert IN_THE_WHEEL <= in_wheel, IN_THE_WHEEL - in_wheel
    strangers = {
        name
        for name in in_wheel
        if not name.startswith(("flask_zonos/", "flask_zonos-"))
    }
    assert not strangers, strangers
    with tarfile.open(sdist) as archive:
        in_sdist = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert IN_THE_SDIST <= in_sdist, IN_THE_SDIST - in_sdist


def _run(*command: str, cwd: str | None = None) -> None:
    subprocess.run(command, check=True, cwd=cwd, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
