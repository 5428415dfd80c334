"""``flask zonos check``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import has_app_context
from flask.cli import ScriptInfo

from ..check.observed import OBSERVED


def _whole_address(
    context: click.Context, option: click.Parameter, url: str | None
) -> str | None:
    if url is not None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise click.BadParameter("give the whole address, as https://shop.example")
        if parts.username is not None:
            raise click.BadParameter("must not hold a name or a password")
    return url


@click.command("check", short_help="Check settings, keys, schema and headers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
@click.option("--offline", is_flag=True, help="Ask nothing of Zonos.")
@click.option(
    "--page",
    metavar="PATH",
    help="A page of the shop with the checkout's tags, such as /cart.",
)
@click.option(
    "--url",
    metavar="URL",
    callback=_whole_address,
    help="Where the shop is, such as https://shop.example; else SERVER_NAME is taken.",
)
@click.option(
    "--observed",
    default=OBSERVED,
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="What `flask zonos probe` has written; looked at where it is there.",
)
@click.pass_context
def check(
    context: click.Context,
    as_json: bool,
    offline: bool,
    page: str | None,
    url: str | None,
    observed: Path,
) -> None:
    """Look for what stands between this shop and a checkout that works.

    Settings, keys, Zonos's response and schema, webhook, cookies and headers. Each
    finding says how to mend it. No secret is printed. The exit code is 1 if there is
    an error, 0 with warnings and notes alone.
    """
    from ..check import report
    from ..check.run import run_checks

    app = context.ensure_object(ScriptInfo).load_app()
    # This command has pushed none yet: the module that makes the app has.
    shares_context = has_app_context()
    with app.app_context():
        findings = list(
            run_checks(
                app,
                page=page,
                url=url,
                offline=offline,
                shares_context=shares_context,
                observed_file=observed,
            )
        )
    click.echo(report.as_json(findings) if as_json else report.as_text(findings))
    if any(finding.level == "error" for finding in findings):
        context.exit(1)
