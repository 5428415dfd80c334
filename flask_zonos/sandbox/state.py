"""What all requests to one sandbox share."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from typing import cast

from flask import current_app
from graphql import GraphQLSchema

from .clock import Clock
from .clock import Ids
from .options import Options
from .store import Store

#: Where the state stands in ``app.extensions``.
KEY = "zonos-sandbox"


@dataclass(kw_only=True)
class State:
    """One sandbox: what it remembers, its time, its ids and its settings.

    It is the context of every GraphQL execution too.
    """

    store: Store
    options: Options
    schema: GraphQLSchema
    clock: Clock = field(default_factory=Clock)
    ids: Ids = field(default_factory=Ids)

    def new_id(self, table: str, prefix: str) -> str:
        """An id for a new row of a table."""
        return self.store.new_id(self.ids, table, prefix)


def current_state() -> State:
    """The state of the sandbox that answers the current request."""
    return cast(State, current_app.extensions[KEY])
