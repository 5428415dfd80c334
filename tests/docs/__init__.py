from __future__ import annotations

import pytest

# It is a plugin elsewhere in a run, and pytest wants to know before its first import.
pytest.register_assert_rewrite("flask_zonos.testing")
