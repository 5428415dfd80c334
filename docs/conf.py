"""Sphinx: `sphinx-build -W --keep-going docs build/docs`."""

from __future__ import annotations

from importlib.metadata import version as installed

project = "flask-zonos"
author = "the flask-zonos authors"
copyright = f"2026, {author}"
version = release = installed("flask-zonos")

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "requirements.txt"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
maximum_signature_line_length = 60
add_module_names = False

html_theme = "furo"
html_title = f"flask-zonos {version}"
html_copy_source = False
