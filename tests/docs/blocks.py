"""The code blocks of a page, in order."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))

_FENCE = re.compile(
    r"^(?P<indent> *)```(?:\{code-block\} )?(?P<language>[a-z]+)\n"
    r"(?: *:caption: (?P<caption>\S+)\n\n?)?"
    r"(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """One fenced block.

    :ivar caption: the file that the reader is told to put it into.
    """

    language: str
    code: str
    caption: str | None


def blocks(page: Path) -> Iterator[Block]:
    """All blocks of a page that have a language."""
    for found in _FENCE.finditer(page.read_text(encoding="utf-8")):
        code = textwrap.dedent(found["code"])
        yield Block(found["language"], code, found["caption"])


def python(page: Path) -> list[Block]:
    """The Python blocks of a page."""
    return [block for block in blocks(page) if block.language == "python"]


def source(page: Path) -> str:
    """The page's Python as one module, without what belongs into another file."""
    found = python(page)
    captions = [block.caption for block in found]
    return file(page, None if None in captions else captions[0])


def file(page: Path, caption: str | None) -> str:
    """The content that a page tells its reader to put into a file."""
    return "\n\n".join(b.code for b in python(page) if b.caption == caption)


def name(page: Path) -> str:
    """A page's name in a test's id."""
    return page.relative_to(DOCS).with_suffix("").as_posix()


def run(page: Path, **changed: str) -> dict[str, Any]:
    """Run a page's Python as a module of its own; return its names.

    :param changed: what the reader puts in the place of a word of the page
    """
    code = source(page)
    for told, meant in changed.items():
        assert told in code
        code = code.replace(told, meant)
    namespace: dict[str, Any] = {"__name__": "page"}
    # Without our own annotations from the future.
    exec(compile(code, str(page), "exec", dont_inherit=True), namespace)
    return namespace
