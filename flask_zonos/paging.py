"""Relay's pages, in which Zonos's lists come; each is asked for when it is due."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from typing import Generic
from typing import TypeVar

from .errors import BadResponse

Node = TypeVar("Node")


@dataclass(frozen=True)
class Page(Generic[Node]):
    """One page of a list.

    :ivar nodes: what is on it; gaps, which the schema allows, are left out.
    :ivar next: the cursor of the next page, or ``None`` on the last.
    """

    nodes: tuple[Node, ...]
    next: str | None


def page_of(parse: Callable[[Any], Node]) -> Callable[[Any], Page[Node]]:
    """What makes a page of an answer; an answer without a list is an empty page.

    It raises ``ValueError`` if there is more to come and no cursor to ask for it.
    """

    def parse_page(answer: Any) -> Page[Node]:
        if answer is None:
            return Page((), None)
        edges = answer["edges"] or ()
        nodes = tuple(parse(edge["node"]) for edge in edges if edge and edge["node"])
        if not answer["pageInfo"]["hasNextPage"]:
            return Page(nodes, None)
        cursor = answer["pageInfo"]["endCursor"]
        if not isinstance(cursor, str) or not cursor:
            raise ValueError("a page without an end cursor")
        return Page(nodes, cursor)

    return parse_page


def all_nodes(
    fetch: Callable[[str | None], Page[Node]], operation: str
) -> Iterator[Node]:
    """What is on all pages.

    :param fetch: gives the page after a cursor, the first for ``None``.
    :raises BadResponse: if a page names one as the next that was there before: that
        would never end.
    """
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = fetch(cursor)
        yield from page.nodes
        if page.next is None:
            return
        if page.next in seen:
            raise BadResponse("the pages go in a circle", operation=operation)
        seen.add(page.next)
        cursor = page.next
