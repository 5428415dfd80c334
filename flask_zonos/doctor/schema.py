"""One operation of ours, held against a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import FieldNode
from graphql import get_named_type
from graphql import get_nullable_type
from graphql import GraphQLEnumType
from graphql import GraphQLError
from graphql import GraphQLField
from graphql import GraphQLInputField
from graphql import GraphQLInputObjectType
from graphql import GraphQLInputType
from graphql import GraphQLList
from graphql import GraphQLSchema
from graphql import is_required_input_field
from graphql import NoDeprecatedCustomRule
from graphql import OperationDefinitionNode
from graphql import type_from_ast
from graphql import TypeInfo
from graphql import TypeInfoVisitor
from graphql import validate
from graphql import visit
from graphql import Visitor

from .. import codes
from ..operations import Operation
from .samples import variables_of

AnyOperation = Operation[Any, Any]

#: The code lists that carts and profiles are checked against, by the schema's name.
CODES = {
    "CartAdjustmentType": codes.CART_ADJUSTMENT_TYPES,
    "CountryCode": codes.COUNTRY_CODES,
    "CurrencyCode": codes.CURRENCY_CODES,
    "DutyTaxFeeConfiguration": codes.DUTY_TAX_FEE_CONFIGURATIONS,
    "ItemMeasurementType": codes.ITEM_MEASUREMENT_TYPES,
    "ItemType": codes.ITEM_TYPES,
    "ItemUnitOfMeasure": codes.ITEM_UNITS_OF_MEASURE,
    "ItemValueSource": codes.ITEM_VALUE_SOURCES,
}


def refused(schema: GraphQLSchema, operation: AnyOperation) -> Iterator[str]:
    """Why the schema refuses the document."""
    yield from _messages(validate(schema, operation.document))


def deprecated(schema: GraphQLSchema, operation: AnyOperation) -> Iterator[str]:
    """What of the schema that we use is marked as going."""
    rules = [NoDeprecatedCustomRule]
    yield from _messages(validate(schema, operation.document, rules))
    for name, field in _sent_fields(schema, operation).items():
        if field.deprecation_reason is not None:
            yield f"The input field {name} is deprecated. {field.deprecation_reason}"


def input_problems(schema: GraphQLSchema, operation: AnyOperation) -> Iterator[str]:
    """Why the schema refuses variables with every field filled in that we know."""
    for type_, value, at in _variables(schema, operation):
        yield from _misfits(type_, value, at)


def changed_types(
    known: GraphQLSchema, live: GraphQLSchema, operation: AnyOperation
) -> Iterator[str]:
    """Which selected fields are of another type than they were; non-null is as good."""
    before = _selected(known, operation)
    for name, field in _selected(live, operation).items():
        if name not in before:
            continue  # Its parent has another name now, which is told already.
        was, now = str(before[name].type), str(field.type)
        if now.replace("!", "") != was.replace("!", ""):
            yield f"{name} was {was} and is {now}"
        elif now.count("!") < was.count("!"):
            yield f"{name} was {was} and may now be null ({now})"


def announced(schema: GraphQLSchema, operation: AnyOperation) -> dict[str, str]:
    """Which descriptions of what we use speak of deprecation without the mark."""
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
    """What each of the schema's code lists has lost and gained against ours."""
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
) -> Iterator[tuple[GraphQLInputType, Any, str]]:
    """Each variable's type, a sample of its value, and where it stands."""
    samples = variables_of(operation.name)
    for definition in operation.document.definitions:
        if not isinstance(definition, OperationDefinitionNode):
            continue
        for variable in definition.variable_definitions or ():
            name = variable.variable.name.value
            type_: Any = type_from_ast(schema, variable.type)
            if type_ is not None and name in samples:
                yield type_, samples[name], ""


def _misfits(type_: Any, value: Any, at: str) -> Iterator[str]:
    """Where a value has not the shape that its type wants."""
    type_ = get_nullable_type(type_)
    if isinstance(type_, GraphQLList):
        for element in value if isinstance(value, list) else [value]:
            yield from _misfits(type_.of_type, element, at)
    elif isinstance(type_, GraphQLEnumType):
        if value not in type_.values:
            yield f"{at}: {type_.name} has no {value} any more"
    elif isinstance(type_, GraphQLInputObjectType):
        if isinstance(value, dict):
            yield from _unfitting_fields(type_, value)
        else:
            yield f"{at} has become a {type_.name}"
    elif isinstance(value, dict | list):
        yield f"{at} has become a {type_}"


def _unfitting_fields(type_: GraphQLInputObjectType, value: Any) -> Iterator[str]:
    for name, part in value.items():
        if name in type_.fields:
            yield from _misfits(type_.fields[name].type, part, f"{type_.name}.{name}")
        else:
            yield f"{type_.name} has no field {name} any more"
    for name, field in type_.fields.items():
        if is_required_input_field(field) and name not in value:
            yield f"{type_.name} now requires {name}: {field.type}"


def _sent(
    schema: GraphQLSchema, operation: AnyOperation
) -> Iterator[tuple[GraphQLInputObjectType, dict[str, Any]]]:
    """Each input object that we send, and of what type it is."""
    for type_, value, _ in _variables(schema, operation):
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
