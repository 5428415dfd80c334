"""Faults on demand: what can go wrong between a shop and Zonos."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from threading import Event
from threading import Lock
from typing import Any

from ..graph.problems import STATUSES
from .outbox import check_times

#: Every kind of fault, and what it does.
KINDS = {
    "latency": "The response comes 'seconds' later; with a list, one of them is drawn",
    "reset-before": "The connection is reset before anything is executed",
    "reset-after": "It is executed, then the connection is reset",
    "no-answer": "It is executed, and no response comes for 'seconds' (60)",
    "drip": "The response comes byte by byte, 'seconds' (0.05) apart",
    "truncated": "The response is whole as HTTP, but only half of the JSON",
    "closed-early": "The connection is reset in the middle of the body",
    "html": "A page of HTML with status 200 comes instead",
    "status": "An error with the HTTP status 'status' comes instead",
    "error": "A GraphQL error of the class 'error_type' comes instead",
    "data-and-errors": "It is executed, and the response has an error beside its data",
    "data-null": "It is executed, and the response's data is null without any error",
    "no-password": "It is executed, and oneTimePassword is null",
    "redirect": "A redirect to 'location' comes instead",
    "rate-limited": "429 comes instead, with Retry-After if 'seconds' are given",
    "expired-cart": "The cart that is made has expired already",
    "expired-password": "The password that is made is too old already",
    "used-password": "The password that is made has been used already",
}
_HTTP = (400, 401, 403, 404, 405, 406, 409, 412, 422, 429, 500, 502, 503, 504)


@dataclass
class Fault:
    """One fault: for an operation (``*`` for any), for so many calls.

    :param times: the calls it hits; ``None`` is until it is lifted
    :param customer_id: hit only calls that are about this customer: their variables
        name the customer, or an order of theirs
    :raises ValueError: for a kind or a value that there is not
    """

    kind: str
    operation: str = "*"
    times: int | None = 1
    seconds: float | list[float] | None = None
    status: int = 503
    error_type: str = "UNAVAILABLE"
    location: str = "http://127.0.0.1:9/"
    customer_id: str | None = None
    id: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"'kind' is one of {', '.join(KINDS)}")
        check_times(self.times)
        given = self.seconds if isinstance(self.seconds, list) else [self.seconds]
        for one in given:
            if one is not None and (isinstance(one, str) or not 0 <= one <= 600):
                raise ValueError("'seconds' is a number from 0 to 600, or a list")
        if self.kind == "latency" and not (self.seconds or self.seconds == 0):
            raise ValueError("'latency' needs 'seconds'")
        if self.status not in _HTTP:
            raise ValueError(f"'status' is one of {', '.join(map(str, _HTTP))}")
        if self.error_type not in STATUSES:
            raise ValueError(f"'error_type' is one of {', '.join(STATUSES)}")
        sound = isinstance(self.operation, str) and isinstance(self.location, str)
        if not sound or not self.location.isascii() or "\n" in self.location:
            raise ValueError("'operation' and 'location' are texts")
        if self.customer_id is not None and not isinstance(self.customer_id, str):
            raise ValueError("'customer_id' is a text, or null for everybody")

    def fits(self, operations: Iterable[str], customer_id: str | None) -> bool:
        """Return whether this fault may hit a call."""
        concerned = self.customer_id in (None, customer_id)
        return concerned and self.operation in ("*", *operations)

    def pause(self, default: float) -> float:
        """The seconds of this fault; drawn where there is a list."""
        if isinstance(self.seconds, list):
            return float(random.choice(self.seconds))
        return float(default if self.seconds is None else self.seconds)


class RandomFaults:
    """Lets a share of all calls fail, each with one of several faults.

    The draws belong to the seed: the n-th call of an operation meets the same fault in
    every run, whatever is asked beside it.

    :ivar calls: how many calls there have been
    :ivar drawn: how often each kind of fault has been drawn
    """

    def __init__(self, share: float, seed: int, faults: Sequence[Fault]) -> None:
        if isinstance(share, bool | str) or not 0 <= share <= 1:
            raise ValueError("'share' is a number from 0 to 1")
        if not faults:
            raise ValueError("'faults' needs at least one fault")
        self.share = share
        self.seed = seed
        self.faults = tuple(faults)
        self.calls = 0
        self.drawn: Counter[str] = Counter()
        self._dice: dict[str, random.Random] = {}

    def draw(self, operations: Sequence[str], customer_id: str | None) -> list[Fault]:
        """The fault for one call, if it gets one."""
        name = " ".join(operations)
        dice = self._dice.setdefault(name, random.Random(f"{self.seed} {name}"))
        fitting = [each for each in self.faults if each.fits(operations, customer_id)]
        self.calls += 1
        if dice.random() >= self.share or not fitting:
            return []
        drawn = dice.choice(fitting)
        self.drawn[drawn.kind] += 1
        return [drawn]

    def as_dict(self) -> dict[str, Any]:
        """The random faults as JSON, with those drawn so far."""
        return {
            "share": self.share,
            "seed": self.seed,
            "faults": [asdict(fault) for fault in self.faults],
            "calls": self.calls,
            "drawn": dict(self.drawn),
        }


class Faults:
    """The faults that stand.

    :param operations: the names that a fault may have for its operation
    """

    def __init__(self, operations: Collection[str]) -> None:
        self._operations = operations
        self._lock = Lock()
        self._standing: list[Fault] = []
        self._random: RandomFaults | None = None
        self._count = 0
        #: Set when the sandbox stops; whoever waits goes on.
        self.stopping = Event()

    def add(self, fault: Fault) -> Fault:
        """Set a fault; several hit a call together.

        :raises ValueError: for an operation that there is not
        """
        self._check(fault)
        with self._lock:
            self._count += 1
            fault.id = self._count
            self._standing.append(fault)
            return fault

    def at_random(
        self, *, share: float, faults: Sequence[Fault], seed: int = 0
    ) -> RandomFaults:
        """Let calls fail at random, until that is lifted or set anew.

        .. code-block:: python

            chaos = sandbox.faults.at_random(
                share=1 / 3,
                seed=7,
                faults=[
                    Fault("reset-before"),
                    Fault("latency", seconds=[0.1, 2]),
                    Fault("no-password", "checkoutCustomerProfileAuthenticate"),
                ],
            )

        A call that is hit gets one of those faults that are for its operation, each as
        likely as the others; their ``times`` do not count. Faults that were set by
        :meth:`add` hit besides.

        :param share: the part of the calls that are hit, from 0 to 1
        :param faults: what to draw from
        :param seed: the same seed gives the n-th call of each operation the same fault
        :returns: what counts, in ``drawn``, how often each kind has been drawn
        :raises ValueError: for another share, without faults, or for an operation that
            there is not
        """
        for fault in faults:
            self._check(fault)
        with self._lock:
            self._random = RandomFaults(share, seed, faults)
            return self._random

    def _check(self, fault: Fault) -> None:
        """See to it that a mistyped operation does not pass for a fault that hit."""
        if fault.operation not in ("*", *self._operations):
            names = ", ".join(self._operations)
            raise ValueError(
                f"There is no operation {fault.operation!r}; 'operation' is * or one "
                f"of {names}"
            )

    def take(
        self, operations: Sequence[str], customer_id: str | None = None
    ) -> list[Fault]:
        """The faults for one call, which counts towards their times.

        :param operations: the root fields that are called
        :param customer_id: whom the call is about, if that is known
        """
        with self._lock:
            hits = [f for f in self._standing if f.fits(operations, customer_id)]
            for fault in hits:
                if fault.times is not None:
                    fault.times -= 1
            self._standing = [each for each in self._standing if each.times != 0]
            if self._random is not None:
                hits += self._random.draw(operations, customer_id)
            return hits

    def lift(self, id: int | None = None) -> int:
        """Lift one fault, or all and those at random too; how many stood."""
        with self._lock:
            before = len(self._standing)
            self._standing = [
                f for f in self._standing if id is not None and f.id != id
            ]
            if id is None:
                self._random = None
            return before - len(self._standing)

    def lift_random(self) -> None:
        """Let no call fail at random any more."""
        with self._lock:
            self._random = None

    def wait(self, seconds: float) -> None:
        """Let so much time pass, unless the sandbox stops."""
        self.stopping.wait(seconds)

    def as_list(self) -> list[dict[str, Any]]:
        """The faults that stand."""
        with self._lock:
            return [asdict(fault) for fault in self._standing]

    def random_as_dict(self) -> dict[str, Any] | None:
        """The faults that are drawn at random, or ``None``."""
        with self._lock:
            return None if self._random is None else self._random.as_dict()
