"""Documents, parsed and validated once: shops send the same few again and again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from graphql import DocumentNode
from graphql import GraphQLError
from graphql import GraphQLSchema
from graphql import parse
from graphql import validate

_MOST_TOKENS = 20_000
_KEPT = 64


class Documents:
    """The documents that were asked for lately, with what is wrong about each."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[DocumentNode, list[GraphQLError]]] = (
            OrderedDict()
        )

    def get(self, text: str) -> tuple[DocumentNode, list[GraphQLError]]:
        """A text as a document, and the errors that its validation has found.

        :raises GraphQLError: if the text is no document
        """
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        try:
            document = parse(text, max_tokens=_MOST_TOKENS)
            found = document, validate(self._schema, document)
        except RecursionError:
            raise GraphQLError("The query is nested too deeply") from None
        with self._lock:
            self._known[text] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found
