"""What a shop built against the sandbox's schema would miss in Zonos's own.

``python -m tests.sandbox.reference FILE`` compares it with a schema of Zonos's in SDL.
"""

from __future__ import annotations

import sys
from pathlib import Path

from graphql import build_schema
from graphql import find_breaking_changes

from flask_zonos.sandbox.graph.schema import schema_text


def strangers(ours: str, reference: str) -> list[str]:
    """The types, fields, arguments and values of ours that the reference has not so."""
    changes = find_breaking_changes(build_schema(ours), build_schema(reference))
    return [change.description for change in changes]


if __name__ == "__main__":
    found = strangers(schema_text(), Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("\n".join(found) or "The sandbox says nothing that the reference does not.")
    sys.exit(bool(found))
