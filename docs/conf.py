"""Sphinx: `make docs`."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Any

from sphinx.application import Sphinx

project = "flask-zonos"
author = "the flask-zonos maintainers"
copyright = f"2026, {author}"
version = release = installed("flask-zonos")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
maximum_signature_line_length = 120
add_module_names = False

html_theme = "furo"
html_title = f"flask-zonos {version}"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["docs.css"]
pygments_dark_style = "github-dark"


def setup(app: Sphinx) -> None:
    app.connect("autodoc-process-signature", show_what_a_factory_makes)


def show_what_a_factory_makes(*event: Any) -> tuple[str, str] | None:
    """Sphinx reads a signature as Python, which a dataclass's ``<factory>`` is not."""
    *_, signature, returns = event
    return signature and (signature.replace("<factory>", "{}"), returns)
