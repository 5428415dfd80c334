"""``flask zonos probe``."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from functools import partial
from pathlib import Path
from signal import SIG_IGN
from threading import current_thread
from threading import main_thread
from typing import Any
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import NoAppException
from flask.cli import ScriptInfo

from ...config import read_settings
from ...config import Settings
from ...errors import ConfigurationError

if TYPE_CHECKING:
    from .probes import Probe
    from .probes import Subject
    from .run import Result


@click.command(
    "probe", short_help="Learn from the real Zonos what the sandbox guesses."
)
@click.option("--yes", is_flag=True, help="Go on without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
@click.option(
    "--output",
    default="observed.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what the sandbox reads.",
)
@click.option(
    "--order",
    "order_id",
    metavar="ORDER_ID",
    help="An order that a recognised shopper placed, order_...",
)
@click.option(
    "--password-life",
    is_flag=True,
    help="Open checkouts in a page, and say whether their passwords were good.",
)
def probe(
    yes: bool, as_json: bool, output: Path, order_id: str | None, password_life: bool
) -> None:
    """Ask the real Zonos, with a TEST key, what the sandbox guesses of it.

    The settings are the app's, or without an app those of the environment. What is
    learned is written to a file for `flask zonos sandbox --observed`. The exit code is
    0 if every guess could be looked at, 2 if some could not, and 1 if none was.
    """
    from . import report
    from .connection import Connection
    from .password_life import PROBES as PAGE_PROBES
    from .probes import Subject
    from .run import calls_of
    from .run import points_of
    from .run import PROBES

    settings = _settings(password_life)
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder for {output}; make it first.")
    probes = [each for each in PROBES if password_life or each not in PAGE_PROBES]
    calls, points = calls_of(probes), points_of(probes)
    try:
        connection = Connection(settings, calls=calls, points=points, sleep=time.sleep)
    except ConfigurationError as error:
        raise click.ClickException(f"{error}.") from None
    say = partial(click.echo, err=as_json)
    subject = Subject(
        settings,
        connection,
        sleep=time.sleep,
        now=time.monotonic,
        say=say,
        order_id=order_id,
    )
    say(
        f"{len(probes)} guesses will be asked of {settings.api_url}, in at most "
        f"{calls} calls and {points} points, one at a time.\n"
        "Kept there for good: the profile of an invented customer, "
        f"{subject.customer_id}, with invented addresses.\n"
        "Made and gone again: some carts, which expire, and a webhook, which is "
        "deleted.\nOnly with a credential of mode TEST."
    )
    if not yes and not click.confirm("Go on?", err=as_json):
        raise SystemExit(1)
    run = _run(subject, probes)
    as_words = report.as_json if as_json else report.as_text
    click.echo(as_words(run.results))
    if run.stopped is not None:
        raise click.ClickException(f"Stopped: {run.stopped}. {output} is not written.")
    if all(result.problem is not None for result in run.results):
        raise click.ClickException("Nothing could be looked at; see above for reasons.")
    at = datetime.now(UTC)
    _write(output, report.observed(run.results, at=at, schema=run.schema))
    if any(result.failed for result in run.results):
        raise SystemExit(2)


@dataclass(frozen=True)
class _Run:
    """The outcome of a run.

    :ivar schema: the hash of Zonos's schema.
    :ivar stopped: why it ended early, if it did.
    """

    results: Sequence[Result]
    schema: str | None
    stopped: str | None


def _run(subject: Subject, probes: Sequence[Probe]) -> _Run:
    """Run the probes; whatever happens, delete the webhook and name what is left."""
    from ...check.observed import schema_fingerprint
    from .run import Result
    from .run import run_probes
    from .run import Stopped

    results: list[Result] = []
    schema = stopped = None
    with _ends_as_interrupts():
        try:
            for result in run_probes(
                subject, probes, lambda each: subject.say(f"... {each.setting}")
            ):
                results.append(result)
            schema = schema_fingerprint(subject.settings)
        except Stopped as error:
            stopped = str(error)
        except KeyboardInterrupt:
            stopped = "it was interrupted"
        finally:
            _clean_up(subject)
    tried = [result.probe for result in results]
    results += [
        Result(each, problem=f"not tried: {stopped}")
        for each in probes
        if each not in tried
    ]
    return _Run(results, schema, stopped)


@contextmanager
def _ends_as_interrupts() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt as Ctrl-C does, one of them once."""
    names = ("SIGTERM", "SIGHUP") if current_thread() is main_thread() else ()
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    # Under nohup SIGHUP is ignored, and stays so.
    before = {
        n: handler for n, handler in before.items() if handler not in (None, SIG_IGN)
    }

    def interrupt(*_: object) -> None:
        # A shell or systemd sends both: the second would end the cleanup.
        for number in before:
            signal.signal(number, SIG_IGN)
        raise KeyboardInterrupt

    try:
        for number in before:
            signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _clean_up(subject: Subject) -> None:
    """Delete the probe's webhook, and name what is left at Zonos."""
    from .connection import MISSHAPEN
    from .connection import ProbeFailed
    from .webhooks import delete_webhooks
    from .webhooks import WEBHOOK

    left = [f"the profile of {subject.customer_id}"] if subject.made_profile else []
    subject.connection.begin_cleanup()
    reason = "an error in flask zonos probe"
    try:
        if subject.made_webhook:
            delete_webhooks(subject)
    except KeyboardInterrupt:
        reason = "interrupted"
    except ProbeFailed as error:
        reason = str(error)
    except MISSHAPEN:
        reason = "the response is not shaped as the schema says"
    finally:
        if subject.made_webhook:
            left.append(
                f"a webhook to {WEBHOOK['url']} ({reason}): "
                "flask zonos webhooks list, then delete"
            )
        if left:
            click.echo(f"Left at Zonos: {'; '.join(left)}.", err=True)
        subject.connection.close()


def _write(output: Path, value: dict[str, Any]) -> None:
    """Write the file whole, or leave what is there.

    :raises click.ClickException: if it cannot be written.
    """
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        beside.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
        beside.replace(output)
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written ({error.strerror}); give another --output."
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    click.echo(
        f"Written to {output}: flask zonos sandbox --observed {output}", err=True
    )


def _settings(password_life: bool) -> Settings:
    """Return the app's settings; those of the environment where there is no app.

    :raises click.ClickException: for a setting that is missing or invalid.
    """
    try:
        app = click.get_current_context().ensure_object(ScriptInfo).load_app()
    except NoAppException:
        app = Flask(__name__)
    try:
        settings = read_settings(app)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None
    if not settings.credential_token:
        raise click.ClickException(
            "ZONOS_CREDENTIAL_TOKEN is not set: set the secret key of mode TEST."
        )
    for name, value in (
        ("ZONOS_API_KEY", settings.api_key),
        ("ZONOS_STORE_ID", settings.store_id),
    ):
        if password_life and not value:
            raise click.ClickException(f"{name} is not set: the page needs it.")
    return settings
