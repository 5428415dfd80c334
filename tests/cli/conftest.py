"""``flask zonos probe`` in this process, and the person who uses its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from click.testing import Result

from flask_zonos.cli import zonos
from flask_zonos.cli.probe import command
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.seeding import load_seed

from ..support.samples import PAGES_EXAMPLE

CUSTOMER_ID = PAGES_EXAMPLE["customerId"]
CART = {
    "items": [{"amount": 20, "currencyCode": "USD", "quantity": 1, "sku": "cup"}],
    "adjustments": [{"type": "CART_TOTAL", "amount": -5, "currencyCode": "USD"}],
    "metadata": [{"key": "customerId", "value": CUSTOMER_ID}],
}


class Unforeseen(Exception):
    """An error of the command's own, which a test lets happen."""


def with_two_orders(sandbox: Sandbox) -> str:
    """The sandbox with orders of two seconds; returns the id of one."""
    for _ in range(2):
        order = {"cart": CART, "customerId": CUSTOMER_ID}
        load_seed(sandbox.state, {"profiles": [PAGES_EXAMPLE], "orders": [order]})
        sandbox.state.clock.advance(2)
    row = sandbox.state.store.one("SELECT id FROM customer_order ORDER BY seq DESC")
    assert row is not None
    return str(row["id"])


def webhooks_left(sandbox: Sandbox) -> int:
    return len(sandbox.state.store.all("SELECT * FROM webhook"))


def probe(settings: dict[str, Any], folder: Path, *options: str) -> Result:
    """Run the command without an app, with the settings in the environment."""
    env = {name: str(value) for name, value in settings.items()}
    output = str(folder / "observed.json")
    arguments = ["probe", "--yes", "--output", output, *options]
    result = CliRunner().invoke(zonos, arguments, env=env)
    if not isinstance(result.exception, SystemExit | Unforeseen | type(None)):
        raise result.exception
    assert str(settings["ZONOS_CREDENTIAL_TOKEN"]) not in result.output
    return result


class Person:
    """A person who opens checkouts at a sandbox, and whose waiting takes no time.

    :ivar wanted: kinds of trials, each with its minutes.
    """

    def __init__(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox
        self.wanted: list[tuple[str, float]] = []
        self.url = ""
        self._waited = 0.0
        own_time = SimpleNamespace(sleep=self.wait, monotonic=lambda: self._waited)
        monkeypatch.setattr(command, "time", own_time)
        monkeypatch.setattr("click.launch", self.open)

    def wait(self, seconds: float) -> None:
        self._waited += seconds
        self.sandbox.state.clock.advance(seconds)

    def open(self, url: str) -> None:
        """Try all that is wanted, each with a cart of its own."""
        self.url = url
        for kind, minutes in self.wanted:
            trial = self.post("trials", {"kind": kind, "minutes": str(minutes)})
            told = re.search(r'"wait": ([\d.]+)', trial.text)
            assert told is not None
            self.wait(float(told[1]))
            path = trial.url.removeprefix(url).partition("?")[0]
            made = self.post(f"{path}/cart").json()
            self.post(f"{path}/outcome", {"outcome": self.outcome_of(made)})
        self.post("done")

    def post(self, path: str, data: dict[str, str] | None = None) -> requests.Response:
        response = requests.post(f"{self.url}{path}", data=data, timeout=60)
        assert response.status_code == 200, response.text
        return response

    def outcome_of(self, made: dict[str, str]) -> str:
        response = requests.post(
            f"{self.sandbox.url}/checkout/sessions",
            json={**made, "zonosApiKey": self.sandbox.api_key},
            timeout=60,
        )
        if response.status_code != 201:
            return "stopped"
        return "recognised" if response.json()["customer"] else "guest"


MakePerson = Callable[..., Person]


@pytest.fixture
def make_person(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePerson]:
    """A person at a sandbox of their own, with these options."""
    with ExitStack() as stack:

        def make(**options: Any) -> Person:
            return Person(stack.enter_context(Sandbox(**options)), monkeypatch)

        yield make
