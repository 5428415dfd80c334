"""English and Danish: the English sentence is the key to ``translations/da.json``.

A shop of two languages needs no more than this; plural rules are Babel's. One with
translators takes Flask-Babel; the templates' ``_()`` stays the same.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import cast

from babel import Locale
from flask import Blueprint
from flask import Flask
from flask import redirect
from flask import request
from flask import session
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy

from .urls import safe_path

LANGUAGES = {"en": "English", "da": "Dansk"}
#: By which Babel writes money, dates and names of countries.
LOCALES = {"en": "en_GB", "da": "da_DK"}

blueprint = Blueprint("language", __name__)


def current_language() -> str:
    """Return ``en`` or ``da``: as the shopper chose, else as the browser asks."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return cast(str, chosen)
    return request.accept_languages.best_match(LANGUAGES) or "en"


def current_locale() -> Locale:
    """Return the locale of the shopper's language."""
    return Locale.parse(LOCALES[current_language()])


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """Return the translations of one language, by their English text."""
    path = Path(__file__).parent / "translations" / f"{language}.json"
    if not path.exists():
        return {}
    return cast(dict[str, str], json.loads(path.read_text(encoding="utf-8")))


def gettext(text: str, **values: object) -> str:
    """Return the sentence in the shopper's language, with ``{names}`` filled in."""
    translated = catalogue(current_language()).get(text, text)
    return translated.format(**values) if values else translated


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the sentence in the form that the language has for ``{count}``."""
    form = current_locale().plural_form(count)
    return gettext(singular if form == "one" else plural, count=count)


def lazy_gettext(text: str) -> str:
    """Return a sentence that is translated when it is shown: for form classes."""
    return cast(str, LocalProxy(lambda: gettext(text)))


@blueprint.post("/language")
def switch() -> ResponseReturnValue:
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session["language"] = language
    return redirect(safe_path(request.form.get("next")) or "/", 303)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(gettext, "_")
    app.add_template_global(ngettext)
    app.add_template_global(current_language, "current_language")
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
