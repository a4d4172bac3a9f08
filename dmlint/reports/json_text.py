"""JSON in ASCII, in which no log of a CI system sees a command."""

from __future__ import annotations

import json


def dump(value: object) -> str:
    r"""The value as JSON on one line. ``##`` stands only in strings, as ``#\u0023`` (see ``terminal.inert``)."""
    return json.dumps(value).replace("##", "#\\u0023")
