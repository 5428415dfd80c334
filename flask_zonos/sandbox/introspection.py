"""A bound on what may be asked of the schema, which takes no key."""

from __future__ import annotations

from functools import cache

from graphql import DocumentNode
from graphql import FieldNode
from graphql import FragmentDefinitionNode
from graphql import FragmentSpreadNode
from graphql import get_introspection_query
from graphql import GraphQLError
from graphql import GraphQLSchema
from graphql import InlineFragmentNode
from graphql import OperationDefinitionNode
from graphql import parse
from graphql import SelectionSetNode

#: How often the fuller of the usual queries of tools may be contained.
_MOST = 3
#: How many of each there are in Zonos's schema, on the average.
_LENGTHS = {
    "fields": 3.4,
    "inputFields": 1.1,
    "enumValues": 4.8,
    "args": 0.2,
    "interfaces": 0.1,
    "possibleTypes": 0.1,
    "ofType": 0.6,
    "directives": 5.0,
}


class TooCostly(GraphQLError):
    """More of the schema is asked for than any tool does."""


def check_introspection(document: DocumentNode, schema: GraphQLSchema) -> None:
    """Refuse a document whose ``__schema`` and ``__type`` would give too much.

    It need not be valid yet: validation itself takes time.

    :raises TooCostly: by aliases, by nesting, or by fragments.
    """
    most = _MOST * _usual(len(schema.type_map))
    if _Points(document, len(schema.type_map)).total() > most:
        raise TooCostly(
            "This introspection asks for too much at once; ask for the schema once, "
            "without aliases"
        )


@cache
def _usual(types: int) -> float:
    return _Points(parse(get_introspection_query()), types).total()


class _Points:
    """Fields that a response would have, about; all operations together."""

    def __init__(self, document: DocumentNode, types: int) -> None:
        self._lengths = {**_LENGTHS, "types": float(types)}
        self._operations = [
            each.selection_set
            for each in document.definitions
            if isinstance(each, OperationDefinitionNode)
        ]
        self._fragments = {
            each.name.value: each.selection_set
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self._counted: dict[tuple[str, bool], float] = {}

    def total(self) -> float:
        return sum(self._count(each, False) for each in self._operations)

    def _count(self, selection: SelectionSetNode, inside: bool) -> float:
        """The points of a selection.

        :param inside: whether it is below ``__schema`` or ``__type``; else only those
            fields count.
        """
        points = 0.0
        for node in selection.selections:
            if isinstance(node, FragmentSpreadNode):
                points += self._fragment(node.name.value, inside)
            elif isinstance(node, FieldNode):
                points += self._field(node, inside)
            elif isinstance(node, InlineFragmentNode):
                points += self._count(node.selection_set, inside)
        return points

    def _field(self, node: FieldNode, inside: bool) -> float:
        name = node.name.value
        inside = inside or name in ("__schema", "__type")
        below = 0.0
        if node.selection_set is not None:
            below = self._count(node.selection_set, inside)
        return inside + self._lengths.get(name, 1) * below

    def _fragment(self, name: str, inside: bool) -> float:
        if (name, inside) not in self._counted:
            # One that holds itself is for the validation to find.
            self._counted[name, inside] = 0
            if name in self._fragments:
                points = self._count(self._fragments[name], inside)
                self._counted[name, inside] = points
        return self._counted[name, inside]
