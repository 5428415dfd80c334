"""Documents, parsed and validated once: shops send the same few again and again."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from graphql import DocumentNode
from graphql import GraphQLError
from graphql import GraphQLSchema
from graphql import parse
from graphql import validate

from ..introspection import check_introspection

_MOST_TOKENS = 20_000
#: Enough for any tool's introspection; validating takes time by the square of it.
_MOST_TOKENS_WITHOUT_KEY = 1_500
_KEPT = 64


class Documents:
    """The documents that were asked for lately, with what is wrong about each."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._lock = Lock()
        self._known: OrderedDict[str, tuple[DocumentNode, list[GraphQLError]]] = (
            OrderedDict()
        )

    def get(
        self, text: str, *, has_key: bool
    ) -> tuple[DocumentNode, list[GraphQLError]]:
        """A text as a document, and the errors that its validation has found.

        :raises GraphQLError: if the text is no document
        :raises TooCostly: if it asks for too much of the schema
        """
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        try:
            most = _MOST_TOKENS if has_key else _MOST_TOKENS_WITHOUT_KEY
            document = parse(text, max_tokens=most)
            check_introspection(document, self._schema)
            found = document, validate(self._schema, document)
        except RecursionError:
            raise GraphQLError("The query is nested too deeply") from None
        with self._lock:
            self._known[text] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found
