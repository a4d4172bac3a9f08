"""dmlint: a linter for the NumPy and Isaac Sim that a robotics environment can end up with."""

__version__ = "0.2.0"
