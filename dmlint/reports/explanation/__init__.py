"""What there is to say about a rule, and which rules an error message leads to."""

from __future__ import annotations

from dmlint.reports.explanation.message import MESSAGES, Diagnosis, diagnose
from dmlint.reports.explanation.rule import Explanation, explain
from dmlint.reports.explanation.shapes import EXPLANATIONS, describe

__all__ = ["EXPLANATIONS", "MESSAGES", "Diagnosis", "Explanation", "describe", "diagnose", "explain"]
