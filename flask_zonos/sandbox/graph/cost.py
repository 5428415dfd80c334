"""The cost of a query in Zonos's points, computed before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode
from graphql import FieldNode
from graphql import FragmentDefinitionNode
from graphql import FragmentSpreadNode
from graphql import get_named_type
from graphql import get_nullable_type
from graphql import GraphQLList
from graphql import GraphQLObjectType
from graphql import GraphQLSchema
from graphql import InlineFragmentNode
from graphql import IntValueNode
from graphql import OperationDefinitionNode
from graphql import OperationType
from graphql import SelectionSetNode
from graphql import VariableNode

from ..control.options import Options

#: What a document costs before its objects are counted.
BASE = {OperationType.QUERY: 5, OperationType.MUTATION: 10}


def cost(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    options: Options,
) -> int:
    """The points of a valid operation: its base, and one for each object returned.

    A connection and its edges are free, its nodes count as often as was asked for; a
    plain list counts for ``list_cost`` of the options, since its length is not known.
    """
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    root = schema.get_root_type(operation.operation)
    if root is None:
        return 0
    counter = _Counter(schema, fragments, variables, options)
    return BASE[operation.operation] + counter.objects(root, operation.selection_set, 1)


class _Counter:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
        options: Options,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables
        self._options = options
        self._reckoned: dict[tuple[str, int], int] = {}

    def objects(
        self, parent: GraphQLObjectType, selection: SelectionSetNode, size: int
    ) -> int:
        found = 0
        for node in selection.selections:
            if isinstance(node, FragmentSpreadNode):
                found += self._fragment(parent, node.name.value, size)
            elif isinstance(node, InlineFragmentNode):
                found += self.objects(parent, node.selection_set, size)
            elif isinstance(node, FieldNode) and node.selection_set is not None:
                found += self._field(parent, node, size)
        return found

    def _fragment(self, parent: GraphQLObjectType, name: str, size: int) -> int:
        if (name, size) not in self._reckoned:
            selection = self._fragments[name].selection_set
            self._reckoned[name, size] = self.objects(parent, selection, size)
        return self._reckoned[name, size]

    def _field(self, parent: GraphQLObjectType, node: FieldNode, size: int) -> int:
        name = node.name.value
        if name.startswith("__") or node.selection_set is None:
            return 0
        type_ = parent.fields[name].type
        named = get_named_type(type_)
        if not isinstance(named, GraphQLObjectType):
            return 0
        if named.name.endswith("Connection"):
            return self.objects(named, node.selection_set, self._window(node))
        if named.name.endswith("Edge"):
            return size * self.objects(named, node.selection_set, 1)
        if named.name == "PageInfo":
            return 0
        plural = isinstance(get_nullable_type(type_), GraphQLList)
        times = self._options.list_cost if plural else 1
        return times * (1 + self.objects(named, node.selection_set, 1))

    def _window(self, node: FieldNode) -> int:
        most = self._options.page_most
        for argument in node.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            if isinstance(argument.value, IntValueNode):
                return max(0, min(int(argument.value.value), most))
            if isinstance(argument.value, VariableNode):
                number = self._variables.get(argument.value.name.value)
                if isinstance(number, int):
                    return max(0, min(number, most))
        return min(self._options.page_size, most)
