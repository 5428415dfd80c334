"""Our documents against the live schema: what is missing, changed, or about to go.

Zonos's schema may be read without a key. It is compared with the one that this version
was made for, only where our documents and variables touch it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from importlib.resources import files
from typing import Any
from typing import TYPE_CHECKING

from ..api import operations
from ..api.operations import Operation
from ..config import Settings
from ..errors import ConfigurationError
from .finding import error
from .finding import Finding
from .finding import note
from .finding import ok
from .finding import warning
from .reachability import ask

if TYPE_CHECKING:
    from graphql import GraphQLSchema

_TOPIC = "schema"
_UPGRADE = (
    "Upgrade flask-zonos; if this is the newest, report it with this line, and run the "
    "shop's own checkout meanwhile."
)
_LATER = "Nothing breaks yet. Upgrade flask-zonos before Zonos removes it."
_SWITCH = (
    "set ZONOS_CART_MUTATION=cartUpsert. It takes no expiresAt: ZONOS_CART_EXPIRES and "
    "Cart.expires_at have no effect then, and a cart lives as long as the "
    "organization's default has it, which may be a minute. Ask Zonos for a longer one."
)

AnyOperation = Operation[Any, Any]


def check(settings: Settings) -> Iterator[Finding]:
    """Check that our documents and inputs still fit Zonos's schema."""
    from .schema import code_changes

    live = live_schema(settings)
    if isinstance(live, Finding):
        yield live
        return
    known = _known_schema()
    every = _all_operations()
    found = [
        finding
        for operation in every
        for finding in _of_operation(known, live, operation, settings)
    ]
    for name, lost, gained in code_changes(live):
        if lost:
            yield warning(
                _TOPIC,
                f"{name} has lost {', '.join(lost)}: Zonos refuses what we let pass.",
                "Leave them out of carts and profiles, and upgrade flask-zonos.",
            )
        if gained:
            yield note(
                _TOPIC,
                f"{name} has gained {', '.join(gained)}: we refuse what Zonos takes.",
                "Upgrade flask-zonos if the shop needs them.",
            )
    # Several operations share fields: each is reported once.
    yield from dict.fromkeys(found)
    if not any(finding.level in ("error", "warning") for finding in found):
        used = [o for o in every if not _is_other_cart_mutation(o, settings)]
        yield ok(_TOPIC, f"All {len(used)} documents fit Zonos's schema of today.")


def _of_operation(
    known: GraphQLSchema,
    live: GraphQLSchema,
    operation: AnyOperation,
    settings: Settings,
) -> Iterator[Finding]:
    from .schema import announced
    from .schema import deprecated

    problems = _problems(known, live, operation)
    if _is_other_cart_mutation(operation, settings):
        # What is about to go need not concern a shop that has left it.
        remedy = f"Leave ZONOS_CART_MUTATION at {settings.cart_mutation}."
        yield from (_finding(note, operation, problem, remedy) for problem in problems)
        return
    way_out = None
    if operation is operations.CART_CREATE:
        if not _problems(known, live, operations.CART_UPSERT):
            way_out = _SWITCH
    for problem in problems:
        if _is_optional(operation, settings):
            remedy = "Upgrade flask-zonos before you use it."
            yield _finding(warning, operation, problem, remedy)
        else:
            remedy = f"To go on selling, {way_out}" if way_out else _UPGRADE
            yield _finding(error, operation, problem, remedy)
    later = (
        f"Nothing breaks yet. When Zonos removes it, {way_out}" if way_out else _LATER
    )
    for notice in deprecated(live, operation):
        yield _finding(warning, operation, notice, later)
    announced_before = announced(known, operation)
    for name, description in announced(live, operation).items():
        notice = f'it uses {name}, which Zonos describes so: "{description}"'
        level = note if name in announced_before else warning
        yield _finding(level, operation, notice, later)


def _problems(
    known: GraphQLSchema, live: GraphQLSchema, operation: AnyOperation
) -> list[str]:
    from .schema import changed_types
    from .schema import input_problems
    from .schema import refused

    return [
        *refused(live, operation),
        *changed_types(known, live, operation),
        *input_problems(live, operation),
    ]


def _finding(
    level: Callable[[str, str, str], Finding],
    operation: AnyOperation,
    what: str,
    remedy: str,
) -> Finding:
    return level(_TOPIC, f"{operation.name}: {what}", remedy)


def _all_operations() -> list[AnyOperation]:
    return [v for v in vars(operations).values() if isinstance(v, Operation)]


def _is_other_cart_mutation(operation: AnyOperation, settings: Settings) -> bool:
    """True for the one of the two that the settings do not use."""
    mutations = (operations.CART_CREATE, operations.CART_UPSERT)
    return operation in mutations and operation.name != settings.cart_mutation


def _is_optional(operation: AnyOperation, settings: Settings) -> bool:
    """True if a checkout works without the operation."""
    vital = {
        settings.cart_mutation,
        operations.AUTHENTICATE.name,
        operations.ORDER.name,
    }
    return operation.name not in vital or operation is operations.AUTHENTICATE_WHOLE


def _known_schema() -> GraphQLSchema:
    from graphql import build_schema

    # The sandbox's file is the record of the schema that this version was made for.
    text = files(__package__).parent / "sandbox" / "graph" / "schema.graphql"  # type: ignore[attr-defined]
    return build_schema(text.read_text(encoding="utf-8"))


def live_schema(settings: Settings) -> GraphQLSchema | Finding:
    """Zonos's schema of today, or the finding that it cannot be read."""
    from graphql import build_client_schema
    from graphql import get_introspection_query
    from graphql import GraphQLError

    # An older server does not know of deprecated arguments and input fields.
    for deprecated_inputs in (True, False):
        query = get_introspection_query(input_value_deprecation=deprecated_inputs)
        try:
            body = ask(settings, "POST", settings.api_url, {"query": query}).json()
            return build_client_schema(body["data"], assume_valid=True)
        except (
            ConfigurationError,
            GraphQLError,
            OSError,  # also requests' own
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as trouble:
            reason = type(trouble).__name__
    return warning(
        _TOPIC,
        f"Zonos's schema could not be read ({reason}), so our documents are unchecked.",
        "Try again; if Zonos has closed its introspection, rely on the changelog.",
    )
