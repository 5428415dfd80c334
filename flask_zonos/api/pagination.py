"""Relay pagination of Zonos's lists; a page is asked for when its nodes are due."""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from typing import Generic
from typing import TYPE_CHECKING
from typing import TypeVar

from ..errors import BadResponse

if TYPE_CHECKING:
    pass

#: Pages in succession without a new node, of which every one promises a next: Zonos's
#: filters may leave some empty, but not so many.
MAX_IDLE_PAGES = 10

Node = TypeVar("Node")

#: Where a list is given up: no shop has so many at once, but a broken upstream has.
MAX_PAGES = 1000

MAX_SECONDS = 600.0


@dataclass(frozen=True)
class Page(Generic[Node]):
    """One page of a list.

    :ivar nodes: what is on it; gaps, which the schema allows, are left out.
    :ivar next: the cursor of the next page, or ``None`` on the last.
    """

    nodes: tuple[Node, ...]
    next: str | None


def page_parser(parse: Callable[[Any], Node]) -> Callable[[Any], Page[Node]]:
    """Return a parser of a connection's JSON; ``null`` is an empty page.

    The parser raises ``ValueError`` for a next page without a cursor to ask for it.
    """

    def parse_page(connection: Any) -> Page[Node]:
        if connection is None:
            return Page((), None)
        edges = connection["edges"] or ()
        nodes = tuple(parse(edge["node"]) for edge in edges if edge and edge["node"])
        if not connection["pageInfo"]["hasNextPage"]:
            return Page(nodes, None)
        cursor = connection["pageInfo"]["endCursor"]
        if not isinstance(cursor, str) or not cursor:
            raise ValueError("a page without an end cursor")
        return Page(nodes, cursor)

    return parse_page


def paginate(
    fetch: Callable[[str | None], Page[Node]],
    operation: str,
    *,
    max_pages: int,
    max_seconds: float,
) -> Iterator[Node]:
    """Yield the nodes of all pages, as far as the list has an end.

    :param fetch: returns the page after a cursor, the first for ``None``.
    :param operation: the operation's name, for the error.
    :param max_pages: pages to ask for at most.
    :param max_seconds: seconds to wait for pages, all together; the time that the
        caller spends on the nodes does not count.
    :raises BadResponse: if a page names one as the next that was there before, if
        several in succession bring nothing new, or if there are more pages than
        ``max_pages`` and ``max_seconds`` allow.
    """
    cursor: str | None = None
    seen: set[str] = set()
    waited, idle, last = 0.0, 0, None
    for _ in range(max_pages):
        started = time.monotonic()
        page = fetch(cursor)
        waited += time.monotonic() - started
        yield from page.nodes
        if page.next is None:
            return
        if page.next in seen:
            raise BadResponse("the pages go in a circle", operation=operation)
        seen.add(page.next)
        cursor = page.next
        idle = idle + 1 if page.nodes in ((), last) else 0
        last = page.nodes
        if idle == MAX_IDLE_PAGES:
            raise BadResponse("the pages have no end", operation=operation)
        if waited > max_seconds:
            said = f"more pages than arrive in {max_seconds:g} seconds"
            raise BadResponse(said, operation=operation)
    raise BadResponse(f"more than {max_pages} pages", operation=operation)
