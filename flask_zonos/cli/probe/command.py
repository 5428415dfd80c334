"""``flask zonos probe``."""

from __future__ import annotations

import json
import time
from datetime import datetime
from datetime import UTC
from functools import partial
from pathlib import Path

import click
from flask import Flask
from flask.cli import NoAppException
from flask.cli import ScriptInfo

from ...config import read_settings
from ...config import Settings
from ...errors import ConfigurationError


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
def probe(yes: bool, as_json: bool, output: Path, order_id: str | None) -> None:
    """Ask the real Zonos, with a TEST key, what the sandbox guesses of it.

    The settings are the app's, or without an app those of the environment. What is
    learned is written to a file for `flask zonos sandbox --observed`. The exit code is
    0 if every guess could be looked at, 2 if some could not, and 1 if none was.
    """
    from ...check.observed import schema_fingerprint
    from . import report
    from .connection import Connection
    from .connection import ProbeFailed
    from .probes import Subject
    from .run import calls_of
    from .run import points_of
    from .run import PROBES
    from .run import run_probes
    from .run import Stopped
    from .webhooks import delete_webhooks
    from .webhooks import WEBHOOK

    settings = _settings()
    calls, points = calls_of(PROBES), points_of(PROBES)
    subject = Subject(
        Connection(settings, calls=calls, sleep=time.sleep), order_id=order_id
    )
    say = partial(click.echo, err=as_json)
    say(
        f"{len(PROBES)} guesses will be asked of {settings.api_url}, in at most "
        f"{calls} calls and {points} points, one at a time.\n"
        "Kept there for good: the profile of an invented customer, "
        f"{subject.customer_id}, with invented addresses.\n"
        "Made and gone again: some carts, which expire, and a webhook, which is "
        "deleted.\nOnly with a credential of mode TEST."
    )
    if not yes and not click.confirm("Go on?", err=as_json):
        raise SystemExit(1)
    results, stopped = [], None
    try:
        for result in run_probes(
            subject, PROBES, lambda each: say(f"... {each.setting}")
        ):
            results.append(result)
    except Stopped as error:
        stopped = f"{error}."
    except KeyboardInterrupt:
        stopped = "interrupted."
    finally:
        left = [f"the profile of {subject.customer_id}"] if subject.made_profile else []
        if subject.made_webhook:
            try:
                delete_webhooks(subject)
            except (ProbeFailed, KeyError, TypeError) as error:
                left.append(
                    f"a webhook to {WEBHOOK['url']} ({error}): "
                    "flask zonos webhooks list, then delete"
                )
        subject.connection.close()
    click.echo(report.as_json(results) if as_json else report.as_text(results))
    if left:
        click.echo(f"Left at Zonos: {'; '.join(left)}.", err=True)
    if stopped is not None:
        raise click.ClickException(f"Stopped: {stopped}")
    if not any(result.problem is None for result in results):
        raise click.ClickException("Nothing could be looked at; see above for reasons.")
    schema = schema_fingerprint(settings)
    value = report.observed(results, at=datetime.now(UTC), schema=schema)
    output.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    click.echo(
        f"Written to {output}: flask zonos sandbox --observed {output}", err=True
    )
    if any(result.problem is not None for result in results):
        raise SystemExit(2)


def _settings() -> Settings:
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
    return settings
