"""The findings, to be read by a person or by a program."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import click

from .finding import Finding

_COLOURS = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "red"}


def as_text(findings: Sequence[Finding]) -> str:
    """Aligned lines, each with its remedy below it, and a count."""
    width = min(shutil.get_terminal_size().columns, 96)
    topics = max(len(finding.topic) for finding in findings)
    lines = [line for f in findings for line in _lines(f, topics, width)]
    return "\n".join([*lines, "", _count(findings)])


def as_json(findings: Sequence[Finding]) -> str:
    """``{"ok": ..., "findings": [{"level", "topic", "message", "remedy"}, ...]}``"""
    return json.dumps(
        {
            "ok": all(finding.level != "error" for finding in findings),
            "findings": [asdict(finding) for finding in findings],
        },
        indent=2,
    )


def _lines(finding: Finding, topics: int, width: int) -> list[str]:
    level = click.style(f"{finding.level:<7}", fg=_COLOURS[finding.level])
    indent = " " * (7 + 2 + topics + 2)
    message, *rest = _wrapped(finding.message, width - len(indent))
    lines = [f"{level}  {finding.topic:<{topics}}  {message}"]
    lines += [indent + line for line in rest]
    if finding.remedy is not None:
        remedy = _wrapped(finding.remedy, width - len(indent) - 3)
        lines += [
            f"{indent}{'-> ' if i == 0 else '   '}{line}"
            for i, line in enumerate(remedy)
        ]
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, max(width, 30), break_long_words=False, break_on_hyphens=False
    )


def _count(findings: Sequence[Finding]) -> str:
    found = Counter(finding.level for finding in findings)
    counts = [
        f"{found[level]} {level}{'' if found[level] == 1 else 's'}"
        for level in ("error", "warning", "note")
    ]
    return f"{', '.join(counts)}, {found['ok']} ok."
