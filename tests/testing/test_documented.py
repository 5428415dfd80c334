"""The example in ``flask_zonos.testing``'s own words, run as it stands there."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from typing import TYPE_CHECKING

from .shop import create_app
from .shop import SHOPPERS

if TYPE_CHECKING:
    from flask_zonos.sandbox import Sandbox

pytest_plugins = ["flask_zonos.testing"]


def example() -> str:
    """The code in the module's docstring."""
    spec = find_spec("flask_zonos.testing")
    assert spec is not None and spec.origin is not None
    text = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8"))) or ""
    _, _, code = text.partition(".. code-block:: python\n")
    lines = [line for line in code.splitlines() if not line or line.startswith(" ")]
    return textwrap.dedent("\n".join(lines))


def test_the_documented_example_holds(
    zonos_sandbox: Sandbox, zonos_shopper: Callable[..., Any], zonos_orders: Any
) -> None:
    names: dict[str, Any] = {"anna": SHOPPERS["1"]}
    exec(example(), names)

    app = create_app(zonos_sandbox.settings)
    names["test_an_order_is_received"](app, zonos_sandbox, zonos_shopper, zonos_orders)

    sources = [event.source for _, event in zonos_orders.received]
    assert sources == ["browser", "webhook"]
