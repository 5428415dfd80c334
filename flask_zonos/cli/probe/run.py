"""One run: the mode first, then the probes, and at the end what can be deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import carts
from . import endpoint
from . import orders
from . import profiles
from . import webhooks
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
)
#: Requests besides the probes' own: mode, schema, and the webhooks' deletion.
OTHER_CALLS = 8

_MODES = {
    "webhooks": "{ webhooks(first: 1) { edges { node { mode } } } }",
    "orders": "{ orders(first: 1) { edges { node { mode } } } }",
}


class LiveMode(Exception):
    """Objects that are not of mode TEST, or none that tells a mode."""


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
    def differs(self) -> bool:
        """Zonos does otherwise than the sandbox assumes."""
        return self.problem is None and self.seen != self.probe.assumed


def calls_of(probes: Iterable[Probe]) -> int:
    """The requests of a run at most, repeats after a 429 included."""
    return 2 * sum(probe.calls for probe in probes) + OTHER_CALLS


def points_of(probes: Iterable[Probe]) -> int:
    """The points of a run at most."""
    return sum(probe.points for probe in probes) + 10 * OTHER_CALLS


def run_probes(
    subject: Subject, probes: Iterable[Probe], on_probe: Callable[[Probe], None]
) -> Iterator[Result]:
    """Yield each probe's result; a permanent one runs only where the mode is TEST.

    :raises LiveMode: before anything permanent is made, if the mode is not TEST.
    """
    is_test = False
    for probe in sorted(probes, key=lambda each: each.permanent):
        if probe.permanent and not is_test:
            require_test_mode(subject)
            is_test = True
        on_probe(probe)
        subject.connection.last_request_id = None
        try:
            seen = probe.run(subject)
        except ProbeFailed as error:
            seen, problem = None, str(error)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            seen, problem = None, "the response has another shape than the schema says"
        else:
            problem = None
        yield Result(probe, seen, problem, subject.connection.last_request_id)


def require_test_mode(subject: Subject) -> None:
    """Read the mode of webhooks, of orders and of a new cart's items.

    No key's prefix decides: secret keys of both modes share one form.

    :raises LiveMode: if one is not TEST, or nothing tells.
    """
    modes: set[str] = set()
    for name, document in _MODES.items():
        try:
            node = first_node(subject.ask(document), name)
        except ProbeFailed:
            continue
        modes |= {str(node["mode"])} if node and node.get("mode") else set()
    try:
        modes |= {str(i["mode"]) for i in subject.cart["items"] if i.get("mode")}
    except (ProbeFailed, LookupError, TypeError):
        pass
    if not modes:
        raise LiveMode("nothing tells whether the credential is of mode TEST or LIVE")
    if modes != {"TEST"}:
        raise LiveMode(
            f"the credential's objects are of mode {', '.join(sorted(modes))}"
        )


def schema_fingerprint(introspection: dict[str, Any]) -> str:
    """Return a hash of a schema that does not depend on the order of its types."""
    from graphql import build_client_schema
    from graphql import lexicographic_sort_schema
    from graphql import print_schema

    schema = build_client_schema(introspection, assume_valid=True)  # type: ignore[arg-type]
    text = print_schema(lexicographic_sort_schema(schema))
    return hashlib.sha256(text.encode()).hexdigest()


def fetch_schema_fingerprint(subject: Subject) -> str | None:
    """Return the hash of Zonos's present schema, or ``None`` if it can't be read."""
    from graphql import get_introspection_query

    try:
        return schema_fingerprint(subject.ask(get_introspection_query()).data)
    except (ProbeFailed, TypeError, KeyError, ValueError):
        return None
