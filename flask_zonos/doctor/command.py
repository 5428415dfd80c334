"""``flask zonos check``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
@click.option("--offline", is_flag=True, help="Ask nothing of Zonos.")
@click.option(
    "--page",
    metavar="PATH",
    help="A page of the shop with the checkout's tags, such as /cart.",
)
@with_appcontext
def check(as_json: bool, offline: bool, page: str | None) -> None:
    """Look for what stands between this shop and a checkout that works.

    Settings, keys, Zonos's answer and schema, webhook, cookies and headers. Each
    finding says how to mend it. No secret is printed. The exit code is 1 if there is
    an error, 0 with warnings alone.
    """
    from . import report
    from .examination import examine

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    findings = list(examine(app, page=page, offline=offline))
    click.echo(report.as_json(findings) if as_json else report.as_text(findings))
    if any(finding.level == "error" for finding in findings):
        click.get_current_context().exit(1)
