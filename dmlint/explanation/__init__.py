"""What there is to say about a rule, and which rules an error message leads to."""

from __future__ import annotations

from dmlint.explanation.message import MESSAGES, Diagnosis, diagnose
from dmlint.explanation.rule import Explanation, explain
from dmlint.explanation.shapes import EXPLANATIONS, describe

__all__ = ["EXPLANATIONS", "MESSAGES", "Diagnosis", "Explanation", "describe", "diagnose", "explain"]
