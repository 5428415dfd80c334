"""``flask zonos sandbox``."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..sandbox.server import Sandbox


def _parse_settings(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, Any]:
    """The values of ``--set``, by the names of the options."""
    from ..sandbox.control.options import Options

    values = {}
    for one in given:
        name, separator, text = one.partition("=")
        if not separator:
            raise click.BadParameter(f"{one!r} is not of the form NAME=VALUE")
        try:
            values[name] = Options.from_text(name, text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return values


@click.command("sandbox", short_help="Run a Zonos on this machine.")
@click.option("--port", default=8010, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--database",
    default=":memory:",
    metavar="FILE",
    help="An SQLite file, so that a restart forgets nothing. Default: memory.",
)
@click.option(
    "--reset",
    is_flag=True,
    help="Forget what the database holds, also if another version made it.",
)
@click.option(
    "--seed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with profiles, carts and orders to begin with.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parse_settings,
    help="A setting, such as password_lifetime=30; the inspector shows all of them."
    " Repeatable.",
)
@click.option(
    "--observed",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file that `flask zonos probe` has written; --set goes before it.",
)
@click.option("--quiet", is_flag=True, help="Print no line for each request.")
@click.option("--allow-remote", is_flag=True, help="Listen beyond this machine.")
def sandbox(
    port: int,
    host: str,
    database: str,
    reset: bool,
    seed: Path | None,
    settings: dict[str, Any],
    observed: Path | None,
    quiet: bool,
    allow_remote: bool,
) -> None:
    """Run a Zonos on this machine: API, page script, checkout and inspector."""
    from ..sandbox.constants import VISIBLE_LATENCIES
    from ..sandbox.server import Sandbox

    if observed is not None and not observed.is_file():
        raise click.UsageError(
            f"There is no file {observed}; flask zonos probe writes one."
        )
    try:
        running = Sandbox(
            database,
            host,
            port,
            quiet=quiet,
            reset=reset,
            allow_remote=allow_remote,
            observed=observed,
            **{**VISIBLE_LATENCIES, **settings},
        )
        running.start()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{host} port {port} cannot be used ({error.strerror}); choose another"
            " one with --port"
        ) from None
    try:
        if seed is not None:
            _load_seed_file(running, seed)
        stopped = _stop_event()
        _announce(running, database)
        while not stopped.wait(1):
            pass
    finally:
        running.stop()


def _load_seed_file(running: Sandbox, path: Path) -> None:
    from ..sandbox.control.seeding import load_seed
    from ..sandbox.encoding import loads

    try:
        load_seed(running.state, loads(path.read_bytes()))
    except ValueError as error:
        raise click.ClickException(f"{path}: {error}") from None


def _announce(running: Sandbox, database: str) -> None:
    kept = "in memory, until it stops" if database == ":memory:" else f"in {database}"
    lines = [
        f"Zonos sandbox at {running.url}  (inspector)",
        f"  GraphQL  {running.graphql_url}",
        f"  script   {running.script_url}",
        f"  state    {kept}",
        "",
        "Settings for the shop's environment:",
        "",
        *(f"  export {name}={value}" for name, value in running.settings.items()),
        "",
        "Press Ctrl+C to stop.",
    ]
    click.echo("\n".join(lines))
    sys.stdout.flush()


def _stop_event() -> threading.Event:
    """Is set once somebody wants the sandbox to stop."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped
