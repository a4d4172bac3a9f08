"""What a run is asked to do: its root, its configuration file, and the settings that they and the options add up to."""

from __future__ import annotations

from dmlint.config.config_table import ConfigError
from dmlint.config.configuration import Call, Configuration, configure, verify
from dmlint.config.settings import Settings

__all__ = ["Call", "ConfigError", "Configuration", "Settings", "configure", "verify"]
