"""``flask zonos webhooks list|create|delete``."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl
from urllib.parse import urlsplit

import click
from flask.cli import AppGroup
from werkzeug.routing import BuildError

from ..api import enums
from ..api.validators import header_value
from ..api.webhook import Webhook
from ..config import is_loopback
from ..errors import GraphQLErrors
from ..orders.subscriptions import ORDER_TYPES
from ..orders.subscriptions import SECRET_HEADER
from ..orders.subscriptions import with_type
from ..orders.subscriptions import without_type
from ..state import State
from .shop import shop_state

#: A value that can be guessed lets anybody make the shop fetch orders.
SHORTEST_SECRET = 16

webhooks = AppGroup("webhooks", help="Manage webhooks.")


@webhooks.command("list", short_help="List webhooks.")
def list_webhooks() -> None:
    """Show all webhooks of the credential's organization."""
    with shop_state() as state:
        found = list(state.client.webhooks())
    for webhook in found:
        click.echo(_line(webhook))
        if SECRET_HEADER.lower() not in map(str.lower, webhook.header_keys):
            click.echo(f"    without {SECRET_HEADER}, so this shop refuses it")
    if not found:
        click.echo("There are none: flask zonos webhooks create URL")


@webhooks.command("create", short_help="Create or renew webhooks for orders.")
@click.argument("url")
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(sorted(enums.WEBHOOK_TYPES)),
    metavar="TYPE",
    help=f"May be given several times. Default: {', '.join(ORDER_TYPES)}.",
)
def create_webhooks(url: str, types: Sequence[str]) -> None:
    """Have Zonos post order events to URL, the public address of /zonos/webhooks.

    Each type gets a webhook of its own, with ?type= at the end of its address, and
    ZONOS_WEBHOOK_SECRET (the first value) as a header. One that is there already, also
    without ?type=, is enabled and gets address and secret anew, so this may be run as
    often as one likes: after ZONOS_WEBHOOK_SECRET was rotated, for one. A shop with a
    @zonos.webhook_verifier and no secret gets webhooks without the header. A path that
    is not this shop's own is warned of, and taken: a proxy may rewrite it.
    """
    _check_url(url)
    with shop_state() as state:
        headers = _headers(state)
        found = list(state.client.webhooks())
        for type in types or ORDER_TYPES:
            address = with_type(url, type)
            same = [
                w
                for w in found
                if w.type == type and without_type(w.url) == without_type(url)
            ]
            same.sort(key=lambda webhook: webhook.url != address)
            if same:
                webhook = state.client.update_webhook(
                    same[0].id, url=address, status="ENABLED", headers=headers
                )
                click.echo(f"updated  {_line(webhook)}")
            else:
                webhook = state.client.create_webhook(address, type, headers=headers)
                click.echo(f"created  {_line(webhook)}")
            for double in same[1:]:
                click.echo(f"  {double.id} is its double: delete it", err=True)
            if webhook.mode != state.settings.mode:
                click.echo(
                    f"  It is {webhook.mode}, ZONOS_MODE is {state.settings.mode}: "
                    "orders of the other mode are left alone.",
                    err=True,
                )
        _warn_of_path(url, state)


@webhooks.command("delete", short_help="Delete a webhook.")
@click.argument("id")
def delete_webhook(id: str) -> None:
    """Delete the webhook with this ID; `list` shows it."""
    with shop_state() as state:
        try:
            deleted = state.client.delete_webhook(id)
        except GraphQLErrors as error:
            if error.error_types != {"NOT_FOUND"}:
                raise
            raise click.ClickException(
                "Zonos has no such webhook for this credential; "
                "flask zonos webhooks list shows those it has"
            ) from None
    if not deleted:
        raise click.ClickException(f"Zonos did not delete {id}")
    click.echo(f"deleted  {id}")


def _line(webhook: Webhook) -> str:
    return (
        f"{webhook.id}  {webhook.type:22} {webhook.status:8} {webhook.mode}  "
        f"{webhook.url}"
    )


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise click.BadParameter(
            "give the whole address, as https://shop.example/zonos/webhooks"
        )
    if parts.scheme == "http" and not is_loopback(url):
        raise click.BadParameter(
            "must be https:// beyond this machine: the secret travels with each event"
        )
    if parts.username or parts.fragment:
        raise click.BadParameter("must hold neither a name nor a fragment")
    if "type" in dict(parse_qsl(parts.query)):
        raise click.BadParameter("leave ?type= out: it is appended, one for each type")


def _warn_of_path(url: str, state: State) -> None:
    try:
        expected = state.url_path("webhooks")
    except BuildError:
        return  # A part of it varies with the request, so any may be right.
    given = urlsplit(url)
    if given.path == expected:
        return
    right = given._replace(path=expected).geturl()
    click.echo(
        f"  {given.path or 'No path'} is given, but this shop takes webhooks at "
        f"{expected}: unless a proxy leads from one to the other, no order is "
        f"received.\n  If it is a slip: flask zonos webhooks create {right}\n"
        "  and for each one above: flask zonos webhooks delete ID",
        err=True,
    )


def _headers(state: State) -> dict[str, str] | None:
    """The headers of each webhook; none of ours where a verifier alone proves it."""
    secrets = state.settings.webhook_secret
    if not secrets and state.callbacks.webhook_verifier is not None:
        return None
    if not secrets:
        raise click.ClickException(
            "ZONOS_WEBHOOK_SECRET is not set. Make a long random value with\n"
            "  python -c 'import secrets; print(secrets.token_urlsafe(32))'\n"
            "set it where the shop runs and here, and run this again."
        )
    if len(secrets[0]) < SHORTEST_SECRET:
        raise click.ClickException(
            f"ZONOS_WEBHOOK_SECRET is shorter than {SHORTEST_SECRET} characters and "
            "could be guessed; secrets.token_urlsafe(32) makes a good one."
        )
    return {SECRET_HEADER: header_value(secrets[0], "ZONOS_WEBHOOK_SECRET")}
