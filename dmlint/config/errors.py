"""The error of everything that is wrong with a configuration."""

from __future__ import annotations

from dmlint.text.problems import DmlintError


class ConfigError(DmlintError):
    """A configuration file or an option that cannot be followed; the message names the file and the key."""
