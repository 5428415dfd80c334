"""The state that all requests to one sandbox share."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import cast

from flask import current_app
from graphql import GraphQLSchema

from .control.clock import Clock
from .control.clock import Ids
from .control.faults import Faults
from .control.options import Options
from .control.outbox import Outbox
from .control.timeline import Timeline
from .graph.documents import Documents
from .graph.rate_limit import PointsPool
from .storage.store import Store

#: Where the state stands in ``app.extensions``.
KEY = "zonos-sandbox"


@dataclass(kw_only=True)
class State:
    """One sandbox: what it remembers, its time, its ids, its settings, its faults.

    It is the context of every GraphQL execution too.
    """

    store: Store
    options: Options
    schema: GraphQLSchema
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)
    outbox: Outbox = field(default_factory=Outbox)
    timeline: Timeline = field(default_factory=Timeline)
    faults: Faults = field(init=False)
    pool: PointsPool = field(init=False)
    documents: Documents = field(init=False)

    def __post_init__(self) -> None:
        self._first_options = self.options.as_dict()
        self.faults = Faults(root_fields(self.schema))
        self.pool = PointsPool(self.options)
        self.documents = Documents(self.schema)

    def new_id(self, table: str, prefix: str) -> str:
        """An id for a new row of a table."""
        return self.store.new_id(self.ids, table, prefix)

    def reset(self) -> None:
        """Begin anew: forget everything, lift all faults, run the machine's clock.

        The options go back to what they were at the start.
        """
        self.store.clear()
        self.faults.lift()
        self.outbox.clear()
        self.timeline.clear()
        self.clock.reset()
        self.ids.reset()
        self.pool.reset()
        self.options.change(self._first_options)


def root_fields(schema: GraphQLSchema) -> list[str]:
    """The operations that can be called, by name, those on the schema itself last."""
    roots = (schema.query_type, schema.mutation_type)
    names = [name for root in roots if root is not None for name in root.fields]
    return [*sorted(names), "__schema", "__type", "__typename"]


def current_state() -> State:
    """The state of the sandbox that serves the current request."""
    return cast(State, current_app.extensions[KEY])
