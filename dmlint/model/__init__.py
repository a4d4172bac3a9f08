"""The words of dmlint (see CONTRIBUTING) as frozen dataclasses: facts that parsers state and findings that
rules report.
"""

from __future__ import annotations

from dmlint.model.builds import (
    Action,
    BaseImage,
    BuildRequest,
    Copy,
    FileWrite,
    InstallStep,
    Link,
    NewEnvironment,
    NewTool,
    Removal,
    RunScript,
    Stage,
)
from dmlint.model.document import Document, Presence, Reading
from dmlint.model.findings import (
    Addition,
    Edit,
    Finding,
    Fingerprint,
    Proposal,
    Severity,
)
from dmlint.model.requirements import Dependency, FileReference, Group, ReferenceKind, Role
from dmlint.model.source import LIVE, Note, Source, Span, is_live
from dmlint.problems import DmlintError, Problem, ProblemKind, cause_of

__all__ = [
    "LIVE",
    "Action",
    "Addition",
    "BaseImage",
    "BuildRequest",
    "Copy",
    "Dependency",
    "DmlintError",
    "Document",
    "Edit",
    "FileReference",
    "FileWrite",
    "Finding",
    "Fingerprint",
    "Group",
    "InstallStep",
    "Link",
    "NewEnvironment",
    "NewTool",
    "Note",
    "Presence",
    "Problem",
    "ProblemKind",
    "Proposal",
    "Reading",
    "ReferenceKind",
    "Removal",
    "Role",
    "RunScript",
    "Severity",
    "Source",
    "Span",
    "Stage",
    "cause_of",
    "is_live",
]
