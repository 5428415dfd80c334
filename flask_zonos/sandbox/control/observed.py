"""The findings of ``flask zonos probe``, as settings of a sandbox."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..encoding import loads
from .options import Options
from .settings import fitting


def read_observed(source: str | Path | Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an ``observed.json``, by name.

    A setting that this version does not have is left out: the file may be older. So is
    a value that the sandbox cannot imitate, with a warning.

    :param source: the file's path, or what stands in it.
    :raises ValueError: if it is no such file.
    """
    if isinstance(source, Mapping):
        content: Any = source
    else:
        content = loads(Path(source).read_bytes())
    options = content.get("options") if isinstance(content, Mapping) else None
    if not isinstance(options, Mapping):
        raise ValueError('has no "options": write it with flask zonos probe')
    found, known = {}, Options.known()
    for name, value in options.items():
        if name not in known:
            continue
        try:
            fitting(known[name], value)
        except ValueError as error:
            warnings.warn(f"Seen at Zonos, not imitated: {error}", stacklevel=3)
        else:
            found[name] = value
    return found
