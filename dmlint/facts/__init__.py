"""The words of dmlint (see CONTRIBUTING) as frozen dataclasses: facts that parsers state and findings that
rules report.
"""

from __future__ import annotations

from dmlint.facts.build_steps import (
    Action,
    BaseImage,
    BuildRequest,
    Checkout,
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
from dmlint.facts.dependencies import Dependency, FileReference, Group, ReferenceKind, Role
from dmlint.facts.document import Document, Inventory, Presence
from dmlint.facts.findings import Addition, Edit, Finding, Fingerprint, Proposal, Severity

__all__ = [
    "Action",
    "Addition",
    "BaseImage",
    "BuildRequest",
    "Checkout",
    "Copy",
    "Dependency",
    "Document",
    "Edit",
    "FileReference",
    "FileWrite",
    "Finding",
    "Fingerprint",
    "Group",
    "InstallStep",
    "Inventory",
    "Link",
    "NewEnvironment",
    "NewTool",
    "Presence",
    "Proposal",
    "ReferenceKind",
    "Removal",
    "Role",
    "RunScript",
    "Severity",
    "Stage",
]
