"""The README's code, run as it stands, and what the other pages at the top name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_zonos import config
from flask_zonos.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CODE = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.server
def test_the_readme_shop_recognises_its_shopper_and_gets_the_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # A plugin elsewhere in a run, which pytest wants to be the first to import.
    from flask_zonos.testing.shopper import Shopper

    namespace: dict[str, Any] = {"__name__": "shop"}
    exec("\n".join(CODE), namespace)
    app: Flask = namespace["create_app"]()
    with Sandbox() as sandbox:
        app.config.update(DEBUG=True, **sandbox.settings)
        shopper = app.test_client()
        shopper.get("/login")
        assert 'id="zonos-settings"' in shopper.get("/cart").text
        assert "own checkout" in shopper.get("/own-checkout").text
        visit = Shopper(sandbox, shopper)
        answer = visit.press()
        assert answer["recognition"] == {"level": "profile", "reason": None}
        order = visit.pay(visit.open(answer))
        assert visit.hint(order).status_code == 202
    assert f"{order} OPEN c-8f14e45f {answer['cartId']}\n" in capsys.readouterr().out


def test_the_settings_table_names_every_setting() -> None:
    source = Path(config.__file__).read_text()
    in_code = set(re.findall(r'"(ZONOS_[A-Z_]+)"', source))
    section = README.split("## Settings")[1].split("## ")[0]
    assert set(re.findall(r"`(ZONOS_[A-Z_]+)`", section)) == in_code


def test_the_readme_names_the_two_commands() -> None:
    assert "    make demo\n" in README
    assert "    make test\n" in README


def test_every_command_of_the_makefile_is_told_to_who_works_on_it() -> None:
    commands = re.findall(r"^# (make \S+)", (ROOT / "Makefile").read_text(), re.M)
    assert "make test" in commands
    contributing = (ROOT / "CONTRIBUTING.md").read_text()
    told = set(re.findall(r"make [a-z-]+", README + contributing))
    assert set(commands) - told == set()


def test_every_proof_that_the_security_page_names_is_there() -> None:
    page = (ROOT / "SECURITY.md").read_text()
    proofs = re.findall(r"`([a-z_]+/test_\w+\.py)(?:::(\w+))?`", page)
    assert proofs
    for path, name in proofs:
        assert name in (ROOT / "tests" / path).read_text(), (path, name)
