"""Our documents against the live schema: what is missing, changed, or about to go.

Zonos's schema may be read without a key. It is compared with the one that this version
was made for, only where our documents and variables touch it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from typing import TYPE_CHECKING

from .. import operations
from ..config import Settings
from ..operations import Operation
from .endpoint import ask
from .finding import error
from .finding import Finding
from .finding import ok
from .finding import warning

if TYPE_CHECKING:
    from graphql import GraphQLSchema

_TOPIC = "schema"
_UPGRADE = (
    "Upgrade flask-zonos; if this is the newest, report it with this line, and run the "
    "shop's own checkout meanwhile."
)
_LATER = "Nothing breaks yet. Upgrade flask-zonos before Zonos removes it."


def check(settings: Settings) -> Iterator[Finding]:
    """Whether Zonos's schema still takes what we send and gives what we read."""
    from .schema import announced
    from .schema import changed_types
    from .schema import code_changes
    from .schema import deprecated
    from .schema import input_problems
    from .schema import refused

    live = _live_schema(settings)
    if isinstance(live, Finding):
        yield live
        return
    known = _known_schema()
    found = []
    for operation in _all_operations():
        optional = _is_optional(operation, settings)
        for problem in (
            *refused(live, operation),
            *changed_types(known, live, operation),
            *input_problems(live, operation),
        ):
            found.append(_trouble(operation, problem, optional=optional))
        for notice in deprecated(live, operation):
            found.append(warning(_TOPIC, f"{operation.name}: {notice}", _LATER))
        for notice in announced(live, operation):
            if notice not in set(announced(known, operation)):
                found.append(warning(_TOPIC, f"{operation.name}: {notice}", _LATER))
    found += [warning(_TOPIC, change, _UPGRADE) for change in code_changes(live)]
    # Several operations share fields: each thing is told once.
    yield from dict.fromkeys(found)
    if not found:
        count = len(_all_operations())
        yield ok(_TOPIC, f"All {count} documents fit Zonos's schema of today.")


def _all_operations() -> list[Operation[Any, Any]]:
    return [v for v in vars(operations).values() if isinstance(v, Operation)]


def _is_optional(operation: Operation[Any, Any], settings: Settings) -> bool:
    """Whether a checkout goes on without the operation."""
    vital = {
        settings.cart_mutation,
        operations.AUTHENTICATE.name,
        operations.ORDER.name,
    }
    return operation.name not in vital or operation is operations.AUTHENTICATE_WHOLE


def _trouble(
    operation: Operation[Any, Any], problem: str, *, optional: bool
) -> Finding:
    message = f"{operation.name}: {problem}"
    if optional:
        return warning(_TOPIC, message, "Upgrade flask-zonos before you use it.")
    return error(_TOPIC, message, _UPGRADE)


def _known_schema() -> GraphQLSchema:
    from graphql import build_schema

    # The sandbox's file is the record of the schema that this version was made for.
    text = files(__package__).parent / "sandbox" / "schema.graphql"  # type: ignore[attr-defined]
    return build_schema(text.read_text(encoding="utf-8"))


def _live_schema(settings: Settings) -> GraphQLSchema | Finding:
    from graphql import build_client_schema
    from graphql import get_introspection_query

    # An older server does not know of deprecated arguments and input fields.
    for deprecated_inputs in (True, False):
        query = get_introspection_query(input_value_deprecation=deprecated_inputs)
        try:
            answer = ask(settings, "POST", settings.api_url, {"query": query}).json()
            return build_client_schema(answer["data"], assume_valid=True)
        except (OSError, TypeError, KeyError, ValueError) as trouble:
            # requests' errors are OSErrors.
            told = type(trouble).__name__
    return warning(
        _TOPIC,
        f"Zonos's schema could not be read ({told}), so our documents are unchecked.",
        "Try again; if Zonos has closed its introspection, rely on the changelog.",
    )
