"""Validators of single values that a shop gives; each returns a plain value.

What comes out is ``str``, ``int`` or ``float`` of its own: a proxy such as
``current_user.id`` passes ``isinstance`` but must not reach another thread.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from ..errors import InvalidInput
from . import enums

_MAKE_DECIMAL = 'write Decimal("24.90"), and Decimal(str(price)) for a float or an int'

#: GraphQL's Int has 32 bits.
MAX_INT = 2**31 - 1


def keys_match(one: str, other: str) -> bool:
    """Compare two keys without case, blanks, hyphens and underscores."""
    return _normalize_key(one) == _normalize_key(other)


def json_number(value: Any, field: str) -> int | float:
    """A JSON number of equal value to a ``Decimal``.

    :raises InvalidInput: for anything but a finite ``Decimal`` that a double can hold.
    """
    if not isinstance(value, Decimal):
        raise InvalidInput(
            field,
            f"must be a decimal.Decimal, not {type(value).__name__}: {_MAKE_DECIMAL}",
        )
    if not value.is_finite():
        raise InvalidInput(
            field, f"must be a number, not NaN or infinite: {_MAKE_DECIMAL}"
        )
    # A proxy passes isinstance; what leaves here must be a number of its own.
    value = Decimal(str(value))
    if value == value.to_integral_value() and value.copy_abs() < 2**53:
        return int(value)
    number = float(value)
    if Decimal(repr(number)) == value:
        return number
    # Decimal(19.99) has all the digits of that double, and is none but that double.
    if Decimal(number) != value:
        raise InvalidInput(
            field,
            f"has more digits than a JSON number carries; round it, or {_MAKE_DECIMAL}",
        )
    return int(value) if number.is_integer() else number


def require_type(value: object, kind: type, field: str, what: str) -> None:
    if not isinstance(value, kind):
        raise InvalidInput(
            field,
            f"{what} must be a flask_zonos.{kind.__name__}, not {type(value).__name__}",
        )


def optional_text(value: Any, field: str) -> str | None:
    """A plain ``str`` of a text, also of a lazy one such as Flask-Babel's.

    :raises InvalidInput: for anything but a text or ``None``.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        value = _evaluated(value, field)
    # Not str(value): of a text that is an Enum's too, that is the member's name.
    text = value if type(value) is str else "".join(value)
    if not text.isascii() and any(
        "\ud800" <= character <= "\udfff" for character in text
    ):
        raise InvalidInput(field, "holds half a character (a lone surrogate)")
    return text


def _evaluated(value: Any, field: str) -> str:
    """The text of an object that becomes one when it is asked, in this language."""
    try:
        # What all lazy texts have in common; there is no class to ask for.
        if all(hasattr(value, name) for name in ("casefold", "encode", "splitlines")):
            return str(value)
    except Exception as error:
        problem = f"is a lazy text that failed with {type(error).__name__}"
        raise InvalidInput(field, problem) from None
    raise InvalidInput(field, f"must be text, not {type(value).__name__}")


def required(value: Any, field: str) -> str:
    given = optional_text(value, field)
    if given is None:
        raise InvalidInput(field, "is None, but Zonos's schema requires a text")
    return given


def as_sequence(values: Any, field: str) -> Sequence[Any]:
    """A list or tuple; a text is one value, though a sequence too."""
    # An abstract class asks longer: the usual ones go first.
    if isinstance(values, (str, bytes)) or not isinstance(
        values, (list, tuple, Sequence)
    ):
        raise InvalidInput(
            field, f"must be a list or a tuple, not {type(values).__name__}"
        )
    return values


def require_mapping(given: Any, field: str) -> Mapping[Any, Any]:
    if not isinstance(given, (dict, Mapping)):
        raise InvalidInput(field, f"must be a mapping, not {type(given).__name__}")
    return given


def key_values(given: Mapping[str, str], field: str) -> list[dict[str, str]] | None:
    return [
        {
            "key": required(key, f"{field} (a key)"),
            "value": required(value, f"{field}[{key!r}]"),
        }
        for key, value in require_mapping(given, field).items()
    ] or None


def enum_value(value: Any, field: str, known: Collection[str]) -> str | None:
    given = optional_text(value, field)
    if given is not None and given not in known:
        raise InvalidInput(
            field, f"is not one of the schema's values, such as {min(known)}"
        )
    return given


def required_enum_value(value: Any, field: str, known: Collection[str]) -> str:
    return enum_value(required(value, field), field, known) or ""


def country(value: Any, field: str) -> str | None:
    code = optional_text(value, field)
    if code is not None and code not in enums.COUNTRY_CODES:
        raise InvalidInput(
            field, "is no country code of Zonos's: two upper-case letters, such as DK"
        )
    return code


def currency(value: Any, field: str) -> str:
    code = required(value, field)
    if code not in enums.CURRENCY_CODES:
        raise InvalidInput(
            field, "is no currency code of Zonos's: three upper-case letters, as DKK"
        )
    return code


def quantity(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(field, f"must be an int, not {type(value).__name__}")
    if not 1 <= value <= MAX_INT:
        raise InvalidInput(field, "must be at least 1 and fit into 32 bits")
    return int(value)


def header_value(value: Any, setting: str) -> str:
    """A secret that can travel as a header.

    :raises ConfigurationError: if it is missing, or no header can carry it.
    """
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(setting, "is not set; give the value from Zonos")
    secret = str(value).strip()
    if not secret.isascii() or not secret.isprintable():
        raise ConfigurationError(
            setting, "holds a line break or a letter beyond ASCII; copy it once more"
        )
    return secret


def _normalize_key(key: str) -> str:
    return re.sub(r"[\W_]+", "", key).casefold()


def has_valid_port(url: str) -> bool:
    """Return whether a URL can be parsed and its port, if any, is valid."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        # Such as a port beyond 65535.
        return False
