"""Texts compared without accents, case and what a kind of region is called."""

from __future__ import annotations

import re
import unicodedata

#: Letters of their own, which Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
)
_TYPES = re.compile(
    r"\b(?:county|co|province|provincia|state|estado|prefecture|governorate|emirate"
    r"|region|oblast|kray|krai|sheng|shi|zizhiqu|do|si|to|fu|ken|city|of|de)\b"
)
#: Prefecture, province, county and city, in Japanese and Chinese.
_LAST_TYPES = re.compile(r"(?<=..)[都府県省縣市]$")


def plain(text: str) -> str:
    """A text in lower case and without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", kept).translate(_LETTERS)


def folded(text: str) -> str:
    """The letters and digits of a plain text."""
    return "".join(c for c in plain(text) if c.isalnum())


def without_type(text: str) -> str:
    """``Cork`` of ``County Cork``; the whole where nothing else would be left."""
    short = _LAST_TYPES.sub("", _TYPES.sub(" ", plain(text)))
    return short if folded(short) else text


def is_latin(text: str) -> bool:
    return folded(text).isascii()
