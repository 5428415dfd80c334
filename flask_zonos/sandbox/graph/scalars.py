"""The two scalars of Zonos's graph that GraphQL does not bring along."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any

from graphql import FloatValueNode
from graphql import GraphQLError
from graphql import GraphQLScalarType
from graphql import GraphQLSchema
from graphql import IntValueNode
from graphql import StringValueNode

from ..control.clock import format_datetime
from ..control.options import Options

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.]\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_PLAIN = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?", re.ASCII)
_MOST_DIGITS = 40
_MILLISECONDS = re.compile(r"[.]\d+(?=Z$)")


def decimal(value: object) -> Decimal:
    """A number as the graph takes and gives it.

    :raises GraphQLError: if it is none, or too long for any amount
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise GraphQLError(f"Decimal takes a number, not {_kind(value)}")
    number = Decimal(value)
    if not number.is_finite():
        raise GraphQLError("Decimal takes a finite number")
    if abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > 60:
        raise GraphQLError("Decimal does not take a number of so many digits")
    return number


def _decimal_literal(node: Any, _variables: Any = None) -> Decimal:
    if not isinstance(node, IntValueNode | FloatValueNode):
        raise GraphQLError("Decimal takes a number", node)
    return decimal(_decimal_of_text(node.value))


def _decimal_of_text(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise GraphQLError("Decimal takes a finite number") from None


def parse_datetime(value: object) -> datetime:
    """The datetime that an ISO 8601 text with a zone stands for, in UTC.

    :raises GraphQLError: if it stands for none
    """
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise GraphQLError(
            "DateTime takes an ISO 8601 instant with its zone,"
            " such as 2025-01-27T15:00:00Z"
        )
    digits = re.sub(r"([.]\d{6})\d+", r"\1", value)
    try:
        return datetime.fromisoformat(digits).astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("DateTime takes a timestamp that exists") from None


def _datetime_literal(node: Any, _variables: Any = None) -> datetime:
    if not isinstance(node, StringValueNode):
        raise GraphQLError("DateTime takes a text", node)
    return parse_datetime(node.value)


def _datetime_text(value: object) -> str:
    return format_datetime(value) if isinstance(value, datetime) else str(value)


def _kind(value: object) -> str:
    return {str: "a text", bool: "a truth value", dict: "an object"}.get(
        type(value), "this"
    )


def install(schema: GraphQLSchema, options: Options) -> None:
    """Give a schema's ``Decimal`` and ``DateTime`` their meaning."""

    def parse_decimal(value: object) -> Decimal:
        texts = options.decimal_texts and isinstance(value, str)
        return decimal(_decimal_of_text(str(value)) if texts else value)

    def parse_for_options(value: object) -> datetime:
        plain = isinstance(value, str) and _PLAIN.fullmatch(value)
        if options.plain_dates and plain:
            value = f"{value}Z" if "T" in str(value) else f"{value}T00:00:00Z"
        return parse_datetime(value)

    def format_for_options(value: object) -> str:
        text = _datetime_text(value)
        return text if options.datetime_milliseconds else _MILLISECONDS.sub("", text)

    _give(schema, "Decimal", decimal, parse_decimal, _decimal_literal)
    _give(schema, "DateTime", format_for_options, parse_for_options, _datetime_literal)


def _give(
    schema: GraphQLSchema,
    name: str,
    outward: Callable[[Any], Any],
    inward: Callable[[Any], Any],
    literal: Callable[..., Any],
) -> None:
    scalar = schema.type_map[name]
    if not isinstance(scalar, GraphQLScalarType):
        raise TypeError(f"{name} is no scalar in this schema")
    # graphql-core 3.2 knows the first three names, 3.3 the others as well.
    for attribute, function in {
        "serialize": outward,
        "parse_value": inward,
        "parse_literal": literal,
        "coerce_output_value": outward,
        "coerce_input_value": inward,
        "coerce_input_literal": literal,
    }.items():
        setattr(scalar, attribute, function)
