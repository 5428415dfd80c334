"""``flask zonos addresses review``."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any
from typing import IO
from typing import NamedTuple

import click
from flask.cli import AppGroup

from ..api.enums import COUNTRY_CODES
from ..models import CustomerProfile
from ..models import Location
from ..state import State
from .shop import shop_state

addresses = AppGroup("addresses", help="Review addresses before they are sent.")


class Row(NamedTuple):
    """A line of the table: addresses of one country with one finding.

    :ivar country: a code of Zonos's schema; ``-`` for all else that may be given.
    """

    country: str
    field: str
    severity: str
    expected: str


Review = Callable[[Location], list[Row]]


class CsvLine(NamedTuple):
    """A line of the file.

    :ivar address: its number in the profile, from 1.
    """

    customer_id: str
    address: int
    field: str
    severity: str


@addresses.command("review", short_help="Review the addresses of all profiles.")
@click.option(
    "--csv",
    "csv_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write customer ids and fields there, without values.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N profiles."
)
def review_addresses(csv_file: Path | None, limit: int | None) -> None:
    """Review the addresses of all profiles before Zonos keeps them for good.

    The profiles are those of @zonos.profile_source; nothing is sent. With
    ZONOS_TIDY_LOCATIONS they are reviewed as they would be sent. No value is shown.
    The exit code is 1 if there is an error, 0 with warnings alone.
    """
    counts: Counter[Row] = Counter()
    totals: Counter[str] = Counter()
    with shop_state() as state, ExitStack() as stack:
        review = _review_of(state)
        profiles = islice(_profiles(state), limit)
        writer = None
        if csv_file is not None:
            file = stack.enter_context(_opened(csv_file))
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(CsvLine._fields)
        bar = click.progressbar(
            profiles,
            label="Profiles",
            length=limit,
            show_pos=True,
            file=sys.stderr,
        )
        for profile in stack.enter_context(bar):
            totals["profiles"] += 1
            for number, location in enumerate(profile.locations or (), 1):
                totals["addresses"] += 1
                for row in review(location):
                    counts[row] += 1
                    totals[row.severity] += 1
                    if writer is not None:
                        customer_id = str(profile.customer_id)
                        line = CsvLine(customer_id, number, row.field, row.severity)
                        writer.writerow(line)
    for line_of_table in _table(counts):
        click.echo(line_of_table)
    click.echo(
        f"{totals['profiles']} profiles with {totals['addresses']} addresses: "
        f"{totals['error']} errors, {totals['warning']} warnings"
    )
    if totals["error"]:
        raise click.exceptions.Exit(1)


def _opened(csv_file: Path) -> IO[str]:
    """The file to write, emptied.

    :raises click.ClickException: if it cannot be written.
    """
    try:
        return csv_file.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(
            f"{csv_file} cannot be written ({error.strerror}): give --csv a file in a "
            "directory that exists and that you may write to"
        ) from None


def _review_of(state: State) -> Review:
    """A function that reviews an address as it would be sent.

    :raises click.ClickException: without the extra.
    """
    try:
        from ..addresses import review
        from ..addresses import tidy
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    tidies = state.settings.tidy_locations

    def reviewed(location: Any) -> list[Row]:
        if not isinstance(location, Location):
            return [Row("-", "locations", "error", "a flask_zonos.Location")]
        tidied = tidy(location)
        country = tidied.country_code
        if not isinstance(country, str) or country not in COUNTRY_CODES:
            country = "-"
        return [
            Row(country, finding.field, finding.severity, finding.expected)
            for finding in review(tidied if tidies else location)
        ]

    return reviewed


def _profiles(state: State) -> Iterator[CustomerProfile]:
    """The profiles of ``@zonos.profile_source``, one at a time.

    :raises click.ClickException: if there is no source, or it gives something else.
    """
    source = state.callbacks.profile_source
    if source is None:
        raise click.ClickException(
            "There is nothing to review, for the shop has no @zonos.profile_source: "
            "register a function that returns an iterator of CustomerProfile"
        )
    found = state.call(source)
    if not hasattr(found, "__iter__"):
        raise click.ClickException(
            "@zonos.profile_source must return an iterator of CustomerProfile, not "
            f"{type(found).__name__}"
        )
    for profile in found:
        if profile is None:
            continue
        if not isinstance(profile, CustomerProfile):
            raise click.ClickException(
                "@zonos.profile_source must give CustomerProfile objects, not "
                f"{type(profile).__name__}"
            )
        yield profile


def _table(counts: Counter[Row]) -> Iterator[str]:
    if not counts:
        return
    lines = [("country", "field", "severity", "count", "expected")]
    by_country = sorted(counts, key=lambda row: (row.country, -counts[row], row))
    for row in by_country:
        count = str(counts[row])
        lines.append((row.country, row.field, row.severity, count, row.expected))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = zip(line, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in cells).rstrip()
