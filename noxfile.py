"""Other Pythons and other versions of what we stand on; `make test` is the daily one.

nox                      everything, on the Pythons that are there
nox -s tests-3.13        one Python, newest dependencies
nox -s lowest            the oldest dependencies that setup.cfg allows
nox -s flask-main        Flask, Werkzeug and flask-login as they will be next
nox -s docs              the pages, warnings as errors
"""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
SETTINGS = ConfigParser()
SETTINGS.read(Path(__file__).with_name("setup.cfg"))
#: setup.cfg's own lower bounds, as exact versions.
LOWEST = SETTINGS["options"]["install_requires"].replace(">=", "==").split()
#: Browser and soak have their own: `make test`, `make soak`.
QUICK = ["pytest", "-m", "not browser and not soak"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The tests with the newest dependencies."""
    session.install("-e", ".[test,browser,docs]")
    session.run(*QUICK, *session.posargs)


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """The tests with the oldest dependencies."""
    session.install("-e", ".[test,browser,docs]", *LOWEST)
    session.run(*QUICK, *session.posargs)


@nox.session(name="flask-main", python=PYTHONS[0])
def flask_main(session: nox.Session) -> None:
    """The tests with the main branches of what we extend."""
    session.install("-e", ".[test,browser,docs]")
    session.install(
        "flask @ git+https://github.com/pallets/flask",
        "werkzeug @ git+https://github.com/pallets/werkzeug",
        "flask-login @ git+https://github.com/maxcountryman/flask-login",
    )
    session.run(*QUICK, *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The pages, in docs/_build."""
    session.install("-e", ".[test,docs]")
    options = ["-W", "--keep-going", "-E"]
    session.run("sphinx-build", *options, "docs", "docs/_build", *session.posargs)
