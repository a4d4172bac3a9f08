"""The language server is an extra: without it there is nothing to test."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = ["test_*.py"] * (find_spec("pygls") is None)
