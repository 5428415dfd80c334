"""Customer ids and e-mail addresses that are good enough to be kept at Zonos for good.

A profile can neither be changed nor deleted: an id that names nobody, such as
``"None"``, would be shared by all customers who lack one, and so would their cards.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from typing import NoReturn

from ..errors import InvalidInput
from .validators import required

#: Nothing is seen of them: fillers, the Braille blank, variation selectors.
_INVISIBLE_LETTERS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_LETTERS}]")
#: Control and format characters, surrogates, and what breaks a line or a paragraph.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

#: Values that stand for "nothing" in Python, JavaScript, SQL and pandas.
_NOBODY = frozenset(
    "none null nil undefined nan nat inf infinity true false ellipsis notimplemented "
    "n/a #n/a".split()
)
_STRING_FORMS = re.compile(
    r"""
    .*[<>].*                                # <User 7>, <shop.User object at 0x7f12>
    | .*\bobject\b.*(\(.*\)|0x[0-9a-f]+).*  # User object (7)
    | [^\W\d][\w.]*\(.*\)                   # User(id=7), UUID('...')
    | b?(['"]).*\2                          # '42', b'42'
    | \(.*\) | \[.*\]                       # (7,), [object Object]
    | \{(?![0-9a-f-]{32,36}\}$).*\}         # {'id': 7}, but a UUID may have braces
    | [^\W\d]\w*(\.[^\W\d]\w*)*\.(\w*_)?(id|pk|uuid)  # User.id, of an SQLAlchemy column
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_ADDRESS = re.compile(r"[^\s@<>,;:()\[\]\\]+@[^\s@<>,;:()\[\]\\]+")


def customer_id(value: Any) -> str:
    """A customer id that names one customer.

    :raises InvalidInput: for anything but text, and for text that names nobody.
    """
    if not isinstance(value, str):
        raise InvalidInput(
            "customer_id",
            f"must be text, not {type(value).__name__}; give the shop's own lasting id "
            "of the customer, such as user.customer_id",
        )
    given = required(value, "customer_id")
    normal = unicodedata.normalize("NFKC", given)
    if not any(character.isalnum() for character in _INVISIBLE.sub("", given)):
        _refuse("is empty or has nothing in it that can be seen")
    if given != given.strip():
        _refuse("has blanks around it; strip() them where the id is made")
    if _has_unseen(given):
        _refuse("holds a control, format or other character that cannot be seen")
    if "@" in normal or "%40" in normal:
        _refuse("looks like an e-mail address, which may change hands")
    if normal.casefold().strip(" -+.,;:()'\"<>[]{}") in _NOBODY:
        _refuse("is the word for a missing value, which all who lack an id would share")
    if _STRING_FORMS.fullmatch(normal):
        _refuse("is the string form of an object, not the id that is kept in it")
    return given


def email_address(value: Any, field: str = "email") -> str:
    """An e-mail address: one ``@``, with a name and a domain, and nothing around it.

    Whether anyone reads it is not asked.

    :raises InvalidInput: for anything else.
    """
    given = required(value, field)
    if not given.strip():
        raise InvalidInput(field, "is empty, but Zonos's schema requires it")
    if given != given.strip():
        raise InvalidInput(field, "has blanks around it; strip() them")
    domain = given.rpartition("@")[2]
    labels = domain.split(".")
    if (
        _has_unseen(given)
        or not _ADDRESS.fullmatch(given)
        or len(labels) < 2
        or not all(labels)
    ):
        raise InvalidInput(
            field,
            "is not one e-mail address without a name, as robin@example.com",
        )
    return given


def _has_unseen(text: str) -> bool:
    # Nearly all are plain, and a click waits for this.
    if text.isascii() and text.isprintable():
        return False
    return bool(_INVISIBLE.search(text)) or any(
        unicodedata.category(character) in _UNSEEN_CATEGORIES for character in text
    )


def _refuse(problem: str) -> NoReturn:
    raise InvalidInput(
        "customer_id", f"{problem}; give the shop's own lasting id of the customer"
    )
