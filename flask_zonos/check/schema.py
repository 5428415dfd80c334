"""One operation of ours, held against a schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import BreakingChangeType
from graphql import FieldNode
from graphql import find_breaking_changes
from graphql import get_named_type
from graphql import GraphQLEnumType
from graphql import GraphQLError
from graphql import GraphQLField
from graphql import GraphQLInputField
from graphql import GraphQLInputObjectType
from graphql import GraphQLInputType
from graphql import GraphQLSchema
from graphql import NoDeprecatedCustomRule
from graphql import OperationDefinitionNode
from graphql import type_from_ast
from graphql import TypeInfo
from graphql import TypeInfoVisitor
from graphql import validate
from graphql import VariableDefinitionNode
from graphql import visit
from graphql import Visitor
from graphql.execution.values import get_variable_values

from ..api import enums
from ..api.operations import Operation
from .samples import variables_of

AnyOperation = Operation[Any, Any]

#: The code lists that carts and profiles are checked against, by the schema's name.
CODES = {
    "CartAdjustmentType": enums.CART_ADJUSTMENT_TYPES,
    "CountryCode": enums.COUNTRY_CODES,
    "CurrencyCode": enums.CURRENCY_CODES,
    "DutyTaxFeeConfiguration": enums.DUTY_TAX_FEE_CONFIGURATIONS,
    "ItemMeasurementType": enums.ITEM_MEASUREMENT_TYPES,
    "ItemType": enums.ITEM_TYPES,
    "ItemUnitOfMeasure": enums.ITEM_UNITS_OF_MEASURE,
    "ItemValueSource": enums.ITEM_VALUE_SOURCES,
}

_SAMPLE = re.compile(r" got invalid value .*(?=; )|[,?]? [Ff]ound: .*$")


def refused(schema: GraphQLSchema, operation: AnyOperation) -> Iterator[str]:
    """The schema's reasons to refuse the document."""
    yield from _messages(validate(schema, operation.document))


def deprecated(schema: GraphQLSchema, operation: AnyOperation) -> Iterator[str]:
    """Deprecated parts of the schema that we use."""
    rules = [NoDeprecatedCustomRule]
    yield from _messages(validate(schema, operation.document, rules))
    for name, field in _sent_fields(schema, operation).items():
        if field.deprecation_reason is not None:
            yield f"The input field {name} is deprecated. {field.deprecation_reason}"


def input_problems(schema: GraphQLSchema, operation: AnyOperation) -> Iterator[str]:
    """Reasons why the schema refuses variables with every field that we know filled."""
    samples = variables_of(operation.name)
    wanted = [
        definition
        for definition in _variable_definitions(operation)
        if definition.variable.name.value in samples
    ]
    result = get_variable_values(schema, wanted, samples)
    if isinstance(result, list):
        for error in result:
            # Without the sample itself, of which graphql-core shows the whole.
            yield _SAMPLE.sub("", error.message)


def changed_types(
    known: GraphQLSchema, live: GraphQLSchema, operation: AnyOperation
) -> Iterator[str]:
    """Selected fields that are of another type than they were, or may now be null."""
    selected = _selected(known, operation)
    for change in find_breaking_changes(known, live):
        if change.type is BreakingChangeType.FIELD_CHANGED_KIND:
            if selected.keys() & change.description.split():
                yield change.description


def announced(schema: GraphQLSchema, operation: AnyOperation) -> dict[str, str]:
    """Descriptions of what we use that speak of deprecation without the mark."""
    used: dict[str, GraphQLField | GraphQLInputField | GraphQLInputObjectType] = {
        **_selected(schema, operation),
        **_sent_fields(schema, operation),
        **{type_.name: type_ for type_, _ in _sent(schema, operation)},
    }
    return {
        name: " ".join(thing.description.split())
        for name, thing in used.items()
        if thing.description and "deprecat" in thing.description.lower()
    }


def code_changes(
    schema: GraphQLSchema,
) -> Iterator[tuple[str, list[str], list[str]]]:
    """The values that each of the schema's enums has lost and gained against ours."""
    for name, ours in CODES.items():
        enum = schema.type_map.get(name)
        if isinstance(enum, GraphQLEnumType):
            yield (
                name,
                sorted(ours - enum.values.keys()),
                sorted(enum.values.keys() - ours),
            )


def _messages(errors: list[GraphQLError]) -> Iterator[str]:
    yield from dict.fromkeys(error.message for error in errors)


def _selected(
    schema: GraphQLSchema, operation: AnyOperation
) -> dict[str, GraphQLField]:
    """The selected fields, such as ``Cart.id``, that the schema has."""
    found: dict[str, GraphQLField] = {}
    info = TypeInfo(schema)

    class Collector(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent, field = info.get_parent_type(), info.get_field_def()
            if parent is not None and field is not None:
                found[f"{parent.name}.{node.name.value}"] = field

    visit(operation.document, TypeInfoVisitor(info, Collector()))
    return found


def _variables(
    schema: GraphQLSchema, operation: AnyOperation
) -> Iterator[tuple[GraphQLInputType, Any]]:
    """Each variable's type and a sample of its value."""
    samples = variables_of(operation.name)
    for definition in _variable_definitions(operation):
        name = definition.variable.name.value
        type_: Any = type_from_ast(schema, definition.type)
        if type_ is not None and name in samples:
            yield type_, samples[name]


def _variable_definitions(
    operation: AnyOperation,
) -> Iterator[VariableDefinitionNode]:
    for definition in operation.document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield from definition.variable_definitions or ()


def _sent(
    schema: GraphQLSchema, operation: AnyOperation
) -> Iterator[tuple[GraphQLInputObjectType, dict[str, Any]]]:
    """Each input object that we send, and of what type it is."""
    for type_, value in _variables(schema, operation):
        yield from _objects(type_, value)


def _objects(
    type_: Any, value: Any
) -> Iterator[tuple[GraphQLInputObjectType, dict[str, Any]]]:
    named = get_named_type(type_)
    for each in value if isinstance(value, list) else [value]:
        if isinstance(named, GraphQLInputObjectType) and isinstance(each, dict):
            yield named, each
            for name, part in each.items():
                if name in named.fields:
                    yield from _objects(named.fields[name].type, part)


def _sent_fields(
    schema: GraphQLSchema, operation: AnyOperation
) -> dict[str, GraphQLInputField]:
    """The input fields that we fill in, such as ``ItemInput.sku``."""
    return {
        f"{type_.name}.{name}": type_.fields[name]
        for type_, value in _sent(schema, operation)
        for name in value
        if name in type_.fields
    }
