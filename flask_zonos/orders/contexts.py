"""Errors of code that runs without the request that surrounds its caller."""

from __future__ import annotations

from types import TracebackType

from flask import Flask
from jinja2 import UndefinedError

#: What Flask says, before 3.2 and since.
_NO_REQUEST = ("request context", "active request", "no request in this context")

#: What a template says that Flask gives only within a request.
_UNDEFINED = ("'request' is undefined", "'session' is undefined")


def lacks_request(app: Flask, error: BaseException) -> bool:
    """Return whether an error comes, as far as can be seen, from the lack of a request.

    Flask-Login's ``current_user`` is then a proxy of ``None``, and ``g`` holds nothing
    that a ``before_request`` would have put there.
    """
    found: BaseException | None = error
    seen: set[int] = set()
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        text = str(found)
        if isinstance(found, RuntimeError):
            if any(phrase in text for phrase in _NO_REQUEST):
                return True
        elif isinstance(found, AttributeError | TypeError | UndefinedError):
            owner = getattr(found, "obj", None)
            if isinstance(owner, app.app_ctx_globals_class):
                return True
            if text in _UNDEFINED or app.app_ctx_globals_class.__name__ in text:
                return True
            if "None" in text and _names(found.__traceback__, "current_user"):
                return True
        found = found.__cause__ or found.__context__
    return False


def _names(trace: TracebackType | None, name: str) -> bool:
    while trace is not None:
        frame = trace.tb_frame
        # A template's names are its variables.
        if name in frame.f_code.co_names or name in frame.f_locals:
            return True
        trace = trace.tb_next
    return False
