"""One run: the mode first, then the probes, and at the end what can be deleted."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from . import carts
from . import endpoint
from . import orders
from . import password_life
from . import profiles
from . import webhooks
from .connection import CLEANUP_CALLS
from .connection import CLEANUP_POINTS
from .connection import MISSHAPEN
from .connection import NoResponse
from .connection import ProbeFailed
from .probes import first_node
from .probes import Probe
from .probes import Subject

PROBES: tuple[Probe, ...] = (
    *endpoint.PROBES,
    *carts.PROBES,
    *orders.PROBES,
    *profiles.PROBES,
    *webhooks.PROBES,
    *password_life.PROBES,
    *endpoint.PROBES_BY_CHANCE,
)
#: Requests besides the probes' own, mode and schema; the webhook's deletion apart.
OTHER_CALLS = 8

_MODES = {
    "webhooks": "{ webhooks(first: 1) { edges { node { mode } } } }",
    "orders": "{ orders(first: 1) { edges { node { mode } } } }",
}


#: Probes in a row without a response, after which the others are not tried.
MOST_SILENT = 3


class Stopped(Exception):
    """A reason to end the run early, as a sentence for a person."""


@dataclass(frozen=True)
class Result:
    """One probe's outcome.

    :ivar seen: in the setting's own type; ``None`` where nothing could be told.
    :ivar problem: the reason for that.
    """

    probe: Probe
    seen: Any = None
    problem: str | None = None
    request_id: str | None = None

    @property
    def failed(self) -> bool:
        """Something was asked, and could not be looked at."""
        return self.problem is not None and not self.probe.by_chance

    @property
    def differs(self) -> bool:
        """Zonos does otherwise than the sandbox assumes."""
        return self.problem is None and self.seen != self.probe.assumed


def calls_of(probes: Iterable[Probe]) -> int:
    """The requests of a run at most, repeats after a 429 included."""
    return 2 * sum(probe.calls for probe in probes) + OTHER_CALLS + CLEANUP_CALLS


def points_of(probes: Iterable[Probe]) -> int:
    """The points of a run at most."""
    return sum(probe.points for probe in probes) + 10 * OTHER_CALLS + CLEANUP_POINTS


def run_probes(
    subject: Subject, probes: Iterable[Probe], on_probe: Callable[[Probe], None]
) -> Iterator[Result]:
    """Yield each probe's result; a permanent one runs only where the mode is TEST.

    :raises Stopped: before anything permanent is made, if the mode is not TEST; or if
        Zonos does not answer.
    """
    is_test = False
    silent = 0
    for probe in sorted(probes, key=lambda each: (each.by_chance, each.permanent)):
        if probe.permanent and not is_test:
            require_test_mode(subject)
            is_test = True
        on_probe(probe)
        subject.connection.last_request_id = None
        seen: Any = None
        problem: str | None = None
        try:
            seen, silent = probe.run(subject), 0
        except NoResponse as error:
            problem, silent = str(error), silent + 1
        except ProbeFailed as error:
            problem, silent = str(error), 0
        except MISSHAPEN:
            problem, silent = "the response is not shaped as the schema says", 0
        yield Result(probe, seen, problem, subject.connection.last_request_id)
        if silent == MOST_SILENT:
            raise Stopped(f"{silent} probes in a row had no response")


def require_test_mode(subject: Subject) -> None:
    """Read the mode of webhooks, of orders and of a new cart's items.

    No key's prefix decides: secret keys of both modes share one form.

    :raises Stopped: if one is not TEST, or nothing tells.
    """
    modes: set[str] = set()
    for name, document in _MODES.items():
        with suppress(ProbeFailed, *MISSHAPEN):
            node = first_node(subject.ask(document), name)
            modes |= {str(node["mode"])} if node and node.get("mode") else set()
    with suppress(ProbeFailed, *MISSHAPEN):
        modes |= {str(i["mode"]) for i in subject.cart["items"] if i.get("mode")}
    if not modes:
        raise Stopped("nothing tells whether the credential is of mode TEST or LIVE")
    if modes != {"TEST"}:
        raise Stopped(
            f"the credential's objects are of mode {', '.join(sorted(modes))}"
        )
